/** A page whose cells run here: brings its cells, the student's work and Python together. */
import { BareCell } from './view/bare.ts';
import { CellView } from './view/cell.ts';
import { Announcer, el } from './view/dom.ts';
import { onIntent } from './view/intent.ts';
import { HINT } from './view/editor.ts';
import { chosen, replaced, reset } from './work/edits.ts';
import { NOTES } from './work/notes.ts';
import type { Journal } from './store/journal.ts';
import { Library } from './store/library.ts';
import type { Place } from './work/records.ts';
import { Runner, type Runnable } from './run/runner.ts';
import { Session, type Clock } from './store/session.ts';
import { StatusChip } from './view/status.ts';
import type { EditStore } from './store/store.ts';
import { Tabs } from './store/tabs.ts';
import { Toolbar } from './view/toolbar.ts';
import { savesData } from './saving.ts';
import type { Kernel, KernelState, PageCell, PageConfig, Progress } from './types.ts';
import { keptWords } from './words.ts';
import type { StoredEdit } from './work/archive.ts';

/** What a book page works with. */
export interface BookPorts {
  readonly store: EditStore;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly place: Place;
  kernel(): Promise<Kernel>;
  /** Whether an earlier page has left a Python that this one can have at once. */
  kept(): Promise<boolean>;
  /** True once in a tab: the reader has not been told yet that variables are kept. */
  tellKept(): boolean;
  /** Downloads everything as a backup; resolves with what could not be put into it. */
  backup(library: Library): Promise<readonly string[]>;
  openWorkspace(book: BookPage): void;
  /** Work in the course has changed. */
  changed(): void;
}

export class BookPage {
  readonly page: PageConfig;
  readonly session: Session;
  readonly runner: Runner;
  readonly library: Library;
  readonly #ports: BookPorts;
  readonly #views = new Map<string, CellView>();
  readonly #bare = new Map<string, BareCell>();
  readonly #resets = new Map<string, string>();
  readonly #announcer = new Announcer();
  readonly #status: StatusChip;
  readonly #toolbar: Toolbar;
  readonly #tabs: Tabs;
  #current: string | null = null;
  #asked = false;

  constructor(page: PageConfig, article: HTMLElement, ports: BookPorts) {
    this.page = page;
    this.#ports = ports;
    const { clock } = ports;
    const say = (words: string): void => this.#announcer.say(words);
    this.session = new Session(page, ports.place, ports.store, ports.journal, clock, {
      cell: (id, own) => this.#show(id, own),
      storage: (report) => this.#status.storage(report),
      saved: (cells) => this.#saved(cells),
      remark: (words) => this.#toolbar.notice(words, null),
    });
    this.library = new Library(page, ports.store, {
      now: () => clock.now(),
      unsaved: () => [...this.session.ids, NOTES].flatMap((cell): StoredEdit[] => {
        const record = this.session.record(cell);
        return record ? [{ notebook: this.session.notebook, cell, record }] : [];
      }),
      changed: (edits) => this.#changed(edits),
    });
    this.runner = new Runner(ports.kernel, (id) => this.#runnable(id), () => clock.now(), {
      kernel: (state, progress, kept) => this.#kernel(state, progress, kept),
      notice: (words, cell) => this.#toolbar.notice(words, cell),
      running: (id) => this.session.ran(id),
    });
    this.#tabs = new Tabs(page.course.id, (saved) => {
      if (saved.notebook === this.session.notebook) void this.session.refresh();
      ports.changed();
    });
    ports.journal.watch(() => void this.session.refresh());
    this.#status = new StatusChip(say, () => clock.now(), () => void this.backup());
    this.#toolbar = new Toolbar(this.#status.root, this.#status.alarm, {
      runAll: () => void this.run(this.session.ids),
      runAbove: () => void this.run(this.session.ids.slice(0, this.#position())),
      stop: () => void this.runner.stop(this.session.ids),
      restart: () => void this.runner.restart(this.session.ids),
      openWorkspace: () => ports.openWorkspace(this),
      go: (cell) => this.go(cell),
    });
    for (const [index, cell] of page.cells.entries()) this.#adopt(cell, index + 1);
    const hint = el('div', { id: HINT, hidden: true },
      'Shift+Enter runs the cell and goes to the next, Control+Enter runs it and stays. Escape, then Tab, leaves the editor.');
    article.append(this.#toolbar.root, this.#announcer.root, hint);
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

  /** Runs cells in this order; an unexpected error stops the rest. */
  async run(ids: readonly string[]): ReturnType<Runner['run']> {
    performance.mark('satchel:click');
    const done = this.runner.run(ids);
    this.#toolbar.active = this.#stoppable;
    const result = await done;
    this.#toolbar.active = this.#stoppable;
    return result;
  }

  async backup(): Promise<readonly string[]> {
    await this.session.flush();
    return this.#ports.backup(this.library);
  }

  /** Puts the author's text back into every cell of the page. */
  async resetPage(): Promise<{ cells: number; undo: () => Promise<void> }> {
    const edited = this.session.ids.filter((id) => this.session.decision(id).state !== 'pristine');
    const texts = edited.map((id) => [id, this.source(id)] as const);
    await Promise.all(edited.map((id) => this.session.act(id, reset)));
    return { cells: edited.length, undo: async () => { await Promise.all(texts.map(([id, text]) => this.putBack(id, text))); } };
  }

  async putBack(id: string, text: string): Promise<void> {
    await this.session.act(id, (record, moment) => replaced(record, moment, text, 'replaced'));
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
      this.#bare.set(cell.id, new BareCell(root, cell, () => this.source(cell.id), (words) => this.#toolbar.notice(words, null)));
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
        if (text !== undefined) void this.putBack(cell.id, text);
      },
      choose: (choice) => void this.session.act(cell.id, (record, moment) => {
        if (record === null) throw new RangeError(`cell ${cell.id} has no second text to choose`);
        return chosen(record, moment, choice);
      }),
      say: (words) => this.#announcer.say(words),
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
    this.#status.kernel(state, progress, kept);
    this.#toolbar.active = this.#stoppable;
    if (kept > 0 && this.#ports.tellKept()) this.#toolbar.remark(keptWords(kept));
  }

  #show(id: string, own: boolean): void {
    const record = this.session.record(id);
    this.#views.get(id)?.show({
      decision: this.session.decision(id), base: record?.baseText ?? '', undoable: this.#resets.has(id),
    }, own);
  }

  #saved(cells: readonly string[]): void {
    this.#tabs.tell({ notebook: this.session.notebook, cells });
    this.#ports.changed();
    if (this.#asked) return;
    this.#asked = true;
    // Asked for once there is something to keep; the answer may be no, and the workspace says so.
    navigator.storage?.persist().catch((error: unknown) => console.warn('satchel: persistent storage was refused', error));
  }

  async #changed(edits: readonly StoredEdit[]): Promise<void> {
    const books = new Map<string, string[]>();
    for (const { notebook, cell } of edits) books.set(notebook, [...books.get(notebook) ?? [], cell]);
    for (const [notebook, cells] of books) this.#tabs.tell({ notebook, cells });
    await this.session.refresh();
    this.#ports.changed();
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
