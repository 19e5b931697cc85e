/** A cell's text, as a notebook file has it. */
import { isBag, own } from '../shape.ts';
import { tidy } from '../work/records.ts';

/** The text of `cell`: the format allows one string or a list of lines. `null` if it is neither. */
export function sourceOf(cell: unknown): string | null {
  const source = isBag(cell) ? own(cell, 'source') : undefined;
  if (typeof source === 'string') return tidy(source);
  return Array.isArray(source) && source.every((line) => typeof line === 'string') ? tidy(source.join('')) : null;
}
