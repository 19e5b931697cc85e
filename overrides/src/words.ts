/** The sentences that the page says about Python and about storage. */
import type { KernelState, Progress, StorageState } from './types.ts';

const MEGABYTE = 1_000_000;

/** Bytes for a reader: `14.0 MB`, `320 KB`. */
export function bytes(count: number): string {
  if (count >= 1000 * MEGABYTE) return `${(count / (1000 * MEGABYTE)).toFixed(1)} GB`;
  return count >= MEGABYTE ? `${(count / MEGABYTE).toFixed(1)} MB` : `${Math.ceil(count / 1000)} KB`;
}

/** `1 cell`, `3 cells`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** A moment as a reader would say it on the day `now`: `10:32`, or `3 Nov, 10:32`. Both in milliseconds since 1970. */
export function clock(time: number, now: number): string {
  const date = new Date(time);
  const hour = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' }).format(date);
  if (date.toDateString() === new Date(now).toDateString()) return hour;
  const year = date.getFullYear() === new Date(now).getFullYear() ? {} : { year: 'numeric' } as const;
  return `${new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', ...year }).format(date)}, ${hour}`;
}

/** Whole per cent of a start, 0 to 100; `null` while the size is unknown. */
export function percent(progress: Progress | null): number | null {
  if (progress === null || progress.total <= 0) return null;
  return Math.max(0, Math.min(100, Math.floor((100 * progress.loaded) / progress.total)));
}

/**
 * The state of Python, and separately the part that changes many times a second. `kept`: cells run on earlier pages. `hosted`:
 * it is one on a server.
 */
export function kernelWords(state: KernelState, progress: Progress | null, kept: number, hosted = false): { words: string; detail: string } {
  if (hosted) return { words: HOSTED_WORDS[state], detail: '' };
  switch (state) {
    case 'off': return { words: 'Python off', detail: '' };
    case 'idle': return kept > 0 ? { words: 'Python ready', detail: 'variables kept' } : { words: 'Python ready', detail: '' };
    case 'busy': return { words: 'Python running', detail: '' };
    case 'dead': return { words: 'Python stopped', detail: '' };
    case 'loading': {
      if (progress === null || progress.total <= 0) return { words: 'Python loading', detail: '' };
      if (progress.loaded >= progress.total) return { words: 'Python starting', detail: '' };
      const total = bytes(progress.total);
      const loaded = total.endsWith('MB') ? (progress.loaded / MEGABYTE).toFixed(1) : bytes(progress.loaded);
      return { words: 'Python loading', detail: `${loaded} of ${total}` };
    }
  }
}

const HOSTED_WORDS: Readonly<Record<KernelState, string>> = {
  off: 'Hosted Python connected', loading: 'Hosted Python starting', idle: 'Hosted Python ready', busy: 'Hosted Python running',
  dead: 'Hosted Python stopped',
};

/** Why there are variables on a page that has not run anything. */
export function keptWords(kept: number): string {
  return kept === 0 ? '' : `Python goes on from the pages before: what ${plural(kept, 'cell')} there defined is still known. Restart begins afresh.`;
}

/** What has become of the student's edits. `saved` is the time of the last save in milliseconds since 1970. */
export function storageWords(state: StorageState, saved: number | null, now: number): string {
  switch (state) {
    case 'empty': return 'no edits yet';
    case 'saving': return 'saving…';
    case 'saved': return saved === null ? 'saved' : `saved ${clock(saved, now)}`;
    case 'failed': return 'NOT saved';
    case 'unavailable': return 'cannot save here';
  }
}

/** What the student should know of work that was found damaged. */
export function damageWords(cells: number): string {
  return `The stored work of ${plural(cells, 'cell')} on this page was damaged. What could still be read is shown; look at it, and at the cell's history.`;
}

/** Why a save failed and what helps, from the error's name; browsers differ too much in the rest of it. */
export function saveProblem(error: unknown): string {
  const name = error instanceof Error ? error.name : '';
  const told = error instanceof Error ? error.message : String(error);
  switch (name) {
    case 'QuotaExceededError':
      return 'The browser has no room left for this site. Download your work now, then free some space.';
    case 'StoreUnavailable':
      return `${told} Your edits stay until you close this page. Download them to keep them.`;
    case 'NewerWork':
      return 'A newer version of this site has been used in this browser. This older page shows your work but must not write over it: '
        + 'reload the page. If this stays, download your work.';
    default:
      return `The browser could not store your edits (${name || 'unknown error'}${told ? `: ${told}` : ''}). Download your work now; saving is tried again.`;
  }
}

/** What a student should know on a page that another site shows in a frame. */
export const FRAMED = 'This page is shown inside another site. The browser keeps what you write here apart from the course\'s own pages.';

/** Why nothing can be stored in a frame, and what helps. */
export const FRAMED_OUT = 'This page is shown inside another site, and there the browser lets it store nothing. '
  + 'What you write here is gone when the page is closed: open it in its own tab, which takes your texts along, or download them.';
