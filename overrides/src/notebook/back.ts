/** Decides what of a notebook that was worked on elsewhere, such as on a server, is the student's work in the book. Nothing in it is run or shown. */
import { bad, good, isBag, list, own, text, type Bag } from '../shape.ts';
import type { Parsed } from '../types.ts';
import type { StoredEdit } from '../work/archive.ts';
import type { CourseMap, CourseNotebook } from '../work/course.ts';
import { isIdentity, keyText } from '../work/keys.ts';
import { EARLIER_CELL, NOTES_CELL, NOTES_HEAD } from '../work/notebook.ts';
import { isNotes, NOTES } from '../work/notes.ts';
import { LONGEST_TEXT, sameText, texts, type EditRecord } from '../work/records.ts';
import type { AuthorNotebook } from './author.ts';
import { digest } from './digest.ts';
import { originOf, type Origin } from './known.ts';
import { pair, type Given, type Wanted } from './pair.ts';
import { sourceOf } from './source.ts';

/** A notebook file, parsed. `origin` is what it says of itself, `time` when the file was saved, in milliseconds since 1970. */
export interface BackFile {
  readonly name: string;
  readonly time: number;
  readonly origin: Origin | null;
  readonly cells: readonly Given[];
}

/** A cell that has no place in the book. */
export interface LeftCell {
  readonly kind: string;
  readonly text: string;
}

/** What there is to bring, what stays in the file, and how many of the author's cells the file does not have. */
export interface Back {
  readonly edits: readonly StoredEdit[];
  readonly left: readonly LeftCell[];
  readonly missing: number;
}

const MOST_CELLS = 5000;
/** So many of the author's texts must be in a file that does not say from which edition it is, for it to be from this one. */
const SAME_EDITION = 0.8;

/** Whether `value` is meant to be a notebook. */
export function isNotebook(value: unknown): value is Bag {
  return isBag(value) && own(value, 'nbformat') !== undefined && Array.isArray(own(value, 'cells'));
}

/** The notebook in `value`, or a sentence that says what is wrong with it. */
export function parseBack(value: Bag, name: string, time: number): Parsed<BackFile> {
  if (own(value, 'nbformat') !== 4) return bad('This notebook has an old or unknown format. Open it in Jupyter, save it there, and try again. Nothing was changed.');
  const raw = own(value, 'cells');
  if (Array.isArray(raw) && raw.length > MOST_CELLS) return bad(`This notebook claims more than ${MOST_CELLS} cells. Nothing was changed.`);
  const cells = list(raw, (cell, index): Parsed<Given> => {
    const source = sourceOf(cell);
    const kind = isBag(cell) ? text(own(cell, 'cell_type'), 50) : null;
    if (!isBag(cell) || kind === null || source === null) return bad(`its cell ${index + 1} has no type or no text`);
    if (source.length > LONGEST_TEXT) return bad(`its cell ${index + 1} is too long`);
    const metadata = own(cell, 'metadata');
    const mark = isBag(metadata) ? own(metadata, 'satchel') : undefined;
    const id = (isBag(mark) ? own(mark, 'cell') : undefined) ?? own(cell, 'id');
    return good({ id: isIdentity(id) ? id : null, kind, source, hash: digest(source) });
  });
  if (!cells.ok) return bad(`This notebook is damaged: ${cells.problem}. Nothing was changed.`);
  const metadata = own(value, 'metadata');
  return good({ name, time, origin: isBag(metadata) ? originOf(own(metadata, 'satchel')) : null, cells: cells.value });
}

