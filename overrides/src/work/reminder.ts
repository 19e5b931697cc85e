/** When it is time for a backup, and how to say so without nagging. */
import type { StoredEdit } from './archive.ts';
import { isEdited } from './records.ts';

const DAY = 24 * 60 * 60_000;
/** Work that was never backed up is worth a word after this long, or when it has grown to this many cells. */
const FIRST_AFTER = 7 * DAY;
const FIRST_CELLS = 20;
/** Later ones are due when the last backup is this old and does not hold everything. */
const AGAIN_AFTER = 14 * DAY;

function cells(count: number): string {
  return count === 1 ? '1 cell' : `${count} cells`;
}

/** A sentence, or `null` while there is nothing to say. `lastBackup` and `now` are in milliseconds since 1970. */
export function reminder(edits: readonly StoredEdit[], lastBackup: number | null, now: number): string | null {
  const edited = edits.map(({ record }) => record).filter(isEdited);
  const since = edited.filter(({ time }) => time > (lastBackup ?? 0));
  if (since.length === 0) return null;
  if (lastBackup === null) {
    const oldest = Math.min(...since.map(({ time }) => time));
    return now - oldest >= FIRST_AFTER || since.length >= FIRST_CELLS
      ? `You have no backup yet: ${cells(since.length)} that you changed exist only in this browser.` : null;
  }
  if (now - lastBackup < AGAIN_AFTER) return null;
  return `Your last backup is ${Math.floor((now - lastBackup) / DAY)} days old; ${cells(since.length)} changed since.`;
}
