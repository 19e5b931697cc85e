/** The student's work in IndexedDB. A write counts only once its transaction is complete. */
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import { storeName, type CellKey } from '../work/keys.ts';
import { isNewer, parseRecord, type EditRecord } from '../work/records.ts';
import type { StoredEdit } from '../work/archive.ts';

/** The browser keeps nothing for this page: blocked, broken, or it does not answer. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}

/** A newer version of the site has saved here; this page is too old to write over it. */
export class NewerWork extends Error {
  override readonly name = 'NewerWork';
}

/** What was read: the usable records, and how many others there are (damaged, or of a newer schema). */
export interface ReadResult {
  readonly edits: readonly StoredEdit[];
  readonly unreadable: number;
}

interface Schema extends DBSchema {
  // Keys are [notebook, cell]; a third part marks a value that could not be read and was moved aside.
  edits: { key: string[]; value: unknown };
}

type Database = IDBPDatabase<Schema>;

const VERSION = 1;
/** How long an open may take before the page goes on without storage, in milliseconds. */
const PATIENCE = 3000;
const DURABLE = { durability: 'strict' } as const;

async function open(name: string, onBirth: () => void, onClose: () => void): Promise<Database> {
  const callbacks = {
    upgrade(db: Database, oldVersion: number): void {
      if (oldVersion === 0) onBirth();
      if (!db.objectStoreNames.contains('edits')) db.createObjectStore('edits');
    },
    // Another tab wants a newer layout or deletes the database: an open connection would block it for good.
    blocking(_current: number, _blocked: number | null, event: IDBVersionChangeEvent): void {
      if (event.target instanceof IDBDatabase) event.target.close();
      onClose();
    },
    terminated: onClose,
  };
  try {
    return await openDB<Schema>(name, VERSION, callbacks);
  } catch (error) {
    // A newer version of the site was here. Its records carry their own schema number, so the store can still be used.
    if (error instanceof Error && error.name === 'VersionError') return openDB<Schema>(name, undefined, callbacks);
    throw error;
  }
}

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
  #db: Promise<Database> | null = null;
  #ready: Database | null = null;
  #births = 0;

  readonly #now: () => number;

  constructor(courseId: string, now: () => number, patience: number = PATIENCE) {
    this.#name = storeName(courseId);
    this.#now = now;
    this.#patience = patience;
  }

  /** How often this page found no database and made one. A second time means that the site's data has been cleared meanwhile. */
  get births(): number {
    return this.#births;
  }

  #lost = (): void => {
    this.#db = null;
    this.#ready = null;
  };

  /** The open database. Rejects with `StoreUnavailable`; a failure is never remembered. */
  async #open(): Promise<Database> {
    if (typeof indexedDB === 'undefined') throw new StoreUnavailable('This browser has no storage for pages.');
    this.#db ??= open(this.#name, () => { this.#births += 1; }, this.#lost).then((db) => (this.#ready = db));
    const opening = this.#db;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new StoreUnavailable('The browser\'s storage does not answer.')), this.#patience);
    });
    try {
      return await Promise.race([opening, late]);
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
      const edits: StoredEdit[] = [];
      let unreadable = 0;
      const { store } = db.transaction('edits');
      for (let cursor = await store.openCursor(range); cursor; cursor = await cursor.continue()) {
        const [book, cell] = cursor.key;
        const parsed = parseRecord(cursor.value);
        if (isCellKey(cursor.key) && parsed.ok && book !== undefined && cell !== undefined) {
          edits.push({ notebook: book, cell, record: parsed.value });
        } else unreadable += 1;
      }
      return { edits, unreadable };
    });
  }

  /** One cell's record; `null` if there is none that can be read. */
  get(key: CellKey): Promise<EditRecord | null> {
    return this.#with(async (db) => {
      const parsed = parseRecord(await db.get('edits', [...key]));
      return parsed.ok ? parsed.value : null;
    });
  }

  /**
   * Replaces records by what `change` makes of them, all or none. Resolves with the new ones when the browser has them
   * on disk. A value that cannot be read is moved aside, never overwritten; one of a newer schema rejects with `NewerWork`.
   */
  update(keys: readonly CellKey[], change: (current: EditRecord | null, key: CellKey) => EditRecord): Promise<readonly EditRecord[]> {
    return this.#with(async (db) => {
      const tx = db.transaction('edits', 'readwrite', DURABLE);
      // Keeps this rejection from going unhandled when a request has told the same story before.
      tx.done.catch(() => undefined);
      const kept: EditRecord[] = [];
      try {
        for (const key of keys) {
          const raw = await tx.store.get([...key]);
          const parsed = parseRecord(raw);
          if (isNewer(raw)) throw new NewerWork(`cell ${key.join(' ')} is of a newer schema`);
          if (raw !== undefined && !parsed.ok) await tx.store.put(raw, [...key, `unreadable ${this.#now()}`]);
          const record = change(parsed.ok ? parsed.value : null, key);
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

  /**
   * Writes at once, for a page that is being left: a transaction that first reads would be cut off with the page.
   * `false` if there is no open connection.
   */
  putNow(key: CellKey, record: EditRecord): boolean {
    if (this.#ready === null) return false;
    try {
      const tx = this.#ready.transaction('edits', 'readwrite', DURABLE);
      tx.done.catch(() => undefined);
      tx.store.put(record, [...key]).catch(() => undefined);
      tx.commit();
      return true;
    } catch {
      // The connection is closing under us. The caller still holds the text and says that it is not saved.
      return false;
    }
  }
}
