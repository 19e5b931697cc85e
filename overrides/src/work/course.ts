/** The course's map: which notebooks there are now, where their pages lie, and which cells they hold. The build writes it. */
import { bad, good, isBag, list, own, text } from '../shape.ts';
import type { Parsed } from '../types.ts';
import type { StoredEdit } from './archive.ts';
import { isIdentity, isSitePath } from './keys.ts';
import { isNotes } from './notes.ts';
import { isEdited, type Place } from './records.ts';

/** One notebook of the course as it is now. Addresses are relative to the site root. */
export interface CourseNotebook {
  readonly id: string;
  readonly title: string;
  readonly page: string;
  readonly download: string | null;
  readonly lite: string | null;
  /** Hash of the author's text by cell. */
  readonly cells: ReadonlyMap<string, string>;
}

export interface CourseMap {
  readonly id: string;
  readonly notebooks: ReadonlyMap<string, CourseNotebook>;
}

/** What has become of a cell: still in its notebook, now in another one, or taken out of the course. */
export type Standing =
  | { readonly kind: 'here' }
  | { readonly kind: 'moved'; readonly notebook: CourseNotebook }
  | { readonly kind: 'removed' };

function path(value: unknown): string | null {
  const found = text(value, 2000);
  return found !== null && found !== '' && isSitePath(found) ? found : null;
}

function parseCell(value: unknown): Parsed<readonly [string, string]> {
  const id = isBag(value) ? own(value, 'id') : undefined;
  const hash = isBag(value) ? text(own(value, 'hash'), 128) : null;
  return isIdentity(id) && hash !== null ? good([id, hash] as const) : bad('a cell of the map needs an id and a hash');
}

function parseNotebook(value: unknown): Parsed<CourseNotebook> {
  if (!isBag(value)) return bad('a notebook of the map is not an object');
  const id = own(value, 'id');
  const page = path(own(value, 'page'));
  const cells = list(own(value, 'cells'), parseCell);
  if (!isIdentity(id) || page === null) return bad('a notebook of the map needs an id and a page');
  if (!cells.ok) return cells;
  const title = text(own(value, 'title'), 1000) ?? id;
  return good({ id, title, page, download: path(own(value, 'download')), lite: text(own(value, 'lite'), 2000), cells: new Map(cells.value) });
}

/** The map in a value from the site, or what is wrong with it. */
export function parseCourse(value: unknown): Parsed<CourseMap> {
  if (!isBag(value) || own(value, 'schema') !== 1) return bad('the course map has a schema other than 1');
  const id = own(value, 'course');
  const notebooks = list(own(value, 'notebooks'), parseNotebook);
  if (!isIdentity(id)) return bad('the course map does not say which course it is of');
  return notebooks.ok ? good({ id, notebooks: new Map(notebooks.value.map((book) => [book.id, book])) }) : notebooks;
}

/** What has become of the cell in the course as it is now. */
export function standing(map: CourseMap, notebook: string, cell: string): Standing {
  const book = map.notebooks.get(notebook);
  // Notes belong to the page, whatever happens to its cells; a page that is no notebook is not in the map.
  if (book?.cells.has(cell) || (isNotes(cell) && (book !== undefined || notebook.startsWith('page:')))) return { kind: 'here' };
  const other = isNotes(cell) ? undefined : [...map.notebooks.values()].find((each) => each.cells.has(cell));
  return other ? { kind: 'moved', notebook: other } : { kind: 'removed' };
}

/** Where the notebook lies now; `null` if the course no longer has it. */
export function placeOf(map: CourseMap, notebook: string): Place | null {
  const book = map.notebooks.get(notebook);
  return book ? { page: book.page, title: book.title, download: book.download } : null;
}

/** Whether the author has changed a cell since the student edited it. */
export function revised(map: CourseMap, { notebook, cell, record }: StoredEdit): boolean {
  const hash = map.notebooks.get(notebook)?.cells.get(cell);
  return hash !== undefined && hash !== record.baseHash && isEdited(record);
}
