/** What bringing work in did, or would do, in words. */
import type { Change, Counts } from '../work/bring.ts';
import { plural } from '../words.ts';

/** What becomes of a cell, for the list of a preview. */
export const KINDS: Readonly<Record<Change['kind'], string>> = {
  new: 'new here', same: 'nothing changes', replaces: 'takes the place of what is here', asks: 'both kept; you are asked at the cell',
  resets: 'goes back to the author\'s text',
};

/** How many texts change, or are to be asked about. */
export function changesIn(counts: Counts): number {
  return counts.new + counts.replaces + counts.asks + counts.resets;
}

/** `3 texts new here, 1 the same`. */
export function broughtWords(counts: Counts): string {
  const parts = ([
    [counts.new, 'new here'], [counts.replaces, 'in place of another'], [counts.asks, 'kept beside yours, and you are asked at the cell'],
    [counts.resets, 'back to the author\'s text'], [counts.same, 'known here already'],
  ] as const).filter(([count]) => count > 0);
  if (parts.length === 0) return 'nothing';
  return parts.map(([count, words], index) => `${index === 0 ? plural(count, 'text') : count} ${words}`).join(', ');
}
