/** The author's notebook as the site has it now. */
import { bad, good, isBag, list, own, type Bag } from '../shape.ts';
import type { Parsed } from '../types.ts';
import { isIdentity } from '../work/keys.ts';
import { originOf } from './known.ts';
import { sourceOf } from './source.ts';

export type Kind = 'code' | 'markdown' | 'raw';

/** A cell of the author's. `body` is the whole of it, as the file has it; `hash` is the digest of its text. */
export interface AuthorCell {
  readonly id: string;
  readonly kind: Kind;
  readonly source: string;
  readonly hash: string;
  readonly body: Bag;
}

export interface AuthorNotebook {
  readonly course: string;
  readonly notebook: string;
  readonly cells: readonly AuthorCell[];
}

function isKind(value: unknown): value is Kind {
  return value === 'code' || value === 'markdown' || value === 'raw';
}

/** The notebook in `value`, or what is wrong with it. */
export function parseAuthor(value: unknown): Parsed<AuthorNotebook> {
  if (!isBag(value)) return bad('it is not a notebook');
  const metadata = own(value, 'metadata');
  const origin = isBag(metadata) ? originOf(own(metadata, 'satchel')) : null;
  if (origin?.known == null) return bad('it does not say which notebook of which course it is');
  const hashes = new Map(origin.known.map(({ id, base }) => [id, base]));
  const cells = list(own(value, 'cells'), (cell): Parsed<AuthorCell> => {
    if (!isBag(cell)) return bad('a cell is not an object');
    const id = own(cell, 'id');
    const kind = own(cell, 'cell_type');
    const source = sourceOf(cell);
    const hash = typeof id === 'string' ? hashes.get(id) : undefined;
    if (!isIdentity(id) || !isKind(kind) || source === null || hash === undefined) return bad('a cell needs an id, a type, a text and a digest');
    return good({ id, kind, source, hash, body: cell });
  });
  return cells.ok ? good({ course: origin.course, notebook: origin.notebook, cells: cells.value }) : cells;
}
