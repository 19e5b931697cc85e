/** Brings into the store what pages left behind when they were closed or could not save. */
import { replay } from '../work/merge.ts';
import type { Journal, LeftWords } from './journal.ts';
import type { EditStore } from './store.ts';

/** Words that the store would not take, and why. */
export interface Refused {
  readonly left: LeftWords;
  readonly error: unknown;
}

/** Stores all last words of the course; each tab's words all or none. What is refused stays where it is. */
export async function storeLastWords(store: EditStore, journal: Journal): Promise<readonly Refused[]> {
  const refused: Refused[] = [];
  for (const left of journal.read()) {
    const words = new Map(left.words.map((word) => [word.cell, word]));
    try {
      await store.update([...words.keys()].map((cell) => [left.notebook, cell] as const), (current, [, cell]) => {
        const word = words.get(cell);
        if (!word) throw new RangeError(`cell ${cell} left no word`);
        return replay(current, word.record, word.known);
      });
      journal.settle(left);
    } catch (error) {
      refused.push({ left, error });
    }
  }
  return refused;
}
