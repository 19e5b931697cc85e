/** What a notebook's cell shows of the student's work on it, above its text: that it is edited, what else there is, and what is asked. */
import { CellWork, type CellNews, type WorkActs } from '../../view/cell-work.ts';
import { el } from '../../view/dom.ts';

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
    this.root = el('div', { class: 'satchel-strip' }, bar, anchor);
    // JupyterLab's keys for a cell (D D deletes it) must not reach it through a button. It asks the focused element first.
    this.root.addEventListener('focusin', ({ target }) => {
      if (target instanceof Element) target.setAttribute('data-lm-suppress-shortcuts', 'true');
    });
    const marks = el('div', {});
    this.#work = new CellWork(this.root, {
      root: anchor, marks,
      get text() { return cell.text(); },
      authorBlock: () => el('pre', { tabindex: '0' }, cell.author),
    }, cell.author, cell.label, () => cell.node, () => bar, acts);
    bar.append(this.#work.controls);
  }

  show(news: CellNews): void {
    this.#work.show(news);
    this.root.hidden = news.decision.state === 'pristine' && !news.undoable && this.#acts.versions().length === 0;
  }
}
