/** Carries what is unsaved into the store, until nothing is left that it takes. */
import type { Entries } from '../work/entries.ts';
import { reconcile } from '../work/merge.ts';
import type { EditRecord } from '../work/records.ts';
import { NewerWork, type EditStore } from './store.ts';

export interface SaverEvents {
  /** A save has changed what the cell shows. */
  cell(id: string): void;
  /** A newer version of the site has saved this cell, which this page now leaves alone. */
  barred(error: NewerWork): void;
  /** These cells are in the store now. */
  saved(cells: readonly string[]): void;
}

export class Saver {
  readonly #notebook: string;
  readonly #store: EditStore;
  readonly #entries: Entries;
  readonly #events: SaverEvents;
  readonly #barred = new Set<string>();
  #births = 0;

  constructor(notebook: string, store: EditStore, entries: Entries, events: SaverEvents) {
    this.#notebook = notebook;
    this.#store = store;
    this.#entries = entries;
    this.#events = events;
  }

  /** Whether some cells are left alone because of a newer version of the site. */
  get bars(): boolean {
    return this.#barred.size > 0;
  }

  /** The store has been read: what it holds from now on is what this page knows. */
  begin(): void {
    this.#births = this.#store.births;
  }

  /** Such cells may be tried again. */
  unbar(): void {
    this.#barred.clear();
  }

  /** Saves everything. Rejects with what the store says where it refuses. */
  async all(): Promise<void> {
    for (let wishes = this.#wishes(); wishes.length > 0; wishes = this.#wishes()) await this.#save(wishes);
  }

  #wishes(): ReturnType<Entries['wishes']> {
    return this.#entries.wishes().filter(({ id }) => !this.#barred.has(id));
  }

  async #save(wishes: ReturnType<Entries['wishes']>): Promise<void> {
    let kept: readonly EditRecord[];
    try {
      kept = await this.#store.update(wishes.map(({ id }) => [this.#notebook, id] as const), (current, [, id]) => {
        const wish = wishes.find((each) => each.id === id);
        if (!wish) throw new RangeError(`cell ${id} is not part of this save`);
        return reconcile(current, wish.wanted, wish.known);
      });
    } catch (error) {
      if (!(error instanceof NewerWork) || error.cell === null) throw error;
      // One cell that must be left alone does not keep the others from being saved.
      this.#barred.add(error.cell);
      this.#events.barred(error);
      return;
    }
    for (const [index, wish] of wishes.entries()) {
      const record = kept[index];
      if (record && this.#entries.kept(wish, record)) this.#events.cell(wish.id);
    }
    const saved = wishes.map(({ id }) => id);
    if (this.#store.births !== this.#births) {
      // The site's data has been cleared under the open page. What this page still knows is worth writing again.
      this.#births = this.#store.births;
      this.#entries.forgotten(new Set(saved));
    }
    this.#events.saved(saved);
  }
}
