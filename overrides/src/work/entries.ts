/** The cells of a page with what this tab knows of each: the record it wants, the save it has seen, what is still unsaved. */
import type { PageCell } from '../types.ts';
import { decide, type Decision } from './edits.ts';
import { isForeign, seen, type Seen } from './merge.ts';
import { joinVersions, type EditRecord } from './records.ts';

interface Entry {
  readonly cell: PageCell;
  record: EditRecord | null;
  /** The save of this cell that this tab knows; any other in the store is somebody else's. */
  known: Seen | null;
  dirty: boolean;
  /** Counts changes, to see whether a cell changed again while it was being saved. */
  edition: number;
  /** The student's text as it was last saved, and as it was before the present burst of changes. */
  saved: string | null;
  rest: string | null;
}

/** A text that stood this long is a rest, in milliseconds. */
const REST = 3000;

/** A record on its way to the store. */
export interface Wish {
  readonly id: string;
  readonly wanted: EditRecord;
  readonly known: Seen | null;
  readonly edition: number;
}

export class Entries {
  readonly #entries: ReadonlyMap<string, Entry>;

  constructor(cells: readonly PageCell[]) {
    this.#entries = new Map(cells.map((cell) => [cell.id, { cell, record: null, known: null, dirty: false, edition: 0, saved: null, rest: null }]));
  }

  get ids(): readonly string[] {
    return [...this.#entries.keys()];
  }

  #entry(id: string): Entry {
    const entry = this.#entries.get(id);
    if (!entry) throw new RangeError(`There is no cell “${id}” on this page. Its cells are: ${this.ids.join(', ')}`);
    return entry;
  }

  cell(id: string): PageCell {
    return this.#entry(id).cell;
  }

  record(id: string): EditRecord | null {
    return this.#entry(id).record;
  }

  decision(id: string): Decision {
    const { cell, record } = this.#entry(id);
    return decide(cell, record);
  }

  /** Whether anything is not in the store. */
  get unsaved(): boolean {
    return [...this.#entries.values()].some((entry) => entry.dirty);
  }

  /** When the newest stored record was made, in milliseconds since 1970. */
  get saved(): number | null {
    const times = [...this.#entries.values()].flatMap(({ record, dirty }) => record && !dirty ? [record.time] : []);
    return times.length > 0 ? Math.max(...times) : null;
  }

  /** The cell's text as it was last saved, here or elsewhere; `null` if it never was. */
  stored(id: string): string | null {
    return this.#entry(id).saved;
  }

  /** Texts of the cell that typing should not destroy unseen. */
  rests(id: string): readonly string[] {
    const { saved, rest } = this.#entry(id);
    return [rest, saved].filter((text) => text !== null);
  }

  /** The student made `record` of the cell. */
  change(id: string, record: EditRecord): void {
    const entry = this.#entry(id);
    if (entry.record && record.time - entry.record.time > REST) entry.rest = entry.record.text;
    entry.record = record;
    entry.dirty = true;
    entry.edition += 1;
  }

  /** Takes over what the store has. `false` if this tab knows it, has a change of its own, or has no such cell. */
  adopt(id: string, record: EditRecord): boolean {
    const entry = this.#entries.get(id);
    if (!entry || entry.dirty || !isForeign(record, entry.known)) return false;
    entry.record = record;
    entry.known = seen(record);
    entry.saved = record.text;
    return true;
  }

  /** Takes over what a closed page left and the store would not take. */
  recall(id: string, record: EditRecord, known: Seen | null): boolean {
    const entry = this.#entries.get(id);
    if (!entry || entry.dirty) return false;
    this.change(id, record);
    entry.known = known;
    return true;
  }

  /** Everything that is to be saved now. */
  wishes(): readonly Wish[] {
    return [...this.#entries.values()].flatMap(({ cell, record, known, dirty, edition }) =>
      dirty && record ? [{ id: cell.id, wanted: record, known, edition }] : []);
  }

  /** The store now has `record` in answer to `wish`. `true` if that changes what the cell shows. */
  kept(wish: Wish, record: EditRecord): boolean {
    const entry = this.#entry(wish.id);
    const before = decide(entry.cell, entry.record);
    entry.known = seen(record);
    entry.saved = record.text;
    if (entry.edition === wish.edition || entry.record === null) {
      entry.record = record;
      entry.dirty = false;
    } else {
      // Typed on meanwhile: the newer text stays, with what the save brought to light.
      const versions = joinVersions(entry.record.versions, record.versions);
      entry.record = { ...entry.record, revision: record.revision, rival: record.rival, versions };
    }
    return decide(entry.cell, entry.record).state !== before.state;
  }

  /** The store has lost everything: all that is known here, but for `fresh`, is to be saved again. */
  forgotten(fresh: ReadonlySet<string>): void {
    for (const entry of this.#entries.values()) entry.dirty ||= entry.record !== null && !fresh.has(entry.cell.id);
  }
}
