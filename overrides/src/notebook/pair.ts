/** Decides which cell of a stranger's notebook is which of the author's: by name, then by text, then by where it stands. */

/** A cell as a file has it. `id` is the name it goes by there, `hash` the digest of its text. */
export interface Given {
  readonly id: string | null;
  readonly kind: string;
  readonly source: string;
  readonly hash: string;
}

/** A cell of the author's. `hashes` are digests of texts of theirs; `source` is `null` where only those are known. */
export interface Wanted {
  readonly id: string;
  readonly kind: string;
  readonly source: string | null;
  readonly hashes: ReadonlySet<string>;
}

/** Less in common than this, and two texts are not the same cell's. */
const ALIKE = 0.3;

/** The author's ids by the index of the cell in `cells`. */
export function pair(cells: readonly Given[], author: readonly Wanted[]): ReadonlyMap<number, string> {
  const pairs = new Map<number, string>();
  const taken = new Set<string>();
  const join = (index: number, id: string): void => {
    pairs.set(index, id);
    taken.add(id);
  };
  const names = new Map(author.map((cell) => [cell.id, cell]));
  for (const [index, { id, kind }] of cells.entries()) {
    if (id !== null && !taken.has(id) && names.get(id)?.kind === kind) join(index, id);
  }
  const named = pairs.size > 0;
  for (const [index, { kind, hash }] of cells.entries()) {
    if (pairs.has(index)) continue;
    const twin = author.find((cell) => !taken.has(cell.id) && cell.kind === kind && cell.hashes.has(hash));
    if (twin !== undefined) join(index, twin.id);
  }
  // Where cells go by the author's names, one with another name is the student's own.
  if (!named) for (const gap of gaps(cells, author, pairs)) for (const [index, id] of fitted(gap)) join(index, id);
  return pairs;
}

interface Gap {
  readonly here: readonly { readonly index: number; readonly cell: Given }[];
  readonly theirs: readonly Wanted[];
}

/** The stretches of code between cells that are known, where both sides have some that are not. */
function gaps(cells: readonly Given[], author: readonly Wanted[], pairs: ReadonlyMap<number, string>): readonly Gap[] {
  const order = new Map(author.map(({ id }, at) => [id, at]));
  const paired = new Set(pairs.values());
  const found: Gap[] = [];
  let from = { here: -1, there: -1 };
  const close = (here: number, there: number): void => {
    const mine = cells.map((cell, index) => ({ cell, index })).slice(from.here + 1, here).filter(({ cell, index }) => cell.kind === 'code' && !pairs.has(index));
    const theirs = author.slice(from.there + 1, there).filter(({ kind, id }) => kind === 'code' && !paired.has(id));
    if (mine.length > 0 && theirs.length > 0) found.push({ here: mine, theirs });
    from = { here, there };
  };
  for (const index of cells.keys()) {
    const there = order.get(pairs.get(index) ?? '');
    // A cell that was moved up tells nothing about what stands around it.
    if (there !== undefined && there > from.there) close(index, there);
  }
  close(cells.length, author.length);
  return found;
}

/** As many of one as of the other stand for each other in their order; else those that are alike do. */
function fitted({ here, theirs }: Gap): readonly (readonly [number, string])[] {
  if (here.length === theirs.length) return here.map(({ index }, at) => [index, theirs[at]?.id ?? ''] as const);
  const free = new Map(theirs.map((cell) => [cell.id, cell]));
  return here.flatMap(({ index, cell }) => {
    const best = [...free.values()].map((each) => ({ id: each.id, value: likeness(cell.source, each.source ?? '') })).sort((one, other) => other.value - one.value)[0];
    if (best === undefined || best.value < ALIKE) return [];
    free.delete(best.id);
    return [[index, best.id] as const];
  });
}

/** How much two texts have in common, 0 to 1: words that both have, against all of them. */
export function likeness(one: string, other: string): number {
  const words = (text: string): readonly string[] => text.match(/\w+|[^\s\w]/g) ?? [];
  const rest = new Map<string, number>();
  const [first, second] = [words(one), words(other)];
  for (const word of first) rest.set(word, (rest.get(word) ?? 0) + 1);
  let common = 0;
  for (const word of second) {
    const left = rest.get(word) ?? 0;
    if (left > 0) { common += 1; rest.set(word, left - 1); }
  }
  return first.length + second.length === 0 ? 0 : (2 * common) / (first.length + second.length);
}
