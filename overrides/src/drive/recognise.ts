/** Decides whether a notebook from another drive is a copy of one of this course's. A second course on the same host must never pass. */
import { digest } from '../notebook/digest.ts';
import { originOf, type KnownCell } from '../notebook/known.ts';
import { isBag, own } from '../shape.ts';
import type { CourseMap, CourseNotebook } from '../work/course.ts';
import { isIdentity } from '../work/keys.ts';
import { sourceOf } from '../notebook/source.ts';
import type { NotebookFile } from './notebook.ts';

/** A cell of a copy. `id` is the course's name for it where the copy says it, `hash` the digest of its text. */
export interface CopyCell {
  readonly id: string | null;
  readonly kind: string;
  readonly source: string;
  readonly hash: string;
}

/** `ours`: a copy of `book`, or of one that the course no longer has. `foreign`: of another course. `own`: of none. */
export type Recognised =
  | { readonly kind: 'ours'; readonly book: CourseNotebook | null; readonly known: readonly KnownCell[] | null }
  | { readonly kind: 'foreign' }
  | { readonly kind: 'own' };

/** Where the site keeps the files that JupyterLite shows, relative to its root. */
const SITE_FILES = 'lite/files/';

export function cellsOf({ cells }: NotebookFile): readonly CopyCell[] {
  return cells.flatMap((cell): CopyCell[] => {
    const source = sourceOf(cell);
    if (!isBag(cell) || source === null) return [];
    const metadata = own(cell, 'metadata');
    const mark = isBag(metadata) ? own(metadata, 'satchel') : undefined;
    const named = isBag(mark) ? own(mark, 'cell') : undefined;
    const id = named ?? own(cell, 'id');
    return [{ id: isIdentity(id) ? id : null, kind: String(own(cell, 'cell_type')), source, hash: digest(source) }];
  });
}

/** The path of a course's notebook inside JupyterLite; `null` if it is not there. */
export function drivePath({ download }: CourseNotebook): string | null {
  if (download?.startsWith(SITE_FILES) !== true) return null;
  try {
    return decodeURIComponent(download.slice(SITE_FILES.length));
  } catch {
    // No address of the build's.
    return null;
  }
}

/** How many of the copy's code cells are the notebook's, by name or, under the notebook's own path, by text; 0 if that says nothing. */
function likeness(code: readonly CopyCell[], book: CourseNotebook, samePath: boolean): number {
  const hashes = new Set(book.cells.values());
  const matches = code.filter(({ id, hash }) => (id !== null && book.cells.has(id)) || (samePath && hashes.has(hash)));
  // Names are made from texts, and two courses may begin with the same line: one match says something only under the same path.
  const enough = samePath ? 1 : 2;
  return matches.length >= enough && matches.length * 2 >= Math.min(code.length, book.cells.size) ? matches.length : 0;
}

export function recognise(path: string, file: NotebookFile, map: CourseMap): Recognised {
  const metadata = own(file.body, 'metadata');
  const origin = isBag(metadata) ? originOf(own(metadata, 'satchel')) : null;
  if (origin !== null) {
    if (origin.course !== map.id) return { kind: 'foreign' };
    return { kind: 'ours', book: map.notebooks.get(origin.notebook) ?? null, known: origin.known };
  }
  const code = cellsOf(file).filter(({ kind, source }) => kind === 'code' && source.trim() !== '');
  let best: CourseNotebook | null = null;
  let most = 0;
  for (const book of map.notebooks.values()) {
    const count = likeness(code, book, drivePath(book) === path);
    if (count > most) [best, most] = [book, count];
  }
  return best === null ? { kind: 'own' } : { kind: 'ours', book: best, known: null };
}
