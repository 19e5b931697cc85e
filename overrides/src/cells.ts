/** A page's cells: the view of each, and what the student does to its text. Whether they run is somebody else's business. */
import type { Desk } from './desk.ts';
import type { Runnable } from './run/runner.ts';
import type { PageCell, PageConfig } from './types.ts';
import { BareCell } from './view/bare.ts';
import { CellView } from './view/cell.ts';
import { el } from './view/dom.ts';
import { HINT } from './view/editor.ts';
import { onIntent } from './view/intent.ts';
import { reset } from './work/edits.ts';

/** What becomes of a cell that is to run. */
export interface CellRuns {
  /** The student asks for this cell. */
  run(id: string): void;
  /** The student is about to ask for one. */
  expect(): void;
}

const KEYS = 'Shift+Enter runs the cell and goes to the next, Control+Enter runs it and stays. Escape, then Tab, leaves the editor.';
const STILL_KEYS = 'This cell does not run on this page; what you write is kept. Escape, then Tab, leaves the editor.';

export class PageCells {
  readonly #desk: Desk;
  readonly #now: () => number;
  readonly #refused: () => void;
  readonly #hint = el('div', { id: HINT, hidden: true });
  readonly #views = new Map<string, CellView>();
  readonly #bare = new Map<string, BareCell>();
  readonly #resets = new Map<string, string>();
  #runs: CellRuns | null = null;
  #current: string | null = null;

  /** `refused` is called when the student asks for a run where there is none. */
  constructor(page: PageConfig, article: HTMLElement, desk: Desk, now: () => number, refused: () => void) {
    this.#desk = desk;
    this.#now = now;
    this.#refused = refused;
    for (const [index, cell] of page.cells.entries()) this.#adopt(cell, index + 1);
    article.append(this.#hint);
    this.runs = null;
  }

  /** What runs the cells; `null` where nothing does: then they can be changed, and have no Run button. */
  set runs(runs: CellRuns | null) {
    this.#runs = runs;
    this.#hint.textContent = runs === null ? STILL_KEYS : KEYS;
    for (const view of this.#views.values()) view.runs = runs !== null;
  }

  /** Puts `text` into a cell as if it were typed. Resolves when it is saved, or when saving failed. */
  async setSource(id: string, text: string): Promise<void> {
    const { session } = this.#desk;
    session.type(id, text);
    this.#views.get(id)?.editor.setText(text);
    await session.flush();
  }

  /** Leads the reader to a cell. */
  go(id: string): void {
    const view = this.#views.get(id);
    view?.root.scrollIntoView({ block: 'center' });
    view?.editor.root.focus({ preventScroll: true });
  }

  /** Shows what the session has decided; `own` means that the editor has the text already. */
  show(id: string, own: boolean): void {
    const { session } = this.#desk;
    const base = session.record(id)?.baseText ?? '';
    this.#views.get(id)?.show({ decision: session.decision(id), base, undoable: this.#resets.has(id) }, own);
  }

  /** The cell as something that runs. */
  runnable(id: string): Runnable {
    const cell = this.#views.get(id) ?? this.#bare.get(id);
    if (!cell) throw new RangeError(`There is no cell “${id}” on this page.`);
    return cell;
  }

  /** Whether this is a cell without visible code that has still to run in this Python. */
  waits(id: string): boolean {
    return this.#bare.get(id)?.waits ?? false;
  }

  /** Id of the cell the reader is in: the one last focused, else the first one in view; `null` if there is none. */
  get current(): string | null {
    const inView = [...this.#views].find(([, view]) => view.root.getBoundingClientRect().bottom > 0)?.[0];
    return this.#current ?? inView ?? null;
  }

  #adopt(cell: PageCell, ordinal: number): void {
    const { session } = this.#desk;
    const root = document.querySelector<HTMLElement>(`[data-satchel-cell="${CSS.escape(cell.id)}"]`);
    const pre = root?.querySelector<HTMLElement>('.cell_input pre');
    if (!root || !pre) {
      const tell = (words: string): void => this.#desk.toolbar.notice(words, null);
      this.#bare.set(cell.id, new BareCell(root, cell, () => session.decision(cell.id).text, tell));
      return;
    }
    const view = new CellView(root, pre, cell, ordinal, {
      input: (text) => this.#typed(cell.id, text),
      run: (onward) => {
        if (this.#runs === null) return this.#refused();
        this.#runs.run(cell.id);
        if (onward) this.#next(cell.id)?.editor.focus();
      },
      reset: () => {
        this.#resets.set(cell.id, session.decision(cell.id).text);
        void session.act(cell.id, reset);
      },
      undo: () => {
        const text = this.#resets.get(cell.id);
        this.#resets.delete(cell.id);
        if (text !== undefined) void session.putBack(cell.id, text);
      },
      choose: (choice) => void session.choose(cell.id, choice),
      putBack: (text) => session.putBack(cell.id, text),
      versions: () => this.#desk.versions(cell.id),
      say: (words) => this.#desk.say(words),
      now: this.#now,
    });
    root.addEventListener('focusin', () => { this.#current = cell.id; });
    onIntent(view.wishes, () => this.#runs?.expect());
    this.#views.set(cell.id, view);
    this.show(cell.id, true);
  }

  #typed(id: string, text: string): void {
    this.#resets.delete(id);
    this.#desk.session.type(id, text);
    this.#runs?.expect();
  }

  #next(id: string): CellView | undefined {
    const ids = [...this.#views.keys()];
    const next = ids[ids.indexOf(id) + 1];
    return next === undefined ? undefined : this.#views.get(next);
  }
}
