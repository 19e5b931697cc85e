/** Which book page belongs to a notebook. The table comes with JupyterLite's configuration, as text. */
import { isRecord } from '../boot/protocol.ts';

/**
 * The absolute URL of the page for the notebook at `path` inside JupyterLite, or null when the book has none.
 *
 * `table`: JSON of `{"<notebook path>": "<page, relative to the site root>"}`. `liteUrl`: JupyterLite's base URL, one
 * folder below the site root.
 */
export function bookPage(table: string, path: string, liteUrl: string): string | null {
  const pages = parseTable(table);
  const page = pages.get(path.replace(/^[^/]*:/, ''));
  return page === undefined ? null : new URL(page, new URL('../', liteUrl)).href;
}

/** The table in `text`; empty when it is missing or not such a table. */
export function parseTable(text: string): ReadonlyMap<string, string> {
  const pages = new Map<string, string>();
  if (text === '') return pages;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    console.error('satchelPages in jupyter-lite.json is not JSON; notebooks will have no way back to the book');
    return pages;
  }
  if (!isRecord(value)) return pages;
  for (const [notebook, page] of Object.entries(value)) {
    if (typeof page === 'string') pages.set(notebook, page);
  }
  return pages;
}
