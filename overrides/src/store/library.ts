/** All of the student's work in the course, beyond this page: export, restore, reset, what has lost its place. */
import type { StoredEdit, Work } from '../work/archive.ts';
import { countChanges, plan, toBase, type Change, type Counts, type Mode } from '../work/bring.ts';
import type { CourseNotebook } from '../work/course.ts';
import { keyText, type CellKey } from '../work/keys.ts';
import { mergeIn, restore } from '../work/merge.ts';
import { isNotes } from '../work/notes.ts';
import { isEdited, type EditRecord, type Source } from '../work/records.ts';
import type { PageConfig } from '../types.ts';
import type { EditStore, ReadResult } from './store.ts';

/** What bringing work in would do or has done. */
export interface Bringing {
  readonly changes: readonly Change[];
  readonly counts: Counts;
}

/** An act on several cells that was carried out, and how to take it back. */
export interface Done {
  readonly cells: number;
  undo(): Promise<void>;
}

/** What the library needs of the page it is used on. */
export interface LibraryPorts {
  /** Work that is in this page's memory and perhaps nowhere else. */
  unsaved(): readonly StoredEdit[];
  /** The store has new records for these cells. */
  changed(edits: readonly StoredEdit[]): Promise<void>;
  now(): number;
}

export class Library {
  readonly #course: PageConfig['course'];
  readonly #store: EditStore;
  readonly #ports: LibraryPorts;

  constructor(page: Pick<PageConfig, 'course'>, store: EditStore, ports: LibraryPorts) {
    this.#course = page.course;
    this.#store = store;
    this.#ports = ports;
  }

  /** Everything stored, and what could not be read. Rejects with `StoreUnavailable`. */
  async all(): Promise<ReadResult> {
    return this.#store.read();
  }

  /** Everything, also what could not be stored; for an export this page's memory is enough. */
  async work(): Promise<Work> {
    const edits = new Map<string, StoredEdit>();
    try {
      for (const edit of (await this.#store.read()).edits) edits.set(name(edit), edit);
    } catch (error) {
      console.warn('satchel: the store cannot be read; the export holds this page\'s edits only', error);
    }
    for (const edit of this.#ports.unsaved()) edits.set(name(edit), edit);
    const { id, title } = this.#course;
    return { course: { id, title }, made: this.#ports.now(), edits: [...edits.values()] };
  }

  /** What `bring` would do. */
  async preview(work: Work, mode: Mode, from: Source = 'backup'): Promise<Bringing> {
    const { edits } = await this.#store.read();
    return summary(plan(edits, work, mode, from, this.#ports.now()).map(({ change }) => change));
  }

  /** Brings work from elsewhere in, all or none. No text that was here is dropped. */
  async bring(work: Work, mode: Mode, from: Source = 'backup'): Promise<Bringing & Done> {
    const { edits } = await this.#store.read();
    const planned = plan(edits, work, mode, from, this.#ports.now());
    const changes = planned.map(({ change }) => change);
    const incoming = new Map(work.edits.map((edit) => [name(edit), edit]));
    const act = await this.#rewrite(planned.map(({ edit }) => edit), (current, edit) => {
      if (current === null) return { ...edit.record, revision: edit.record.revision + 1 };
      // Another tab may have saved since the plan was made: what counts is what is here now.
      const mine = incoming.get(name(edit));
      const [now] = plan([{ ...edit, record: current }], { ...work, edits: mine ? [mine] : [] }, mode, from, this.#ports.now());
      return now?.edit.record ?? current;
    });
    return { ...summary(changes), ...act };
  }

  /** Puts the author's texts back in every cell of the course. Notes stay. */
  async resetAll(): Promise<Done> {
    const { edits } = await this.#store.read();
    return this.#toBase(edits.filter(({ cell, record }) => isEdited(record) && !isNotes(cell)));
  }

  /** Takes texts out of the drawer. They stay in their history. */
  async putAway(keys: readonly CellKey[]): Promise<Done> {
    const wanted = new Set(keys.map(keyText));
    const { edits } = await this.#store.read();
    return this.#toBase(edits.filter((edit) => wanted.has(name(edit))));
  }

  /** Brings the work of a cell that the author has moved to its new notebook. */
  async carry(notebook: string, cell: string, target: CourseNotebook): Promise<Done> {
    const record = await this.#store.get([notebook, cell]);
    if (record === null) throw new RangeError(`There is no work for the cell “${cell}” of “${notebook}” any more.`);
    const place = { page: target.page, title: target.title, download: target.download };
    const old: StoredEdit = { notebook, cell, record };
    const fresh: StoredEdit = { notebook: target.id, cell, record: { ...record, place } };
    return this.#rewrite([old, fresh], (current, edit) => {
      if (edit === fresh) return mergeIn(current, edit.record, 'moved');
      return toBase(current ?? record, cell, this.#ports.now());
    });
  }

  #toBase(edits: readonly StoredEdit[]): Promise<Done> {
    return this.#rewrite(edits, (current, edit) => toBase(current ?? edit.record, edit.cell, this.#ports.now()));
  }

  /** Replaces records in one go and tells the page. Undo brings back each text that was there, with all history kept. */
  async #rewrite(edits: readonly StoredEdit[], change: (current: EditRecord | null, edit: StoredEdit) => EditRecord): Promise<Done> {
    const byName = new Map(edits.map((edit) => [name(edit), edit]));
    const before = new Map<string, EditRecord>();
    const keys = edits.map((edit): CellKey => [edit.notebook, edit.cell]);
    const records = await this.#store.update(keys, (current, key) => {
      const edit = byName.get(keyText(key));
      if (!edit) throw new RangeError(`no record for ${keyText(key)}`);
      if (current) before.set(keyText(key), current);
      return change(current, edit);
    });
    await this.#tell(keys, records);
    return { cells: keys.length, undo: () => this.#takeBack(keys, before) };
  }

  async #takeBack(keys: readonly CellKey[], before: ReadonlyMap<string, EditRecord>): Promise<void> {
    const records = await this.#store.update(keys, (current, key) => {
      const old = before.get(keyText(key));
      if (current === null) {
        if (old) return old;
        throw new RangeError(`The work of ${keyText(key)} is gone; there is nothing to take back.`);
      }
      const back = old ? restore(current, old) : toBase(current, key[1], this.#ports.now());
      return { ...back, revision: Math.max(back.revision, current.revision) + 1 };
    });
    await this.#tell(keys, records);
  }

  async #tell(keys: readonly CellKey[], records: readonly EditRecord[]): Promise<void> {
    await this.#ports.changed(keys.flatMap(([notebook, cell], index) => {
      const record = records[index];
      return record ? [{ notebook, cell, record }] : [];
    }));
  }
}

function name({ notebook, cell }: StoredEdit): string {
  return keyText([notebook, cell]);
}

function summary(changes: readonly Change[]): Bringing {
  return { changes, counts: countChanges(changes) };
}
