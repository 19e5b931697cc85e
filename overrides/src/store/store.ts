/** The student's work in IndexedDB. A write counts only once its transaction is complete. */
import { storeName, type CellKey } from '../work/keys.ts';
import { isNewer, parseRecord, salvage, type EditRecord } from '../work/records.ts';
import type { StoredEdit } from '../work/archive.ts';
import { openDatabase, type Connection, type Database } from './database.ts';

/** The browser keeps nothing for this page: blocked, broken, or it does not answer. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}

/** A newer version of the site has saved here; this page is too old to write over it. `cell` if it is about one cell only. */
export class NewerWork extends Error {
  override readonly name = 'NewerWork';
  readonly cell: string | null;

  constructor(message: string, cell: string | null) {
    super(message);
    this.cell = cell;
  }
}

/** What was read: the usable records, those of them that were damaged, and how many others there are (past reading, or of a newer schema). */
export interface ReadResult {
  readonly edits: readonly StoredEdit[];
  readonly damaged: readonly CellKey[];
  readonly newer: readonly CellKey[];
  readonly unreadable: number;
}

/** How long an open may take before the page goes on without storage, in milliseconds. */
const PATIENCE = 3000;
const DURABLE = { durability: 'strict' } as const;

function abort(tx: { abort(): void }): void {
  try {
    tx.abort();
  } catch (error) {
    // After a failed request the browser has aborted it already.
    if (!(error instanceof Error) || error.name !== 'InvalidStateError') throw error;
  }
}

function isCellKey(key: readonly unknown[]): boolean {
  return key.length === 2 && key.every((part) => typeof part === 'string');
}

/** One course's store. Opens when first used, and again whenever the connection is lost. */
export class EditStore {
  readonly #name: string;
  readonly #patience: number;
  readonly #now: () => number;
  #db: Promise<Database> | null = null;
  #births = 0;
  #late = false;
  #outdated = false;
  /** Called when `outdated` has become true. */
  onOutdated: (() => void) | null = null;

  constructor(courseId: string, now: () => number, patience: number = PATIENCE) {
    this.#name = storeName(courseId);
    this.#now = now;
    this.#patience = patience;
  }

  /** How often this page found no database and made one. A second time means that the site's data has been cleared meanwhile. */
  get births(): number {
    return this.#births;
  }

  /** Whether a newer version of the site has changed the layout, so that this page must not write any more. */
  get outdated(): boolean {
    return this.#outdated;
  }

  #lost = (): void => {
    this.#db = null;
  };

  readonly #connection: Connection = {
    onBirth: () => { this.#births += 1; },
    onClose: this.#lost,
    onNewer: () => {
      if (this.#outdated) return;
      this.#outdated = true;
      this.onOutdated?.();
    },
  };

  /** The open database. Rejects with `StoreUnavailable`; a failure is never remembered. */
  async #open(): Promise<Database> {
    if (typeof indexedDB === 'undefined') throw new StoreUnavailable('This browser has no storage for pages.');
    this.#db ??= openDatabase(this.#name, this.#connection);
    const opening = this.#db;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      const giveUp = (): void => {
        this.#late = true;
        reject(new StoreUnavailable('The browser\'s storage does not answer.'));
      };
      // Patience is for the first wait; an open that has been late once is only looked after.
      timer = setTimeout(giveUp, this.#late ? 0 : this.#patience);
    });
    try {
      const db = await Promise.race([opening, late]);
      this.#late = false;
      return db;
    } catch (error) {
      if (error instanceof StoreUnavailable) throw error;
      this.#lost();
      const told = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      throw new StoreUnavailable(`The browser does not let this page store anything (${told}).`);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Runs `work` on the database, once more on a fresh connection if the old one turns out to be closed. */
  async #with<T>(work: (db: Database) => Promise<T>): Promise<T> {
    try {
      return await work(await this.#open());
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'InvalidStateError') throw error;
      this.#lost();
      return work(await this.#open());
    }
  }

  /** All work in the course, or in one notebook of it. */
  read(notebook?: string): Promise<ReadResult> {
    // Arrays sort after strings in IndexedDB, so an empty array ends the range of a notebook's cells.
    const range = notebook === undefined ? null : IDBKeyRange.bound([notebook], [notebook, []]);
    return this.#with(async (db) => {
      const found = { edits: new Array<StoredEdit>(), damaged: new Array<CellKey>(), newer: new Array<CellKey>(), unreadable: 0 };
      const { store } = db.transaction('edits');
      for (let cursor = await store.openCursor(range); cursor; cursor = await cursor.continue()) {
        const [book, cell] = cursor.key;
        const parsed = parseRecord(cursor.value);
        const record = parsed.ok ? parsed.value : salvage(cursor.value);
        if (!isCellKey(cursor.key) || book === undefined || cell === undefined) found.unreadable += 1;
        else if (record) {
          found.edits.push({ notebook: book, cell, record });
          if (!parsed.ok) found.damaged.push([book, cell]);
        } else {
          found.unreadable += 1;
          if (isNewer(cursor.value)) found.newer.push([book, cell]);
        }
      }
      return found;
    });
  }

  /** One cell's record; `null` if there is none that can be read. */
  get(key: CellKey): Promise<EditRecord | null> {
    return this.#with(async (db) => {
      const raw = await db.get('edits', [...key]);
      const parsed = parseRecord(raw);
      return parsed.ok ? parsed.value : raw === undefined ? null : salvage(raw);
    });
  }

  /**
   * Replaces records by what `change` makes of them, all or none. Resolves with the new ones when the browser has them
   * on disk. A damaged value is moved aside, never overwritten; one of a newer schema rejects with `NewerWork`.
   */
  update(keys: readonly CellKey[], change: (current: EditRecord | null, key: CellKey) => EditRecord): Promise<readonly EditRecord[]> {
    return this.#with(async (db) => {
      if (this.#outdated) throw new NewerWork('a newer version of the site keeps the work of this course', null);
      const tx = db.transaction('edits', 'readwrite', DURABLE);
      // Keeps this rejection from going unhandled when a request has told the same story before.
      tx.done.catch(() => undefined);
      const kept: EditRecord[] = [];
      try {
        for (const key of keys) {
          const raw = await tx.store.get([...key]);
          const parsed = parseRecord(raw);
          if (isNewer(raw)) throw new NewerWork(`cell ${key.join(' ')} is of a newer schema`, key[1]);
          const damaged = raw !== undefined && !parsed.ok;
          if (damaged) await tx.store.put(raw, [...key, `unreadable ${this.#now()}`]);
          const record = change(parsed.ok ? parsed.value : damaged ? salvage(raw) : null, key);
          await tx.store.put(record, [...key]);
          kept.push(record);
        }
      } catch (error) {
        // What was put so far would otherwise be committed.
        abort(tx);
        throw error;
      }
      await tx.done;
      return kept;
    });
  }
}
