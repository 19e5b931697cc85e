/** Marks the pages with the student's edits in the book's table of contents. */
import { el } from './dom.ts';
import { pathBelow } from '../work/keys.ts';
import { isEdited } from '../work/records.ts';
import type { StoredEdit } from '../work/archive.ts';

const ENTRIES = 'nav.bd-links a.reference.internal';

/** The pages that hold edits, as paths below the site root. `now` says where a notebook lies now, `null` if that is not known. */
export function editedPages(edits: readonly StoredEdit[], now: (notebook: string) => string | null = () => null): ReadonlySet<string> {
  const pages = edits.filter(({ record }) => isEdited(record)).map(({ notebook, record }) => now(notebook) ?? record.place.page);
  return new Set(pages.filter((page) => page !== '').map((page) => page.replace(/(^|\/)index\.html$/, '$1')));
}

/** Whether the sidebar lacks an entry for one of `pages`, as it does when the author has moved or removed it. `root` is the site's absolute URL. */
export function missing(root: string, pages: ReadonlySet<string>): boolean {
  const entries = new Set([...document.querySelectorAll<HTMLAnchorElement>(ENTRIES)].map((link) => pathBelow(root, link.href)));
  return [...pages].some((page) => !entries.has(page));
}

/** Puts a mark at each entry of the sidebar that leads to one of `pages`, and takes the others away. `root` is the site's absolute URL. */
export function markContents(root: string, pages: ReadonlySet<string>): void {
  for (const link of document.querySelectorAll<HTMLAnchorElement>(ENTRIES)) {
    const path = pathBelow(root, link.href);
    const wanted = path !== null && pages.has(path);
    const mark = link.querySelector('.satchel-mark');
    if (wanted && !mark) {
      link.append(el('span', { class: 'satchel-mark', title: 'You have edits here' }, el('span', { class: 'satchel-hidden' }, ' (has your edits)')));
    } else if (!wanted) mark?.remove();
  }
}
