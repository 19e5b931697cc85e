/** All of the student's work in the course, beyond this page: export, restore, reset. */
import { reset } from '../work/edits.ts';
import { keyText, type CellKey } from '../work/keys.ts';
import { effect, restore } from '../work/merge.ts';
import { sameText, type EditRecord } from '../work/records.ts';
import type { EditStore } from './store.ts';
import type { PageConfig } from '../types.ts';
import type { StoredEdit, Work } from '../work/archive.ts';

/** What restoring a backup would do or has done, in cells. */
export interface RestoreCount {
  readonly cells: number;
  readonly fresh: number;
  readonly same: number;
  readonly replaces: number;
}

/** A restore that was carried out, and how to take it back. */
export interface Restored extends RestoreCount {
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
  readonly #page: PageConfig;
  readonly #store: EditStore;
  readonly #ports: LibraryPorts;

  constructor(page: PageConfig, store: EditStore, ports: LibraryPorts) {
    this.#page = page;
    this.#store = store;
    this.#ports = ports;
  }

  /** Everything stored, and how many entries could not be read. Rejects with `StoreUnavailable`. */
  async all(): Promise<{ edits: readonly StoredEdit[]; unreadable: number }> {
    return this.#store.read();
  }

  /** Everything, also what could not be stored; for an export this page's memory is enough. */
  async work(): Promise<Work> {
    const edits = new Map<string, StoredEdit>();
    try {
      for (const edit of (await this.#store.read()).edits) edits.set(keyText([edit.notebook, edit.cell]), edit);
    } catch (error) {
      console.warn('satchel: the store cannot be read; the export holds this page\'s edits only', error);
    }
    for (const edit of this.#ports.unsaved()) edits.set(keyText([edit.notebook, edit.cell]), edit);
    const { id, title } = this.#page.course;
    return { course: { id, title }, made: this.#ports.now(), edits: [...edits.values()] };
  }

  /** What `restore` would do. */
  async preview(work: Work): Promise<RestoreCount> {
    const { edits } = await this.#store.read();
    return count(work.edits, byKey(edits));
  }

  /** Puts a backup's texts in place, all or none. Texts that were here stay in the history. */
  async restore(work: Work): Promise<Restored> {
    const before = new Map<string, EditRecord>();
    const backup = byKey(work.edits);
    const keys = work.edits.map((edit): CellKey => [edit.notebook, edit.cell]);
    await this.#store.update(keys, (current, key) => {
      const name = keyText(key);
      if (current) before.set(name, current);
      return restore(current, pick(backup, name));
    });
    await this.#ports.changed(work.edits);
    return { ...count(work.edits, before), undo: () => this.#takeBack(keys, before) };
  }

  /** Puts the author's texts back everywhere. Resolves with how many cells changed, and how to take it back. */
  async resetAll(): Promise<{ cells: number; undo: () => Promise<void> }> {
    const edits = (await this.#store.read()).edits.filter(({ record }) => !sameText(record.text, record.baseText));
    const keys = edits.map((edit): CellKey => [edit.notebook, edit.cell]);
    const before = byKey(edits);
    await this.#store.update(keys, (current, key) => {
      const record = current ?? pick(before, keyText(key));
      return raised(this.#toBase(record, key), record);
    });
    await this.#ports.changed(edits);
    return { cells: keys.length, undo: () => this.#takeBack(keys, before) };
  }

  async #takeBack(keys: readonly CellKey[], before: ReadonlyMap<string, EditRecord>): Promise<void> {
    const records = await this.#store.update(keys, (current, key) => {
      const old = before.get(keyText(key)) ?? null;
      if (current === null) return old ?? pick(before, keyText(key));
      return raised(old ? restore(current, old) : this.#toBase(current, key), current);
    });
    await this.#ports.changed(keys.flatMap(([notebook, cell], index) => {
      const record = records[index];
      return record ? [{ notebook, cell, record }] : [];
    }));
  }

  /** Away from its page a cell can only go back to the text the student started from; the page then follows the author. */
  #toBase(record: EditRecord, key: CellKey): EditRecord {
    const cell = { id: key[1], source: record.baseText, hash: record.baseHash, tags: [] };
    return reset(record, { cell, now: this.#ports.now(), place: record.place });
  }
}

function byKey(edits: readonly StoredEdit[]): ReadonlyMap<string, EditRecord> {
  return new Map(edits.map(({ notebook, cell, record }) => [keyText([notebook, cell]), record]));
}

function pick(records: ReadonlyMap<string, EditRecord>, name: string): EditRecord {
  const record = records.get(name);
  if (!record) throw new RangeError(`no record for ${name}`);
  return record;
}

function raised(record: EditRecord, current: EditRecord): EditRecord {
  return { ...record, revision: Math.max(record.revision, current.revision) + 1 };
}

function count(edits: readonly StoredEdit[], here: ReadonlyMap<string, EditRecord>): RestoreCount {
  const effects = edits.map(({ notebook, cell, record }) => effect(here.get(keyText([notebook, cell])) ?? null, record));
  const of = (kind: string): number => effects.filter((each) => each === kind).length;
  return { cells: edits.length, fresh: of('new'), same: of('same'), replaces: of('replaces') };
}
