/** The student's work on this page: what the cells hold, what the store holds, and how the two come together. */
import type { PageConfig, StorageState } from '../types.ts';
import { ran, typed, type Decision, type Moment } from '../work/edits.ts';
import { Entries } from '../work/entries.ts';
import type { CellKey } from '../work/keys.ts';
import { reconcile, replay } from '../work/merge.ts';
import type { EditRecord, Place } from '../work/records.ts';
import { saveProblem } from '../words.ts';
import type { Journal } from './journal.ts';
import { StoreUnavailable, type EditStore } from './store.ts';

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
}

export interface SessionEvents {
  /** What the cell shows has changed; `own` means the student is typing it, so the editor has it already. */
  cell(id: string, own: boolean): void;
  storage(report: StorageReport): void;
  /** These cells are in the store now. */
  saved(cells: readonly string[]): void;
}

/** A save starts at most this long after a key, in milliseconds. */
const SAVE_AFTER = 250;
/** First and longest wait before a failed save is tried again, in milliseconds. */
const RETRY_FIRST = 2000;
const RETRY_MOST = 30_000;

export class Session {
  readonly #page: PageConfig;
  readonly #place: Place;
  readonly #store: EditStore;
  readonly #journal: Journal;
  readonly #clock: Clock;
  readonly #events: SessionEvents;
  readonly #entries: Entries;
  #opened: Promise<void> | null = null;
  #isOpen = false;
  #births = 0;
  #draining: Promise<void> | null = null;
  #cancelTimer: (() => void) | null = null;
  #retry = RETRY_FIRST;
  #problem: { readonly state: 'failed' | 'unavailable'; readonly words: string } | null = null;

  constructor(page: PageConfig, place: Place, store: EditStore, journal: Journal, clock: Clock, events: SessionEvents) {
    this.#page = page;
    this.#place = place;
    this.#store = store;
    this.#journal = journal;
    this.#clock = clock;
    this.#events = events;
    this.#entries = new Entries(page.cells);
  }

  get ids(): readonly string[] {
    return this.#entries.ids;
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
    if (this.#problem) return { state: this.#problem.state, saved, problem: this.#problem.words };
    if (this.unsaved) return { state: 'saving', saved, problem: null };
    return { state: saved === null ? 'empty' : 'saved', saved, problem: null };
  }

  /** Whether leaving now would lose something. */
  get unsaved(): boolean {
    return this.#entries.unsaved;
  }

  /** Brings back what the store has. Nothing is saved before that. Never rejects; a failure is reported. */
  open(): Promise<void> {
    this.#opened ??= this.#replay().then(() => this.refresh()).then(() => {
      this.#births = this.#store.births;
      this.#isOpen = true;
    });
    return this.#opened;
  }

  /** Stores what the last visit to this page left behind when it was closed. */
  async #replay(): Promise<void> {
    const words = new Map(this.#journal.read().map((word) => [word.cell, word]));
    if (words.size === 0) return;
    try {
      await this.#store.update([...words.keys()].map((id) => this.#key(id)), (current, [, id]) => {
        const word = words.get(id);
        if (!word) throw new RangeError(`cell ${id} left no word`);
        return replay(current, word.record, word.known);
      });
      this.#journal.clear();
    } catch (error) {
      this.#fail(error);
      for (const { cell, record, known } of words.values()) {
        if (this.#entries.recall(cell, record, known)) this.#events.cell(cell, false);
      }
    }
  }

  /** Takes over what others have saved. A cell with a change of its own keeps it; saving it settles the matter. */
  async refresh(): Promise<void> {
    try {
      const { edits } = await this.#store.read(this.#page.notebook);
      for (const { cell, record } of edits) {
        if (this.#entries.adopt(cell, record)) this.#events.cell(cell, false);
      }
      if (!this.unsaved) this.#problem = null;
    } catch (error) {
      this.#fail(error);
    }
    this.#events.storage(this.report);
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

  /** The page is being left: hands everything unsaved to the browser without waiting for it. */
  leave(): void {
    if (!this.#isOpen || !this.unsaved) return;
    const wishes = this.#entries.wishes();
    this.#journal.write(wishes.map(({ id, wanted, known }) => ({ cell: id, record: wanted, known })));
    for (const { id, wanted } of wishes) {
      const record = { ...wanted, revision: wanted.revision + 1 };
      if (this.#store.putNow(this.#key(id), record)) this.#entries.sent(id, record);
    }
  }

  #key(id: string): CellKey {
    return [this.#page.notebook, id];
  }

  #moment(id: string): Moment {
    return { cell: this.#entries.cell(id), now: this.#clock.now(), place: this.#place };
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

  async #drain(): Promise<void> {
    await this.open();
    try {
      while (this.unsaved) await this.#save();
    } catch (error) {
      this.#fail(error);
      this.#saveAfter(this.#retry);
      this.#retry = Math.min(RETRY_MOST, this.#retry * 2);
    }
    // In this same turn, so that a change made right after it is not taken for saved.
    this.#draining = null;
    this.#events.storage(this.report);
  }

  async #save(): Promise<void> {
    const wishes = new Map(this.#entries.wishes().map((wish) => [wish.id, wish]));
    const kept = await this.#store.update([...wishes.keys()].map((id) => this.#key(id)), (current, [, id]) => {
      const wish = wishes.get(id);
      if (!wish) throw new RangeError(`cell ${id} is not part of this save`);
      return reconcile(current, wish.wanted, wish.known);
    });
    for (const [index, wish] of [...wishes.values()].entries()) {
      const record = kept[index];
      if (record && this.#entries.kept(wish, record)) this.#events.cell(wish.id, true);
    }
    if (this.#store.births !== this.#births) {
      // The site's data has been cleared under the open page. What this page still knows is worth writing again.
      this.#births = this.#store.births;
      this.#entries.forgotten(new Set(wishes.keys()));
    }
    if (!this.unsaved) this.#journal.clear();
    this.#problem = null;
    this.#retry = RETRY_FIRST;
    this.#events.saved([...wishes.keys()]);
  }

  #fail(error: unknown): void {
    const state = error instanceof StoreUnavailable ? 'unavailable' : 'failed';
    this.#problem = { state, words: saveProblem(error) };
  }
}
