/** Looks through all of the student's work when the browser has nothing better to do, and shows on the page what it finds. */
import type { Desk } from './desk.ts';
import { lastBackup } from './store/reminder.ts';
import type { Clock } from './store/session.ts';
import type { EditStore } from './store/store.ts';
import { firstLook } from './store/visit.ts';
import type { PageConfig } from './types.ts';
import { editedPages, markContents, missing } from './view/toc.ts';
import type { Whereabouts } from './whereabouts.ts';
import type { StoredEdit } from './work/archive.ts';
import { placeOf, standing } from './work/course.ts';
import { isNotes } from './work/notes.ts';
import { isEdited, type Place } from './work/records.ts';
import { reminder } from './work/reminder.ts';

/** Said once for what is found. */
const OLDER = 'Older work of yours in this course was found in this browser. “My work” shows it and can bring it in.';

export interface LookingPorts {
  readonly page: PageConfig;
  readonly place: Place;
  readonly store: EditStore;
  readonly where: Whereabouts;
  readonly clock: Clock;
  /** Whether there is older work that nobody has been told of. */
  news(): Promise<boolean>;
}

export class Looking {
  /** Is told of all work whenever it has been looked through. */
  onWork: ((edits: readonly StoredEdit[]) => void) | null = null;
  readonly #ports: LookingPorts;
  #due = false;
  /** What was seen of each notebook's work, and which of it has changed since; `null` before the first look. */
  #seen: Map<string, readonly StoredEdit[]> | null = null;
  readonly #stale = new Set<string>();
  #drawer = '[]';

  constructor(ports: LookingPorts) {
    this.#ports = ports;
  }

  /** The work in these notebooks has changed. */
  changed(notebooks: Iterable<string>): void {
    for (const notebook of notebooks) this.#stale.add(notebook);
  }

  /** Looks soon: marks in the contents, the drawer, the reminder of a backup. */
  soon(desk: Desk): void {
    if (this.#due) return;
    this.#due = true;
    const look = async (): Promise<void> => {
      this.#due = false;
      try {
        await this.#look(desk);
      } catch (error) {
        console.warn('satchel: the work in the course could not be looked through', error);
      }
    };
    if ('requestIdleCallback' in window) requestIdleCallback(() => void look(), { timeout: 1000 });
    else this.#ports.clock.after(200, () => void look());
  }

  async #look(desk: Desk): Promise<void> {
    const { page, clock } = this.#ports;
    const edits = await this.#work();
    desk.toolbar.reminder = reminder(edits, lastBackup(page.course.id), clock.now());
    this.onWork?.(edits);
    await this.#mark(edits);
    await this.#showDrawer(edits, desk);
    // Once a visit, unless it has been said.
    if (await firstLook(page.course.id) && await this.#ports.news()) desk.toolbar.tell(OLDER);
  }

  /** All of the work. A long course is read once; after that only what has changed. */
  async #work(): Promise<readonly StoredEdit[]> {
    const { store } = this.#ports;
    const stale = [...this.#stale];
    this.#stale.clear();
    const seen = this.#seen;
    // Until this look has come to its end, the next one has to be thorough.
    this.#seen = null;
    const now = new Map(seen ?? []);
    if (seen === null) {
      for (const edit of (await store.read()).edits) now.set(edit.notebook, [...now.get(edit.notebook) ?? [], edit]);
    } else {
      for (const notebook of stale) now.set(notebook, (await store.read(notebook)).edits);
    }
    this.#seen = now;
    return [...now.values()].flat();
  }

  async #mark(edits: readonly StoredEdit[]): Promise<void> {
    const { page, place, where } = this.#ports;
    const here = new Map([[page.notebook, place.page]]);
    const pages = editedPages(edits, (notebook) => here.get(notebook) ?? null);
    // Only work in notebooks that are not where they were makes it worth asking where they are now.
    const books = editedPages(edits.filter(({ notebook }) => !notebook.startsWith('page:')), (notebook) => here.get(notebook) ?? null);
    const map = missing(where.root.href, books) ? await where.map() : null;
    markContents(where.root.href, map === null ? pages : editedPages(edits, (notebook) => placeOf(map, notebook)?.page ?? null));
  }

  /** Shows the texts whose cells are no longer on this page, and those of cells that have come here from another. */
  async #showDrawer(edits: readonly StoredEdit[], desk: Desk): Promise<void> {
    const { page, where, clock } = this.#ports;
    const known = new Set(page.cells.map(({ id }) => id));
    const here = desk.session.notebook;
    const candidates = edits.filter(({ notebook, cell, record }) =>
      isEdited(record) && !isNotes(cell) && (notebook === here ? !known.has(cell) : known.has(cell)));
    const map = candidates.length === 0 ? null : await where.map();
    const lost = candidates.filter(({ notebook, cell }) => {
      if (notebook === here) return true;
      // Two notebooks may hold a cell of the same name; only a cell that has moved here is meant.
      const place = map && standing(map, notebook, cell);
      return place?.kind === 'moved' && place.notebook.id === here;
    });
    const shown = JSON.stringify(lost.map(({ notebook, cell, record }) => [notebook, cell, record.revision]));
    // What is shown already keeps its focus and its selection.
    if (shown === this.#drawer) return;
    this.#drawer = shown;
    if (lost.length === 0) return desk.showDrawer(null);
    const { drawer } = await import('./view/drawer.ts');
    desk.showDrawer(drawer(lost, map, {
      here,
      putAway: async ({ notebook, cell }) => (await desk.library.putAway([[notebook, cell]])).undo,
      carry: async ({ notebook, cell }, target) => (await desk.library.carry(notebook, cell, target)).undo,
      link: (page, cell) => where.link(page, cell),
      tell: (words, undo) => desk.toolbar.tell(words, undo),
      now: () => clock.now(),
    }));
  }
}