function fileName({ download, page }: CourseNotebook): string {
  const path = download ?? page.replace(/\.html$/, '.ipynb');
  const name = path.slice(path.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** The notebook of the course that `file` is a copy of. `plain` takes from a file's name what downloads and copies add to it. */
export function bookOf({ name, origin, cells }: BackFile, map: CourseMap, plain: (name: string) => string): Parsed<CourseNotebook> {
  if (origin !== null && origin.course !== map.id) return bad('This notebook belongs to another course. Nothing was changed.');
  if (origin !== null) {
    const book = map.notebooks.get(origin.notebook);
    return book ? good(book) : bad('The course no longer has the notebook that this file is a copy of. Nothing was changed.');
  }
  const code = cells.filter(({ kind, source }) => kind === 'code' && source.trim() !== '');
  let best: CourseNotebook | null = null;
  let most = 0;
  for (const book of map.notebooks.values()) {
    const hashes = new Set(book.cells.values());
    const matches = code.filter(({ id, hash }) => (id !== null && book.cells.has(id)) || hashes.has(hash)).length;
    const size = Math.min(code.length, book.cells.size);
    // Two courses may begin with the same line: a single cell says something only in a file of the notebook's own name.
    const named = plain(name) === fileName(book);
    const enough = named ? matches >= 1 && matches * 4 >= size : matches >= 2 && matches * 2 >= size;
    const value = matches + (named ? 0.5 : 0);
    if (enough && value > most) [best, most] = [book, value];
  }
  return best ? good(best) : bad('This notebook is not one of this course\'s: hardly any of its cells is known here. Nothing was changed.');
}

/** What to bring of `file`, a copy of `book`. `author` is the notebook as the site has it now; `here` all that is stored of the student's. */
export function bringBack(file: BackFile, book: CourseNotebook, author: AuthorNotebook | null, here: readonly StoredEdit[]): Back {
  const known = new Map(file.origin?.known?.map((cell) => [cell.id, cell]));
  const stored = new Map(here.map((edit) => [keyText([edit.notebook, edit.cell]), edit.record]));
  const authors = new Map(author?.cells.map((cell) => [cell.id, cell]));
  const wanted: readonly Wanted[] = author?.cells.map(({ id, kind, source, hash }) => ({ id, kind, source, hashes: hashesOf(hash, id) }))
    ?? [...book.cells].map(([id, hash]) => ({ id, kind: 'code', source: null, hashes: hashesOf(hash, id) }));
  const pairs = pair(file.cells, wanted);
  const current = sameEdition(file.cells, author);
  const edits: StoredEdit[] = [];
  const left: LeftCell[] = [];
  for (const [index, { kind, source, hash }] of file.cells.entries()) {
    const id = pairs.get(index);
    const name = file.cells[index]?.id ?? '';
    if (kind === 'markdown' && name === NOTES_CELL) {
      edits.push(edit(NOTES, source.replace(NOTES_HEAD, '')));
      continue;
    }
    if (name === EARLIER_CELL || knows(stored.get(keyText([book.id, name])), source)) continue;
    if (source.trim() === '' || (id !== undefined && hashesOf(book.cells.get(id) ?? authors.get(id)?.hash, id).has(hash))) continue;
    if (id !== undefined && kind === 'code' && book.cells.has(id)) edits.push(edit(id, source));
    else left.push({ kind, text: source });
  }
  const found = new Set(pairs.values());
  return { edits, left, missing: [...book.cells.keys()].filter((id) => !found.has(id)).length };

  /** Digests of the author's texts of a cell: as the site has it, and as the copy knew it. */
  function hashesOf(now: string | undefined, id: string): ReadonlySet<string> {
    return new Set([now, known.get(id)?.base].filter((hash) => hash !== undefined));
  }

  function edit(cell: string, body: string): StoredEdit {
    const now = isNotes(cell) ? '' : book.cells.get(cell) ?? '';
    // An author's text that nobody has any more differs from every other, so the student is asked.
    const base = known.get(cell)?.base ?? (current ? now : '');
    const record = stored.get(keyText([book.id, cell])) ?? null;
    return {
      notebook: book.id,
      cell,
      record: {
        schema: 1, revision: 0, text: body, time: file.time, rival: null, versions: went(record, known.get(cell)?.seen),
        baseHash: base, baseText: base === now && base !== '' ? authors.get(cell)?.source ?? '' : '',
        place: { page: book.page, title: book.title, download: book.download },
      },
    };
  }
}

function knows(record: EditRecord | undefined, body: string): boolean {
  return record !== undefined && texts(record).some((each) => sameText(each, body));
}

/** The text that the copy was last in step with, if it is the one that is here: then the copy has gone on from it, and nothing need be asked. */
function went(record: EditRecord | null, seen: string | undefined): EditRecord['versions'] {
  return record !== null && record.rival === null && digest(record.text) === seen ? [{ text: record.text, time: record.time, why: 'elsewhere' }] : [];
}

/** Whether a copy that does not say so was made from the notebook as it is now: its prose is, by and large, still the author's. */
function sameEdition(cells: readonly Given[], author: AuthorNotebook | null): boolean {
  const prose = author?.cells.filter(({ kind, source }) => kind === 'markdown' && source.trim() !== '') ?? [];
  const here = new Set(cells.map(({ hash }) => hash));
  return author !== null && prose.filter(({ hash }) => here.has(hash)).length >= prose.length * SAME_EDITION;
}
