/** Tells the course's other tabs which cells have been saved. Only names travel; the text is read from the store. */
import { isIdentity, storeName } from '../work/keys.ts';
import { bad, good, isBag, list, own } from '../shape.ts';
import type { Parsed } from '../types.ts';

/** Cells of one notebook that have new records. */
export interface Saved {
  readonly notebook: string;
  readonly cells: readonly string[];
}

export function parseSaved(value: unknown): Parsed<Saved> {
  if (!isBag(value) || own(value, 'schema') !== 1) return bad('a message of another schema');
  const notebook = own(value, 'notebook');
  const cells = list(own(value, 'cells'), (cell) => isIdentity(cell) ? good(cell) : bad<string>('a cell without identity'));
  if (!isIdentity(notebook)) return bad('a message without a notebook');
  return cells.ok ? good({ notebook, cells: cells.value }) : cells;
}

/** The line to the other tabs of a course. */
export class Tabs {
  readonly #channel: BroadcastChannel | null;

  /** `onSaved` is called for every save in another tab. */
  constructor(courseId: string, onSaved: (saved: Saved) => void) {
    this.#channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(storeName(courseId));
    this.#channel?.addEventListener('message', (event: MessageEvent<unknown>) => {
      const saved = parseSaved(event.data);
      // A tab of another version may say things this one does not understand; the store's stamps keep both safe.
      if (saved.ok) onSaved(saved.value);
    });
  }

  tell(saved: Saved): void {
    this.#channel?.postMessage({ schema: 1, ...saved });
  }

  close(): void {
    this.#channel?.close();
  }
}
