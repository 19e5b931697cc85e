/** The layout of a course's database in the browser, and how it is opened. */
import { deleteDB, openDB, type DBSchema, type IDBPDatabase } from 'idb';

interface Schema extends DBSchema {
  // Keys are [notebook, cell]; a third part marks a value that could not be read and was moved aside.
  edits: { key: string[]; value: unknown };
}

/** A course's database, open. */
export type Database = IDBPDatabase<Schema>;

/** The layout that this page knows. */
const VERSION = 1;

/** What there is to know of a connection to the database. */
export interface Connection {
  /** There was no database, so one was made. */
  onBirth(): void;
  /** The connection is closed, by the browser or for another tab. */
  onClose(): void;
  /** The database has a newer layout than this page knows, or is about to get one. */
  onNewer(): void;
}

/** Opens the database `name`. Rejects as the browser does. */
export async function openDatabase(name: string, { onBirth, onClose, onNewer }: Connection): Promise<Database> {
  const callbacks = {
    upgrade(db: Database, oldVersion: number): void {
      if (oldVersion === 0) onBirth();
      if (!db.objectStoreNames.contains('edits')) db.createObjectStore('edits');
    },
    // Another tab wants a newer layout or deletes the database: an open connection would block it for good.
    blocking(_current: number, wanted: number | null, event: IDBVersionChangeEvent): void {
      if (event.target instanceof IDBDatabase) event.target.close();
      onClose();
      if (wanted !== null && wanted > VERSION) onNewer();
    },
    terminated: onClose,
  };
  try {
    const db = await openDB<Schema>(name, VERSION, callbacks);
    if (db.objectStoreNames.length > 0) return db;
    // Some other script has made it before us, and left it empty: nothing is lost with it.
    db.close();
    await deleteDB(name);
    return await openDB<Schema>(name, VERSION, callbacks);
  } catch (error) {
    // A newer version of the site was here. Its records carry their own schema number, so they can still be read.
    if (!(error instanceof Error) || error.name !== 'VersionError') throw error;
    const db = await openDB<Schema>(name, undefined, callbacks);
    onNewer();
    return db;
  }
}
