/** Decides which cells a student's copy of a notebook holds, and in which order, after the author has changed the notebook. */

/** Ids of cells, in their order. */
export type Order = readonly string[];

/** A copy and the author's notebook as it is now. `known` are the author's cells as the copy last saw them; `null` if it does not say. */
export interface Sides {
  readonly here: Order;
  readonly theirs: Order;
  readonly known: Order | null;
}

function only(order: Order, wanted: ReadonlySet<string>): Order {
  return order.filter((id) => wanted.has(id));
}

/** Puts each of `extra` behind the nearest cell before it in `order` that is in `into`, or in front. */
function woven(into: Order, extra: ReadonlySet<string>, order: Order): Order {
  const result = [...into];
  const there = new Set(into);
  let last: string | null = null;
  for (const id of order) {
    if (extra.has(id) && !there.has(id)) {
      result.splice(last === null ? 0 : result.indexOf(last) + 1, 0, id);
      there.add(id);
    }
    if (there.has(id)) last = id;
  }
  return result;
}

/**
 * The cells of the copy from now on. New ones of the author's come in at their place; such as the author took out go if
 * they are `untouched`; what the student added, deleted or moved stays so.
 */
export function arrange({ here, theirs, known }: Sides, untouched: (id: string) => boolean): Order {
  const now = new Set(theirs);
  const present = new Set(here);
  // A copy that does not say what it knows has deleted nothing, as far as anyone can tell.
  const seen = known ?? only(theirs, present);
  const before = new Set(seen);
  const kept = here.filter((id) => now.has(id) || !before.has(id) || !untouched(id));
  const added = theirs.filter((id) => !present.has(id) && !before.has(id));
  const authors = only(kept, now);
  const old = only(authors, before);
  const moved = old.some((id, index) => id !== only(seen, new Set(old))[index]);
  const spine = moved ? woven(authors, new Set(added), theirs) : only(theirs, new Set([...authors, ...added]));
  return woven(spine, new Set(kept), kept);
}
