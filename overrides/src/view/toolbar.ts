/** The page's slim bar: what Python does, and what to do with all cells. */
import { button, el } from './dom.ts';

export interface ToolbarActs {
  runAll(): void;
  runAbove(): void;
  stop(): void;
  restart(): void;
  openWorkspace(): void;
  /** Leads to a cell. */
  go(cell: string): void;
}

/** How long a notice stays that nobody closes, in milliseconds. */
const NOTICE = 12_000;

export class Toolbar {
  readonly root: HTMLElement;
  readonly #stop: HTMLButtonElement;
  readonly #notice = el('div', { class: 'satchel-toast', role: 'status', hidden: true });
  readonly #go: (cell: string) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `status` is the chip, `alarm` its alarm. */
  constructor(status: HTMLElement, alarm: HTMLElement, acts: ToolbarActs) {
    this.#go = acts.go;
    this.#stop = button('satchel-stop', 'Stop', acts.stop, 'stop');
    this.#stop.disabled = true;
    const named = (element: HTMLButtonElement, title: string): HTMLButtonElement => {
      element.title = title;
      return element;
    };
    const buttons = el('div', { class: 'satchel-buttons', role: 'group', 'aria-label': 'All cells of this page' },
      named(button('satchel-run-all', 'Run all', acts.runAll, 'all'), 'Run every cell from the top; stop at the first error'),
      named(button('satchel-run-above', 'Run above', acts.runAbove, 'above'), 'Run every cell above the one you are in'),
      named(this.#stop, 'Stop the running cell and forget the waiting ones'),
      named(button('satchel-restart', 'Restart', acts.restart, 'restart'), 'Start Python afresh; your edits stay'),
      named(button('satchel-open-workspace', 'My work', acts.openWorkspace, 'work'), 'Your edits in this course: list, backup, restore'));
    this.root = el('div', { class: 'satchel-toolbar', role: 'region', 'aria-label': 'Python and your work' },
      this.#notice, alarm, el('div', { class: 'satchel-row' }, status, buttons));
  }

  /** Whether there is anything to stop. */
  set active(active: boolean) {
    this.#stop.disabled = !active;
  }

  /** Shows a sentence that can wait: not while another one is there. */
  remark(words: string): void {
    if (this.#notice.hidden) this.notice(words, null);
  }

  /** Shows a sentence for a while. `cell` is the cell it is about. */
  notice(words: string, cell: string | null): void {
    clearTimeout(this.#timer);
    const close = button('satchel-close', 'Close', () => { this.#notice.hidden = true; });
    const parts = [el('p', {}, words), ...(cell === null ? [] : [button('satchel-go', 'Go to the cell', () => this.#go(cell))]), close];
    this.#notice.replaceChildren(...parts);
    this.#notice.hidden = false;
    this.#timer = setTimeout(() => { this.#notice.hidden = true; }, NOTICE);
  }
}
