/** The page's slim bar: what Python does, whether the work is safe, and what to do with all cells. */
import { button, el, keepFocus, relabel } from './dom.ts';

/** What the bar does with all cells of a page that runs them. */
export interface RunActs {
  runAll(): void;
  runAbove(): void;
  stop(): void;
  restart(): void;
  /** Leads to a cell. */
  go(cell: string): void;
}

/** How long a notice stays that nobody closes, in milliseconds. */
const NOTICE = 12_000;

function named(element: HTMLButtonElement, title: string): HTMLButtonElement {
  element.title = title;
  return element;
}

export class Toolbar {
  readonly root: HTMLElement;
  readonly #stop: HTMLButtonElement;
  readonly #work: HTMLButtonElement;
  readonly #notice = el('div', { class: 'satchel-toast', role: 'status', hidden: true });
  /** Stands there from the start, so that a screen reader hears what is put into it. */
  readonly #told = el('div', { class: 'satchel-told', role: 'status' });
  readonly #buttons = el('div', { class: 'satchel-buttons', role: 'group' });
  #acts: RunActs | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `notices` are shown above the row with `status`. Without `acts` the page has no cells that run, and the bar is quiet. */
  constructor(status: HTMLElement, notices: readonly HTMLElement[], openWorkspace: () => void, acts: RunActs | null) {
    this.#stop = button('satchel-stop', 'Stop', () => this.#acts?.stop(), 'stop');
    this.#stop.disabled = true;
    this.#work = named(button('satchel-open-workspace', 'My work', openWorkspace, 'work'), 'Your edits in this course: list, backup, restore');
    this.root = el('div', { class: 'satchel-toolbar', role: 'region' },
      this.#told, this.#notice, ...notices, el('div', { class: 'satchel-row' }, status, this.#buttons));
    this.runs(acts, null);
    // What gets the focus must not lie behind the bar, however high that is just now.
    new ResizeObserver(() => {
      document.documentElement.style.setProperty('--satchel-bar', `${this.root.offsetHeight}px`);
    }).observe(this.root);
  }

  /** From now on `acts` is what the bar does with all cells, or nothing does; `way`, if any, stands beside it. */
  runs(acts: RunActs | null, way: HTMLButtonElement | null): void {
    this.#acts = acts;
    const all = acts === null ? [] : [
      named(button('satchel-run-all', 'Run all', acts.runAll, 'all'), 'Run every cell from the top; stop at the first error'),
      named(button('satchel-run-above', 'Run above', acts.runAbove, 'above'), 'Run every cell above the one you are in'),
      named(this.#stop, 'Stop the running cell and forget the waiting ones'),
      named(button('satchel-restart', 'Restart', acts.restart, 'restart'), 'Start Python afresh; your edits stay'),
    ];
    keepFocus(this.#buttons, () => this.#buttons.replaceChildren(...all, ...way ? [way] : [], this.#work), this.#work);
    this.#buttons.setAttribute('aria-label', acts ? 'All cells of this page' : 'Your work');
    this.root.setAttribute('aria-label', acts ? 'Python and your work' : 'Your work');
    this.root.classList.toggle('satchel-still', acts === null);
  }

  /** Whether there is anything to stop. */
  set active(active: boolean) {
    this.#stop.disabled = !active;
  }

  /** What a backup would be good for, on the button that leads to it; `null` takes it away. */
  set reminder(words: string | null) {
    this.#work.toggleAttribute('data-reminder', words !== null);
    relabel(this.#work, words === null ? 'My work' : 'My work: back up');
    this.#work.title = words ?? 'Your edits in this course: list, backup, restore';
  }

  /** Shows a sentence that can wait: not while another one is there. */
  remark(words: string): void {
    if (this.#notice.hidden) this.notice(words, null);
  }

  /** Shows a sentence for a while. `cell` is the cell it is about. */
  notice(words: string, cell: string | null): void {
    clearTimeout(this.#timer);
    const hide = (): void => keepFocus(this.#notice, () => { this.#notice.hidden = true; }, this.#work);
    const close = button('satchel-close', 'Close', hide);
    const parts = [el('p', {}, words), ...(cell === null ? [] : [button('satchel-go', 'Go to the cell', () => this.#acts?.go(cell))]), close];
    this.#notice.replaceChildren(...parts);
    this.#notice.hidden = false;
    this.#timer = setTimeout(hide, NOTICE);
  }

  /** Shows a sentence until it is closed; `undo` takes back what it tells of. */
  tell(words: string, undo: (() => Promise<void>) | null = null): void {
    const end = (): void => keepFocus(note, () => note.remove(), this.#work);
    const take = undo && button('satchel-undo-all', 'Undo', () => void undo().then(end));
    const note = el('div', { class: 'satchel-news' }, el('p', {}, words), ...(take ? [take] : []), button('satchel-close', 'Close', end));
    this.show(note);
  }

  /** Shows a note that closes itself. */
  show(note: HTMLElement): void {
    this.#told.append(note);
  }
}
