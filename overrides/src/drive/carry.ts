/** Decides what of a copy from another drive is the student's: texts for the store of edits, and whether the copy itself is worth keeping. */
import type { AuthorNotebook } from '../notebook/author.ts';
import type { KnownCell } from '../notebook/known.ts';
import type { StoredEdit } from '../work/archive.ts';
import type { CourseNotebook } from '../work/course.ts';
import { LONGEST_TEXT } from '../work/records.ts';
import type { CopyCell } from './recognise.ts';

/** What there is to bring. `whole`: the copy holds what is no text of a course's cell, so it is to be kept as a file too. */
export interface Carried {
  readonly edits: readonly StoredEdit[];
  readonly whole: boolean;
}

/** `author` is the notebook as the site has it now, `null` if it cannot be had; `saved` is when the copy was saved, in milliseconds since 1970. */
export function carry(
  cells: readonly CopyCell[], book: CourseNotebook, known: readonly KnownCell[] | null, author: AuthorNotebook | null, saved: number,
): Carried {
  const bases = new Map(known?.map(({ id, base }) => [id, base]));
  const texts = new Map(author?.cells.map((cell) => [cell.id, cell]));
  const authors = new Set([...book.cells.values(), ...bases.values(), ...author?.cells.map(({ hash }) => hash) ?? []]);
  const order = known?.map(({ id }) => id) ?? author?.cells.map(({ id }) => id) ?? [...book.cells.keys()];
  const edits = new Map<string, StoredEdit>();
  const seen: string[] = [];
  let whole = false;
  for (const { id, kind, source, hash } of cells) {
    if (kind === 'code' && id !== null && book.cells.has(id) && !seen.includes(id) && source.length <= LONGEST_TEXT) {
      seen.push(id);
      if (source.trim() !== '' && hash !== book.cells.get(id) && hash !== bases.get(id)) edits.set(id, edit(id, source));
    } else if (id !== null && order.includes(id) && authors.has(hash)) seen.push(id);
    else if (source.trim() !== '' && !authors.has(hash)) whole = true;
  }
  return { edits: [...edits.values()], whole: whole || moved(seen, order) };

  function edit(cell: string, text: string): StoredEdit {
    const base = bases.get(cell) ?? '';
    const current = texts.get(cell);
    return {
      notebook: book.id,
      cell,
      record: {
        schema: 1, revision: 0, text, time: saved, rival: null, versions: [],
        // An author's text that nobody has any more differs from every other, so the student is asked.
        baseHash: base, baseText: current?.hash === base ? current.source : '',
        place: { page: book.page, title: book.title, download: book.download },
      },
    };
  }
}

function moved(seen: readonly string[], order: readonly string[]): boolean {
  const places = seen.map((id) => order.indexOf(id)).filter((place) => place >= 0);
  return places.some((place, index) => index > 0 && place < (places[index - 1] ?? 0));
}
