/** A student's own notes on a page: a cell without an author's text, so that they are saved, merged and backed up like one. */
import type { PageCell, PageConfig } from '../types.ts';
import type { Place } from './records.ts';

/** Identity of the notes among a page's cells. The build gives no cell a name with a colon. */
export const NOTES = ':notes';

export function isNotes(cell: string): boolean {
  return cell === NOTES;
}

export function notesCell(): PageCell {
  return { id: NOTES, source: '', hash: '', tags: [] };
}

/** Under which notebook a page's work is kept. A page that comes from no notebook goes by its own name. */
export function bookOf(page: Pick<PageConfig, 'notebook'>, place: Pick<Place, 'page'>): string {
  return page.notebook || `page:${place.page.replace(/\.html$/, '') || 'index'}`;
}
