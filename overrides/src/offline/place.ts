/** Where a course is kept: names that no other course has, and no other copy of the same course on this origin. */

/** A course at a place: `root` is the absolute URL of the site, ending with a slash. */
export interface Place {
  readonly course: string;
  readonly root: string;
}

/** Names of the browser's caches for a course. */
export interface CacheNames {
  /** Lists of editions, the state, and what belongs to which page. */
  readonly index: string;
  /** Contents by their hash. */
  readonly files: string;
  /** Filled and deleted again, to learn whether there is room. */
  readonly trial: string;
}

export function cacheNames({ course, root }: Place): CacheNames {
  const base = `satchel/${course}/offline${new URL(root).pathname}`;
  return { index: `${base}index`, files: `${base}files`, trial: `${base}trial` };
}

/** Address of the service worker; it says which course it is for. */
export function workerUrl({ course, root }: Place): string {
  return new URL(`service-worker.js?course=${encodeURIComponent(course)}`, root).href;
}

/** Address of the list of files. It is never kept under that address: it tells what the network has. */
export function listUrl({ root }: Place): string {
  return new URL('offline.json', root).href;
}

/** A request with this header is for the network alone. */
export const PAST = 'x-satchel-past-the-copy';

/** What a page asks of the service worker. */
export type Wish =
  /** Take over the pages of the course. The others than the one that asks stay with the network until they are left. */
  | { readonly satchel: 'claim' }
  /** Let the edition that is ready count from now on. */
  | { readonly satchel: 'switch' }
  /** To which edition does the page belong that asks? */
  | { readonly satchel: 'whose' };

/** The answer: the edition that the page belongs to; `null` if only the network has it. */
export interface Answer {
  readonly edition: string | null;
}
