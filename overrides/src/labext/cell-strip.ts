/** What a notebook's cell shows of the student's work on it, above its text: that it is edited, what else there is, and what is asked. */
import { CellWork, type CellNews, type WorkActs } from '../view/cell-work.ts';
import { el } from '../view/dom.ts';

/** The parts of a cell that the strip looks at. */
export interface StripCell {
  /** The cell's element in the notebook: gets the focus back, and carries the marks. */
  readonly node: HTMLElement;
  readonly label: string;
  /** The author's text. */
  readonly author: string;
  text(): string;
}

export class CellStrip {
  readonly root: HTMLElement;
  readonly #work: CellWork;
  readonly #acts: WorkActs;

  constructor(cell: StripCell, acts: WorkActs) {
    this.#acts = acts;
    const bar = el('div', { class: 'satchel-strip-bar' });
    const anchor = el('div', {});
    // JupyterLab's keys for cells must not be taken for those of a button.
    this.root = el('div', { class: 'satchel-strip', 'data-lm-suppress-shortcuts': 'true' }, bar, anchor);
    const marks = el('div', {});
    this.#work = new CellWork(this.root, {
      root: anchor, marks,
      get text() { return cell.text(); },
      authorBlock: () => el('pre', { tabindex: '0' }, cell.author),
    }, cell.author, cell.label, cell.node, () => bar, acts);
    bar.append(this.#work.controls);
  }

  show(news: CellNews): void {
    this.#work.show(news);
    this.root.hidden = news.decision.state === 'pristine' && !news.undoable && this.#acts.versions().length === 0;
  }
}
