/** Remembers when the student last took a backup. A hint, kept apart from the work: where it is lost, the reminder comes sooner. */
import { instant } from '../shape.ts';
import { storeName } from '../work/keys.ts';
import { localWords } from './journal.ts';

function name(course: string): string {
  return `${storeName(course)}/backup`;
}

/** In milliseconds since 1970; `null` if there was none, or if it is not known. */
export function lastBackup(course: string, storage: Storage | null = localWords()): number | null {
  const told = storage?.getItem(name(course)) ?? null;
  return told === null ? null : instant(Number(told));
}

export function markBackup(course: string, now: number, storage: Storage | null = localWords()): void {
  try {
    storage?.setItem(name(course), String(now));
  } catch (error) {
    console.warn('satchel: the time of the backup could not be noted', error);
  }
}

/** Whether this browser has not been here before, as far as it remembers; from now on it has. `false` where it remembers nothing at all. */
export function firstTime(course: string, storage: Storage | null = localWords()): boolean {
  const been = `${storeName(course)}/been-here`;
  try {
    if (storage === null || storage.getItem(been) !== null) return false;
    storage.setItem(been, '1');
    return true;
  } catch (error) {
    console.warn('satchel: this visit could not be noted', error);
    return false;
  }
}
