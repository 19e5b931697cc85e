/** JupyterLite's drive, one database: read as it is, written exactly as JupyterLite writes. No connection outlives a call. */
import { FILES, openToRead, openToWrite } from './database.ts';
import { parseItem, stored, type DriveItem } from './item.ts';

/** What lies in a drive by its path; `null` where something lies that cannot be read. */
export type Contents = ReadonlyMap<string, DriveItem | null>;

/** What is to become of a path: a new item, or nothing more. */
export type Write = DriveItem | { readonly path: string; readonly gone: true };

function gathered(keys: readonly unknown[], values: readonly unknown[]): Contents {
  const contents = new Map<string, DriveItem | null>();
  for (const [index, key] of keys.entries()) {
    const item = parseItem(key, values[index]);
    if (typeof key === 'string') contents.set(key, item.ok ? item.value : null);
  }
  return contents;
}

export class Drive {
  readonly name: string;

  /** `name` is the database's. */
  constructor(name: string) {
    this.name = name;
  }

  /** All that lies in it; `null` if the database is not there or is no drive. Nothing is made by looking. */
  async contents(): Promise<Contents | null> {
    const db = await openToRead(this.name);
    if (db === null) return null;
    try {
      const { store } = db.transaction(FILES);
      const [keys, values] = await Promise.all([store.getAllKeys(), store.getAll()]);
      return gathered(keys, values);
    } finally {
      db.close();
    }
  }

  /** What lies under `path`; `null` if there is nothing, or nothing that can be read. */
  async read(path: string): Promise<DriveItem | null> {
    const db = await openToRead(this.name);
    if (db === null) return null;
    try {
      const item = parseItem(path, await db.get(FILES, path));
      return item.ok ? item.value : null;
    } finally {
      db.close();
    }
  }

  /**
   * Writes what `decide` makes of the contents, all or nothing, and in one transaction: what another tab has saved meanwhile
   * is seen. Makes the drive if there is none and there is something to write. Resolves when the browser has it on disk.
   */
  async change(decide: (here: Contents) => readonly Write[]): Promise<void> {
    // A drive that is not there must not come into being for nothing.
    if (await this.contents() === null && decide(new Map()).length === 0) return;
    const db = await openToWrite(this.name);
    try {
      const tx = db.transaction(FILES, 'readwrite', { durability: 'strict' });
      // The request that fails has told the same story before.
      tx.done.catch(() => undefined);
      try {
        const [keys, values] = await Promise.all([tx.store.getAllKeys(), tx.store.getAll()]);
        for (const write of decide(gathered(keys, values))) {
          await ('gone' in write ? tx.store.delete(write.path) : tx.store.put(stored(write), write.path));
        }
      } catch (error) {
        // What was written so far would otherwise be committed.
        try {
          tx.abort();
        } catch (again) {
          // After a failed request the browser has done so already.
          if (!(again instanceof Error) || again.name !== 'InvalidStateError') throw again;
        }
        throw error;
      }
      await tx.done;
    } finally {
      db.close();
    }
  }
}
