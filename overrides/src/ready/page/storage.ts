/** Looks at the storage: writes something, reads it back, takes it away, and asks what the browser promises. */
import { deleteDB, openDB } from 'idb';
import { localWords } from '../../store/journal.ts';
import { inForeignFrame } from '../../view/frame.ts';
import type { DatabaseSeen, StorageSeen } from '../seen.ts';

/** Milliseconds after which a browser that says nothing counts as one that refuses. */
const PATIENCE = 15_000;

export async function lookAtStorage(course: string): Promise<StorageSeen> {
  // Only there at secure addresses.
  const storage: StorageManager | undefined = navigator.storage;
  const [database, promised, quota] = await Promise.all([
    lookAtDatabase(`satchel-check/${course}`),
    storage?.persisted().catch(() => null) ?? null,
    storage?.estimate().then((estimate) => estimate.quota ?? null, () => null) ?? null,
  ]);
  return { database, aside: keepsAside(), promised, quota, framed: inForeignFrame() };
}

async function lookAtDatabase(name: string): Promise<DatabaseSeen> {
  const begun = performance.now();
  try {
    await inTime(writeAndRead(name));
    return { milliseconds: performance.now() - begun, problem: null };
  } catch (error) {
    return { milliseconds: null, problem: error instanceof Error ? error.name : String(error) };
  }
}

async function writeAndRead(name: string): Promise<void> {
  const db = await openDB(name, 1, { upgrade: (fresh) => { fresh.createObjectStore('texts'); } });
  try {
    await db.put('texts', 'kept', 'text');
    if (await db.get('texts', 'text') !== 'kept') throw new DOMException('Another text came back.', 'DataError');
  } finally {
    db.close();
  }
  await deleteDB(name);
}

function inTime<T>(answer: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => { reject(new DOMException('The browser does not answer.', 'TimeoutError')); }, PATIENCE);
    answer.then(resolve, reject).finally(() => { clearTimeout(timer); });
  });
}

function keepsAside(): boolean {
  const name = 'satchel-check';
  try {
    const words = localWords();
    if (words === null) return false;
    words.setItem(name, 'kept');
    const back = words.getItem(name);
    words.removeItem(name);
    return back === 'kept';
  } catch {
    return false;
  }
}
