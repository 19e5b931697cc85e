/** Whether a visit to the course is worth a look through the browser's other databases: once in a tab, and only if there are any. */
import { mayBeOlder } from '../drive/names.ts';
import { storeName } from '../work/keys.ts';

/** Whether this is the first look of this visit, and something may be found. Where the browser lists nothing, only the panel looks. */
export async function firstLook(course: string): Promise<boolean> {
  if (typeof indexedDB === 'undefined' || typeof indexedDB.databases !== 'function') return false;
  const mark = `${storeName(course)}/looked`;
  try {
    if (sessionStorage.getItem(mark) !== null) return false;
    sessionStorage.setItem(mark, '1');
  } catch {
    // Without a place for the mark, every page would look.
    return false;
  }
  return (await indexedDB.databases()).some(({ name }) => name !== undefined && mayBeOlder(name, course));
}
