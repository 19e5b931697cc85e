/** A page whose cells run here: brings its cells, the student's work and Python together. */
import { Desk, type DeskPorts } from './desk.ts';
import { BareCell } from './view/bare.ts';
import { CellView } from './view/cell.ts';
import { el } from './view/dom.ts';
import { onIntent } from './view/intent.ts';
import { HINT } from './view/editor.ts';
import { reset } from './work/edits.ts';
import { together, withHidden } from './run/hidden.ts';
import { Runner, type Runnable } from './run/runner.ts';
import { savesData } from './saving.ts';
import type { Session } from './store/session.ts';
import type { Kernel, KernelState, PageCell, PageConfig, Progress } from './types.ts';
import { keptWords } from './words.ts';

/** What a book page works with. */
export interface BookPorts extends DeskPorts {
  kernel(): Promise<Kernel>;
  /** Whether an earlier page has left a Python that this one can have at once. */
  kept(): Promise<boolean>;
  /** True once in a tab: the reader has not been told yet that variables are kept. */
  tellKept(): boolean;
}

export class BookPage {
  readonly desk: Desk;
  readonly session: Session;
  readonly runner: Runner;
  readonly #ports: BookPorts;
  readonly #views = new Map<string, CellView>();
  readonly #bare = new Map<string, BareCell>();
  readonly #resets = new Map<string, string>();
  #current: string | null = null;

  constructor(page: PageConfig, article: HTMLElement, ports: BookPorts) {
    this.#ports = ports;
    this.desk = new Desk(page, article, ports, { cell: (id, own) => this.#show(id, own) }, {
      runAll: () => void this.run(together(page.cells, this.session.ids)),
      runAbove: () => void this.run(together(page.cells, this.session.ids.slice(0, this.#position()))),
      stop: () => void this.runner.stop(this.session.ids),
      restart: () => void this.runner.restart(this.session.ids),
      go: (cell) => this.go(cell),
    });
    this.session = this.desk.session;
    this.runner = new Runner(ports.kernel, (id) => this.#runnable(id), () => ports.clock.now(), {
      kernel: (state, progress, kept) => this.#kernel(state, progress, kept),
      notice: (words, cell) => this.desk.toolbar.notice(words, cell),
      running: (id) => this.session.ran(id),
    });
    for (const [index, cell] of page.cells.entries()) this.#adopt(cell, index + 1);
    const hint = el('div', { id: HINT, hidden: true },
      'Shift+Enter runs the cell and goes to the next, Control+Enter runs it and stays. Escape, then Tab, leaves the editor.');
    article.append(hint);
  }

  /** Brings back the student's work. */
  async open(): Promise<void> {
    await this.session.open();
    // Costs nothing, and the first run then need not wait. What fails is told when the student runs something.
    if (await this.#ports.kept()) void this.runner.warm();
  }

  source(id: string): string {
    return this.session.decision(id).text;
  }

  /** Puts `text` into a cell as if it were typed. Resolves when it is saved, or when saving failed. */
  async setSource(id: string, text: string): Promise<void> {
    this.session.type(id, text);
    this.#views.get(id)?.editor.setText(text);
    await this.session.flush();
  }

  /** Runs cells in this order, and hidden ones before them that have not run yet; an unexpected error stops the rest. */
  async run(ids: readonly string[]): ReturnType<Runner['run']> {
    performance.mark('satchel:click');
    const done = this.runner.run(withHidden(this.desk.page.cells, ids, (id) => this.#bare.get(id)?.waits ?? false));
    this.desk.toolbar.active = this.#stoppable;
    const result = await done;
    this.desk.toolbar.active = this.#stoppable;
    return result;
  }

  /** Leads the reader to a cell. */
  go(id: string): void {
    const view = this.#views.get(id);
    view?.root.scrollIntoView({ block: 'center' });
    view?.editor.root.focus({ preventScroll: true });
  }

  #adopt(cell: PageCell, ordinal: number): void {
    const root = document.querySelector<HTMLElement>(`[data-satchel-cell="${CSS.escape(cell.id)}"]`);
    const pre = root?.querySelector<HTMLElement>('.cell_input pre');
    if (!root || !pre) {
      this.#bare.set(cell.id, new BareCell(root, cell, () => this.source(cell.id), (words) => this.desk.toolbar.notice(words, null)));
      return;
    }
    const view = new CellView(root, pre, cell, ordinal, {
      input: (text) => this.#typed(cell.id, text),
      run: (onward) => {
        void this.run([cell.id]);
        if (onward) this.#next(cell.id)?.editor.focus();
      },
      reset: () => {
        this.#resets.set(cell.id, this.source(cell.id));
        void this.session.act(cell.id, reset);
      },
      undo: () => {
        const text = this.#resets.get(cell.id);
        this.#resets.delete(cell.id);
        if (text !== undefined) void this.session.putBack(cell.id, text);
      },
      choose: (choice) => void this.session.choose(cell.id, choice),
      putBack: (text) => this.session.putBack(cell.id, text),
      versions: () => this.desk.versions(cell.id),
      say: (words) => this.desk.say(words),
      now: () => this.#ports.clock.now(),
    });
    root.addEventListener('focusin', () => { this.#current = cell.id; });
    onIntent(view.wishes, () => this.#expectRun());
    this.#views.set(cell.id, view);
    this.#show(cell.id, true);
  }

  #typed(id: string, text: string): void {
    this.#resets.delete(id);
    this.session.type(id, text);
    this.#expectRun();
  }

  /** The student is about to run something: Python may start. */
  #expectRun(): void {
    if (!savesData()) void this.runner.warm();
  }

  get #stoppable(): boolean {
    return this.runner.active || this.runner.state === 'busy';
  }

  #kernel(state: KernelState, progress: Progress | null, kept: number): void {
    this.desk.status.kernel(state, progress, kept);
    this.desk.toolbar.active = this.#stoppable;
    if (kept > 0 && this.#ports.tellKept()) this.desk.toolbar.remark(keptWords(kept));
  }

  #show(id: string, own: boolean): void {
    const record = this.session.record(id);
    this.#views.get(id)?.show({
      decision: this.session.decision(id), base: record?.baseText ?? '', undoable: this.#resets.has(id),
    }, own);
  }

  #runnable(id: string): Runnable {
    const cell = this.#views.get(id) ?? this.#bare.get(id);
    if (!cell) throw new RangeError(`There is no cell “${id}” on this page.`);
    return cell;
  }

  #next(id: string): CellView | undefined {
    const ids = [...this.#views.keys()];
    const next = ids[ids.indexOf(id) + 1];
    return next === undefined ? undefined : this.#views.get(next);
  }

  /** Index of the cell the reader is in: the one last focused, else the first one in view. */
  #position(): number {
    const inView = [...this.#views].find(([, view]) => view.root.getBoundingClientRect().bottom > 0)?.[0];
    const id = this.#current ?? inView;
    return id === undefined ? 0 : this.session.ids.indexOf(id);
  }
}
