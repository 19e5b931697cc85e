/**
 * What a student's copy of a notebook says of itself, in its metadata: which of the author's cells it knows, from which text
 * of theirs each started, and with which text it was last in step with the student's work.
 */
import { isBag, list, own, text, bad, good } from '../shape.ts';
import type { Parsed } from '../types.ts';
import { isIdentity } from '../work/keys.ts';

/** A cell of the author's that the copy knows. `base` and `seen` are digests: of the author's text, and of the one last in step. */
export interface KnownCell {
  readonly id: string;
  readonly base: string;
  readonly seen: string;
}

/** Whose copy it is. `known` is in the author's order; `null` where the copy does not say. */
export interface Origin {
  readonly course: string;
  readonly notebook: string;
  readonly known: readonly KnownCell[] | null;
}

/** The property of a notebook's metadata that holds it. */
export const ORIGIN = 'satchel';

function parseKnown(value: unknown): Parsed<KnownCell> {
  if (!Array.isArray(value)) return bad('a known cell is not a list');
  const [id, first, second]: unknown[] = value;
  const base = text(first, 128);
  const seen = second === undefined ? base : text(second, 128);
  return isIdentity(id) && base !== null && seen !== null ? good({ id, base, seen }) : bad('a known cell needs an id and a digest');
}

/** The origin in a notebook's metadata; `null` if there is none. A list that cannot be read counts as none, so that nothing is taken for the author's. */
export function originOf(metadata: unknown): Origin | null {
  if (!isBag(metadata)) return null;
  const course = own(metadata, 'course');
  const notebook = own(metadata, 'notebook');
  if (!isIdentity(course) || !isIdentity(notebook)) return null;
  const known = list(own(metadata, 'known'), parseKnown);
  return { course, notebook, known: known.ok ? known.value : null };
}

/** The list as the metadata holds it. */
export function knownJson(known: readonly KnownCell[]): readonly (readonly string[])[] {
  return known.map(({ id, base, seen }) => seen === base ? [id, base] : [id, base, seen]);
}

/** A notebook's metadata that says, of each of `cells`, from which of the author's texts it started and which text it holds. */
export function inStep(metadata: unknown, cells: ReadonlyMap<string, Pick<KnownCell, 'base' | 'seen'>>): unknown {
  const mark = isBag(metadata) ? own(metadata, ORIGIN) : undefined;
  const known = originOf(mark)?.known;
  if (!isBag(metadata) || !isBag(mark) || !known) return metadata;
  return { ...metadata, [ORIGIN]: { ...mark, known: knownJson(known.map((cell) => ({ ...cell, ...cells.get(cell.id) }))) } };
}
