/** The student's work on this page: what the cells hold, what the store holds, and how the two come together. */
import { decide, ran, typed, type Decision, type Moment } from '../work/edits.ts';
import type { Journal } from './journal.ts';
import { isForeign, reconcile, replay, seen, type Seen } from '../work/merge.ts';
import { joinVersions, type EditRecord, type Place } from '../work/records.ts';
import { StoreUnavailable, type EditStore } from './store.ts';
import type { PageCell, PageConfig, StorageState } from '../types.ts';
import { saveProblem } from '../words.ts';

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

interface Entry {
  readonly cell: PageCell;
  record: EditRecord | null;
  /** The save of this cell that this tab knows; any other in the store is somebody else's. */
  known: Seen | null;
  dirty: boolean;
  /** Counts changes, to see whether a cell changed again while it was being saved. */
  edition: number;
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
  readonly #entries: ReadonlyMap<string, Entry>;
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
    this.#entries = new Map(page.cells.map((cell) => [cell.id, { cell, record: null, known: null, dirty: false, edition: 0 }]));
  }

  get ids(): readonly string[] {
    return [...this.#entries.keys()];
  }

  #entry(id: string): Entry {
    const entry = this.#entries.get(id);
    if (!entry) throw new RangeError(`There is no cell “${id}” on this page. Its cells are: ${this.ids.join(', ')}`);
    return entry;
  }

  /** What the cell shows. Throws `RangeError` for a cell that is not on the page. */
  decision(id: string): Decision {
    const { cell, record } = this.#entry(id);
    return decide(cell, record);
  }

  record(id: string): EditRecord | null {
    return this.#entry(id).record;
  }

  get report(): StorageReport {
    const entries = [...this.#entries.values()];
    const times = entries.flatMap(({ record, dirty }) => record && !dirty ? [record.time] : []);
    const saved = times.length > 0 ? Math.max(...times) : null;
    if (this.#problem) return { state: this.#problem.state, saved, problem: this.#problem.words };
    if (entries.some((entry) => entry.dirty)) return { state: 'saving', saved, problem: null };
    return { state: saved === null ? 'empty' : 'saved', saved, problem: null };
  }

  /** Whether leaving now would lose something. */
  get unsaved(): boolean {
    return [...this.#entries.values()].some((entry) => entry.dirty);
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
      await this.#store.update([...words.keys()].map((cell) => [this.#page.notebook, cell] as const), (current, [, cell]) => {
        const word = words.get(cell);
        if (!word) throw new RangeError(`cell ${cell} left no word`);
        return replay(current, word.record, word.known);
      });
      this.#journal.clear();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Takes over what others have saved. A cell with a change of its own keeps it; saving it settles the matter. */
  async refresh(): Promise<void> {
    try {
      const { edits } = await this.#store.read(this.#page.notebook);
      for (const { cell: id, record } of edits) {
        const entry = this.#entries.get(id);
        if (!entry || entry.dirty || !isForeign(record, entry.known)) continue;
        entry.record = record;
        entry.known = seen(record);
        this.#events.cell(id, false);
      }
      if (!this.unsaved) this.#problem = null;
    } catch (error) {
      this.#fail(error);
    }
    this.#events.storage(this.report);
  }

  /** The student typed. */
  type(id: string, text: string): void {
    const entry = this.#entry(id);
    if (decide(entry.cell, entry.record).text === text) return;
    this.#change(entry, typed(entry.record, this.#moment(entry), text), true);
    this.#saveAfter(SAVE_AFTER);
  }

  /** Any other act of the student, such as a reset. Saved at once. */
  act(id: string, change: (record: EditRecord | null, moment: Moment) => EditRecord): Promise<void> {
    const entry = this.#entry(id);
    const record = change(entry.record, this.#moment(entry));
    if (record !== entry.record) this.#change(entry, record, false);
    return this.flush();
  }

  /** The cell is about to run: keep what runs as a version, and save. */
  ran(id: string): void {
    const entry = this.#entry(id);
    const record = ran(entry.record, this.#moment(entry));
    if (record) this.#change(entry, record, true);
    void this.flush();
  }

  /** Saves everything that is not saved. Resolves when it is, or when it failed, which is reported. */
  flush(): Promise<void> {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    this.#draining ??= this.#drain().finally(() => { this.#draining = null; });
    return this.#draining;
  }

  /** The page is being left: hands everything unsaved to the browser without waiting for it. */
  leave(): void {
    if (!this.#isOpen || !this.unsaved) return;
    this.#journal.write([...this.#entries.values()].flatMap(({ cell, record, known, dirty }) =>
      dirty && record ? [{ cell: cell.id, record, known }] : []));
    for (const entry of this.#entries.values()) {
      if (!entry.dirty || entry.record === null) continue;
      const record = { ...entry.record, revision: entry.record.revision + 1 };
      if (!this.#store.putNow([this.#page.notebook, entry.cell.id], record)) continue;
      entry.record = record;
      entry.known = seen(record);
    }
  }

  #moment(entry: Entry): Moment {
    return { cell: entry.cell, now: this.#clock.now(), place: this.#place };
  }

  #change(entry: Entry, record: EditRecord, own: boolean): void {
    entry.record = record;
    entry.dirty = true;
    entry.edition += 1;
    this.#events.cell(entry.cell.id, own);
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
    this.#events.storage(this.report);
  }

  async #save(): Promise<void> {
    const batch = [...this.#entries.values()].flatMap((entry) => entry.dirty && entry.record
      ? [{ entry, wanted: entry.record, known: entry.known, edition: entry.edition }] : []);
    const wanted = new Map(batch.map((item) => [item.entry.cell.id, item]));
    const keys = batch.map(({ entry }) => [this.#page.notebook, entry.cell.id] as const);
    const kept = await this.#store.update(keys, (current, [, id]) => {
      const item = wanted.get(id);
      if (!item) throw new RangeError(`cell ${id} is not part of this save`);
      return reconcile(current, item.wanted, item.known);
    });
    for (const [index, record] of kept.entries()) {
      const item = batch[index];
      if (item) this.#kept(item.entry, record, item.edition);
    }
    if (this.#store.births !== this.#births) {
      // The site's data has been cleared under the open page. What this page still knows is worth writing again.
      this.#births = this.#store.births;
      for (const entry of this.#entries.values()) entry.dirty ||= entry.record !== null && !wanted.has(entry.cell.id);
    }
    if (!this.unsaved) this.#journal.clear();
    this.#problem = null;
    this.#retry = RETRY_FIRST;
    this.#events.saved(batch.map(({ entry }) => entry.cell.id));
  }

  #kept(entry: Entry, record: EditRecord, edition: number): void {
    const before = decide(entry.cell, entry.record);
    entry.known = seen(record);
    if (entry.edition === edition || entry.record === null) {
      entry.record = record;
      entry.dirty = false;
    } else {
      // Typed on meanwhile: the newer text stays, with what the save brought to light.
      const versions = joinVersions(entry.record.versions, record.versions);
      entry.record = { ...entry.record, revision: record.revision, rival: record.rival, versions };
    }
    if (decide(entry.cell, entry.record).state !== before.state) this.#events.cell(entry.cell.id, true);
  }

  #fail(error: unknown): void {
    const state = error instanceof StoreUnavailable ? 'unavailable' : 'failed';
    this.#problem = { state, words: saveProblem(error) };
  }
}
