/** The student's work on this page: what the cells hold, what the store holds, and how the two come together. */
import type { PageConfig, StorageState } from '../types.ts';
import { chosen, ran, replaced, typed, type Choice, type Decision, type Moment } from '../work/edits.ts';
import { Entries } from '../work/entries.ts';
import { bookOf, isNotes, notesCell } from '../work/notes.ts';
import type { EditRecord, Place } from '../work/records.ts';
import { damageWords, saveProblem } from '../words.ts';
import type { Journal } from './journal.ts';
import { storeLastWords } from './replay.ts';
import { Saver } from './saver.ts';
import { NewerWork, StoreUnavailable, type EditStore } from './store.ts';

/** Time as the session sees it: milliseconds since 1970, and a call after a delay. */
export interface Clock {
  now(): number;
  /** Calls `act` after `delay` milliseconds; the returned function prevents it. */
  after(delay: number, act: () => void): () => void;
}

/** What the page tells about saving. `saved` is the time of the last save on this page. */
export interface StorageReport {
  readonly state: StorageState;
  readonly saved: number | null;
  readonly problem: string | null;
  /** Whether a newer version of the site has been here, so that reloading the page helps. */
  readonly newer: boolean;
}

export interface SessionEvents {
  /** What the cell shows has changed; `own` means the student is typing it, so the editor has it already. */
  cell(id: string, own: boolean): void;
  storage(report: StorageReport): void;
  /** These cells are in the store now. */
  saved(cells: readonly string[]): void;
  /** A sentence that the student should see once. */
  remark(words: string): void;
}

/** A save starts at most this long after a key, in milliseconds. */
const SAVE_AFTER = 250;
/** First and longest wait before what failed is tried again, in milliseconds. */
const RETRY_FIRST = 2000;
const RETRY_MOST = 30_000;

export class Session {
  /** The notebook under which this page's work is kept. */
  readonly notebook: string;
  readonly #place: Place;
  readonly #store: EditStore;
  readonly #journal: Journal;
  readonly #clock: Clock;
  readonly #events: SessionEvents;
  readonly #entries: Entries;
  readonly #saver: Saver;
  #opened: Promise<void> | null = null;
  #draining: Promise<void> | null = null;
  #cancelTimer: (() => void) | null = null;
  #cancelRetry: (() => void) | null = null;
  #retry = RETRY_FIRST;
  #problem: { readonly state: 'failed' | 'unavailable'; readonly words: string; readonly newer: boolean } | null = null;
  #damage = 0;
  #seen = false;

