/** How work is addressed: by course, notebook and cell, never by URL or position. */

/** Where one cell's record lies in the store. */
export type CellKey = readonly [notebook: string, cell: string];

/** Longest identity that is accepted, in UTF-16 units. */
const LONGEST = 300;
// An identity becomes a property name or a CSS string somewhere; control characters and object internals never are one.
const FORBIDDEN = /[\u0000-\u001f\u007f]/;
const INTERNAL: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Name of the course's IndexedDB database, and of the channel between its tabs. */
export function storeName(courseId: string): string {
  return `satchel/${courseId}`;
}

/** Name of the database in which JupyterLite keeps the course's files; the build writes the same into its settings. */
export function contentsName(courseId: string): string {
  return `${storeName(courseId)}/lite/contents`;
}

/** Whether `value` may serve as the identity of a course, a notebook or a cell. */
export function isIdentity(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= LONGEST
    && !FORBIDDEN.test(value) && !INTERNAL.has(value);
}

/** One string for a key, for use in maps. */
export function keyText(key: CellKey): string {
  return JSON.stringify(key);
}

/** The path of `page` below `root`, without a trailing `index.html`; both are absolute URLs. `null` if it lies elsewhere. */
export function pathBelow(root: string, page: string): string | null {
  const base = new URL('.', root);
  const url = new URL(page, base);
  if (url.origin !== base.origin || !url.pathname.startsWith(base.pathname)) return null;
  return url.pathname.slice(base.pathname.length).replace(/(^|\/)index\.html$/, '$1');
}

/** Whether `path` stays below the site root: no scheme, no host, no climbing out. */
export function isSitePath(path: string): boolean {
  return path.length <= 500 && !/^[/\\]|[\\:\u0000-\u001f]|(^|\/)\.\.(\/|$)/.test(path);
}
