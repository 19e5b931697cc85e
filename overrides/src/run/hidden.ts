/** Which cells go along when a student runs some: what the author has hidden belongs to the cells behind it. */
import type { PageCell } from '../types.ts';

/** MyST-NB and nbclient leave such cells out, too; a student may run them one by one. */
const SKIPPED = 'skip-execution';

function skipped(cell: PageCell): boolean {
  return cell.tags.includes(SKIPPED);
}

/** The cells that run when all of these are asked for at once. */
export function together(cells: readonly PageCell[], ids: readonly string[]): readonly string[] {
  const left = new Set(cells.filter(skipped).map((cell) => cell.id));
  return ids.filter((id) => !left.has(id));
}

/**
 * `ids`, with the hidden cells that stand before them on the page and have not done their work yet.
 * `waits` says of a cell without visible code that it has still to run; it is false of all others.
 */
export function withHidden(cells: readonly PageCell[], ids: readonly string[], waits: (id: string) => boolean): readonly string[] {
  const asked = new Set(ids);
  const places = ids.map((id) => cells.findIndex((cell) => cell.id === id));
  const before = cells.slice(0, Math.max(0, ...places))
    .filter((cell) => !asked.has(cell.id) && !skipped(cell) && waits(cell.id))
    .map((cell) => cell.id);
  return before.length === 0 ? ids : cells.map((cell) => cell.id).filter((id) => asked.has(id) || before.includes(id));
}