  constructor(page: Pick<PageConfig, 'notebook' | 'cells'>, place: Place, store: EditStore, journal: Journal, clock: Clock, events: SessionEvents) {
    this.notebook = bookOf(page, place);
    this.#place = place;
    this.#store = store;
    this.#journal = journal;
    this.#clock = clock;
    this.#events = events;
    this.#entries = new Entries([...page.cells, notesCell()]);
    this.#saver = new Saver(this.notebook, store, this.#entries, {
      cell: (id) => events.cell(id, true),
      barred: (error) => { this.#fail(error); this.setAside(); },
      saved: (cells) => this.#saved(cells),
    });
    store.onOutdated = () => {
      this.#fail(new NewerWork('a newer version of the site keeps the work of this course', null));
      events.storage(this.report);
    };
  }

  /** The cells of the page, in its order; the notes are not among them. */
  get ids(): readonly string[] {
    return this.#entries.ids.filter((id) => !isNotes(id));
  }

  /** What the cell shows. Throws `RangeError` for a cell that is not on the page. */
  decision(id: string): Decision {
    return this.#entries.decision(id);
  }

  record(id: string): EditRecord | null {
    return this.#entries.record(id);
  }

  get report(): StorageReport {
    const { saved } = this.#entries;
    if (this.#problem) return { state: this.#problem.state, saved, problem: this.#problem.words, newer: this.#problem.newer };
    if (this.unsaved) return { state: 'saving', saved, problem: null, newer: false };
    return { state: saved === null ? 'empty' : 'saved', saved, problem: null, newer: false };
  }

  /** Whether anything is not in the store. */
  get unsaved(): boolean {
    return this.#entries.unsaved;
  }

  /** The text of the cell that the store held when it was last heard of; `null` if it held none. */
  stored(id: string): string | null {
    return this.#entries.stored(id);
  }

  /** Whether the store has been read. Until then nothing is known of the student's work. */
  get known(): boolean {
    return this.#seen;
  }

  /** Brings the store's work into the page. Never rejects; a failure is reported, and tried again. */
  open(): Promise<void> {
    this.#opened ??= this.refresh().then(() => this.#saver.begin());
    return this.#opened;
  }

  /** Takes over what others have saved or left. A cell with a change of its own keeps it; saving it settles the matter. */
  async refresh(): Promise<void> {
    try {
      for (const { left, error } of await storeLastWords(this.#store, this.#journal)) {
        this.#fail(error);
        this.#tryAgain();
        if (left.notebook !== this.notebook) continue;
        for (const { cell, record, known } of left.words) {
          if (this.#entries.recall(cell, record, known)) this.#events.cell(cell, false);
        }
      }
      await this.#read();
    } catch (error) {
      this.#fail(error);
      this.#tryAgain();
    }
    this.#events.storage(this.report);
  }

  async #read(): Promise<void> {
    const { edits, damaged, newer } = await this.#store.read(this.notebook);
    this.#seen = true;
    for (const { cell, record } of edits) {
      if (this.#entries.adopt(cell, record)) this.#events.cell(cell, false);
    }
    if (this.#store.outdated) this.#fail(new NewerWork('the database has a newer layout', null));
    else if (newer.length > 0) this.#fail(new NewerWork('a cell is of a newer schema', newer[0]?.[1] ?? null));
    else if (!this.unsaved) this.#problem = null;
    if (damaged.length > this.#damage) this.#events.remark(damageWords(damaged.length));
    this.#damage = damaged.length;
  }

  /** The student typed. */
  type(id: string, text: string): void {
    if (this.decision(id).text === text) return;
    this.#change(id, typed(this.record(id), this.#moment(id), text), true);
    this.#saveAfter(SAVE_AFTER);
  }

  /** Any other act of the student, such as a reset. Saved at once. */
  act(id: string, change: (record: EditRecord | null, moment: Moment) => EditRecord): Promise<void> {
    const record = change(this.record(id), this.#moment(id));
    if (record !== this.record(id)) this.#change(id, record, false);
    return this.flush();
  }

  /** Puts `text` into a cell; what is there goes to the history. Resolves when it is saved, or when saving failed. */
  putBack(id: string, text: string): Promise<void> {
    return this.act(id, (record, moment) => replaced(record, moment, text, 'replaced'));
  }

  /** Ends a conflict as the student wants it. */
  choose(id: string, choice: Choice): Promise<void> {
    return this.act(id, (record, moment) => {
      if (record === null) throw new RangeError(`cell ${id} has no second text to choose`);
      return chosen(record, moment, choice);
    });
  }

  /** The cell is about to run: keep what runs as a version, and save. */
  ran(id: string): void {
    const record = ran(this.record(id), this.#moment(id));
    if (record) this.#change(id, record, true);
    void this.flush();
  }

  /** Saves everything that is not saved. Resolves when it is, or when it failed, which is reported. */
  flush(): Promise<void> {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    this.#draining ??= this.#drain();
    return this.#draining;
  }

  /** The page may be gone in a moment: sets aside what is not in the store. `false` if the browser does not even take that. */
  setAside(): boolean {
    if (!this.unsaved) return true;
    const words = this.#entries.wishes().map(({ id, wanted, known }) => ({ cell: id, record: wanted, known }));
    return this.#journal.write(this.notebook, words);
  }

  #moment(id: string): Moment {
    return { cell: this.#entries.cell(id), now: this.#clock.now(), place: this.#place, rests: this.#entries.rests(id) };
  }

  #change(id: string, record: EditRecord, own: boolean): void {
    this.#entries.change(id, record);
    this.#events.cell(id, own);
    this.#events.storage(this.report);
  }

  #saveAfter(delay: number): void {
    this.#cancelTimer ??= this.#clock.after(delay, () => {
      this.#cancelTimer = null;
      void this.flush();
    });
  }

  /** Reads and saves again after a while that grows with every failure. */
  #tryAgain(): void {
    this.#cancelRetry ??= this.#clock.after(this.#retry, () => {
      this.#cancelRetry = null;
      this.#saver.unbar();
      void this.refresh().then(() => this.flush());
    });
    this.#retry = Math.min(RETRY_MOST, this.#retry * 2);
  }

  async #drain(): Promise<void> {
    await this.open();
    // Nothing is called saved before the work of earlier days is in the page.
    if (!this.#seen) await this.refresh();
    try {
      await this.#saver.all();
    } catch (error) {
      this.#fail(error);
      this.setAside();
      this.#tryAgain();
    }
    // In this same turn, so that a change made right after it is not taken for saved.
    this.#draining = null;
    this.#events.storage(this.report);
  }

  #saved(cells: readonly string[]): void {
    if (!this.unsaved) this.#journal.clear(this.notebook);
    if (!this.#saver.bars) this.#problem = null;
    this.#retry = RETRY_FIRST;
    this.#events.saved(cells);
  }

  #fail(error: unknown): void {
    const state = error instanceof StoreUnavailable ? 'unavailable' : 'failed';
    this.#problem = { state, words: saveProblem(error), newer: error instanceof NewerWork };
  }
}
