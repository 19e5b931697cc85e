/** The author's text beside the student's, with the lines marked that differ. Fetched with the comparison. */
import { button, el } from './dom.ts';
import { changedLines } from './lines.ts';
import { plural } from '../words.ts';

/** Marks lines of a text that does not wrap: the marks lie behind it. */
function mark(marks: HTMLElement, lines: readonly number[], sign: '+' | '−'): void {
  marks.replaceChildren(...lines.map((line) => {
    const one = el('span', { class: sign === '+' ? 'satchel-come' : 'satchel-gone' }, sign);
    one.style.setProperty('--satchel-row', String(line));
    return one;
  }));
}

export class Original {
  readonly root: HTMLElement;
  readonly #author: string;
  readonly #theirs = el('div', { class: 'satchel-marks', 'aria-hidden': 'true' });
  readonly #mine: HTMLElement;
  readonly #count = el('span', {});

  /** `block` is the author's text as the page showed it, `mine` the marks behind the student's. */
  constructor(author: string, block: HTMLElement, label: string, mine: HTMLElement, close: () => void) {
    this.#author = author;
    this.#mine = mine;
    const hide = button('satchel-close', 'Hide', close);
    hide.setAttribute('aria-label', `Hide the author's text of ${label}`);
    this.root = el('div', { class: 'satchel-original', role: 'region', 'aria-label': `The author's text of ${label}` },
      el('p', { class: 'satchel-caption' }, el('span', {}, 'The author\'s text', this.#count), hide),
      el('div', { class: 'satchel-theirs' }, this.#theirs, el('div', { class: 'highlight' }, block)));
  }

  /** The student's text is `text` now. */
  update(text: string): void {
    const { gone, come } = changedLines(this.#author, text);
    mark(this.#theirs, gone, '−');
    mark(this.#mine, come, '+');
    const lines = Math.max(gone.length, come.length);
    this.#count.textContent = lines === 0 ? ', the same as yours' : `, ${plural(lines, 'line')} ${lines === 1 ? 'differs' : 'differ'} from yours`;
  }

  remove(): void {
    this.root.remove();
    this.#mine.replaceChildren();
  }
}
