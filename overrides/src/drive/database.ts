/**
 * JupyterLite's database of files, laid out as localForage does it, and opened without getting in JupyterLite's way.
 *
 * localForage opens without a version, makes a missing store by going one version further, and closes its connection when
 * somebody else does so. So must we: no connection is held, none is opened with a version unless a store has to be made.
 */
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';

/** The store with the files, by their path. */
export const FILES = 'files';
/** What lies beside it when JupyterLite has used everything once. The last one is localForage's own. */
const STORES = [FILES, 'counters', 'checkpoints', 'local-forage-detect-blob-support'] as const;
/** localForage begins with an empty layout and goes one version further for each of JupyterLite's three stores. */
const VERSION = 4;
/** How long another tab may keep us waiting, in milliseconds. */
const PATIENCE = 5000;

interface Schema extends DBSchema {
  files: { key: string; value: unknown };
  counters: { key: string; value: unknown };
  checkpoints: { key: string; value: unknown };
  'local-forage-detect-blob-support': { key: string; value: unknown };
}

/** JupyterLite's database, open. */
export type DriveDatabase = IDBPDatabase<Schema>;

function giveWay(_current: number, _wanted: number | null, event: IDBVersionChangeEvent): void {
  if (event.target instanceof IDBDatabase) event.target.close();
}

/** The names of all databases of this origin; `null` where the browser does not tell. */
export async function databaseNames(): Promise<readonly string[] | null> {
  if (typeof indexedDB.databases !== 'function') return null;
  return (await indexedDB.databases()).flatMap(({ name }) => name === undefined ? [] : [name]);
}

/** Opens the database `name` as it is; `null` if there is none, and then none is made. */
async function openAsIs(name: string): Promise<DriveDatabase | null> {
  const names = await databaseNames();
  if (names !== null && !names.includes(name)) return null;
  let absent = false;
  try {
    return await inTime(openDB<Schema>(name, undefined, {
      // Without a version there is an upgrade only if there was no database; given up, it leaves none behind.
      upgrade(_db, _from, _to, tx) {
        absent = true;
        tx.done.catch(() => undefined);
        tx.abort();
      },
      blocking: giveWay,
    }));
  } catch (error) {
    if (absent) return null;
    throw error;
  }
}

/** Opens a drive to look at it; `null` if the database is not there or is not laid out like a drive. */
export async function openToRead(name: string): Promise<DriveDatabase | null> {
  const db = await openAsIs(name);
  if (db === null || db.objectStoreNames.contains(FILES)) return db;
  db.close();
  return null;
}

/** Opens a drive to write into it. What is missing is made as localForage would, so that JupyterLite goes on with it. */
export async function openToWrite(name: string): Promise<DriveDatabase> {
  const db = await openAsIs(name);
  if (db?.objectStoreNames.contains(FILES)) return db;
  const version = db === null ? VERSION : db.version + 1;
  db?.close();
  return inTime(openDB<Schema>(name, version, {
    upgrade(fresh) {
      for (const store of STORES) if (!fresh.objectStoreNames.contains(store)) fresh.createObjectStore(store);
    },
    blocking: giveWay,
  }));
}

/** Waits for an open while other tabs have the database in hand. One that comes too late is closed again. */
async function inTime(opening: Promise<DriveDatabase>): Promise<DriveDatabase> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('Another tab keeps the notebook view\'s files busy. Close the tabs with notebooks, then try again.')), PATIENCE);
  });
  try {
    return await Promise.race([opening, late]);
  } catch (error) {
    void opening.then((db) => db.close(), () => undefined);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
