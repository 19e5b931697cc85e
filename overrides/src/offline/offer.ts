/** Whether this page can offer to keep the course, and the words for readers about it. */
import { bytes } from '../words.ts';

/** What a page is and what its browser has, as far as keeping needs it. */
export interface Surroundings {
  readonly protocol: string;
  readonly secure: boolean;
  readonly framed: boolean;
  readonly workers: boolean;
  readonly caches: boolean;
}

export function isLoopback(hostname: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}

/** Said where the browser keeps nothing. */
export const REFUSED = 'This browser, or this private window, keeps no pages. Try a normal window, or a current Chrome, Edge, Firefox or Safari.';

/** Why nothing can be kept here; `null` if it can. */
export function obstacle({ protocol, secure, framed, workers, caches }: Surroundings): string | null {
  if (protocol === 'file:') return 'These pages were opened from a folder of this computer. They need no connection to be read.';
  if (framed) return 'These pages are shown inside another site, where the browser keeps nothing for long. Open the course in its own tab first.';
  if (!secure) return 'This site is not reached by https, and then browsers keep no pages. Ask your teacher for an address that begins with https.';
  if (!workers || !caches) return REFUSED;
  return null;
}

/** Said where the program in the zip serves the course. */
export const LOCAL = 'This copy of the course is on your computer already and needs no connection.';

/** Said where the site has no list of its files. */
export const UNLISTED = 'This site does not offer to keep the course.';

/** What the browser says about its room, as far as it says anything; bytes. */
export interface Estimate {
  readonly quota?: number | undefined;
  readonly usage?: number | undefined;
}

export function freeIn({ quota, usage }: Estimate): number | null {
  return quota === undefined ? null : Math.max(0, quota - (usage ?? 0));
}

/** Why `need` bytes cannot be kept. `free` is what the browser says it has, which may be wrong. */
export function noRoom(need: number, free: number | null): string {
  const has = free !== null && free < need ? `, and the browser has ${bytes(free)} left for this site` : ', and the browser does not have that much left for this site';
  return `There is not enough room: the course needs ${bytes(need)}${has}. Nothing was stored. Free some space on this device, then try again.`;
}

/** Whole per cent, for the bar and for what is read out. */
export function share(done: number, total: number): number {
  return total === 0 ? 100 : Math.max(0, Math.min(100, Math.floor((100 * done) / total)));
}

/** What a screen reader hears while files arrive: each quarter once, not every file. `said` is the share it heard last. */
export function spoken(now: number, said: number): string | null {
  const quarter = Math.floor(now / 25) * 25;
  return quarter > said && quarter < 100 ? `${quarter} per cent are here.` : null;
}

/** What still needs a connection. */
export const LIMITS = 'Without a connection, activities on a server and cells that fetch from the internet do not run. Everything else does.';
