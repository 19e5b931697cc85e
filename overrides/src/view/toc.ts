/** Marks the pages with the student's edits in the book's table of contents. */
import { el } from './dom.ts';
import { pathBelow } from '../work/keys.ts';
import { sameText } from '../work/records.ts';
import type { StoredEdit } from '../work/archive.ts';

/** The pages that hold edits, as paths below the site root. */
export function editedPages(edits: readonly StoredEdit[]): ReadonlySet<string> {
  const pages = edits.flatMap(({ record }) =>
    record.place.page !== '' && !sameText(record.text, record.baseText) ? [record.place.page] : []);
  return new Set(pages.map((page) => page.replace(/(^|\/)index\.html$/, '$1')));
}

/** Puts a mark at each entry of the sidebar that leads to one of `pages`, and takes the others away. `root` is the site's absolute URL. */
export function markContents(root: string, pages: ReadonlySet<string>): void {
  for (const link of document.querySelectorAll<HTMLAnchorElement>('nav.bd-links a.reference.internal')) {
    const path = pathBelow(root, link.href);
    const wanted = path !== null && pages.has(path);
    const mark = link.querySelector('.satchel-mark');
    if (wanted && !mark) {
      link.append(el('span', { class: 'satchel-mark', title: 'You have edits here' }, el('span', { class: 'satchel-hidden' }, ' (has your edits)')));
    } else if (!wanted) mark?.remove();
  }
}
