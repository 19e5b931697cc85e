/** Decides what work from elsewhere, such as a backup, makes of the work that is here. */
import type { StoredEdit, Work } from './archive.ts';
import { replaced } from './edits.ts';
import { keyText } from './keys.ts';
import { mergeIn, restore } from './merge.ts';
import { isEdited, sameText, type EditRecord, type Source } from './records.ts';

/** `merge` keeps what is here and asks where both sides differ; `replace` makes the work here what the backup holds. */
export type Mode = 'merge' | 'replace';

/** What becomes of one cell. `before` is the text that is shown now, `null` if the student has none there. */
export interface Change {
  readonly notebook: string;
  readonly cell: string;
  readonly title: string;
  readonly before: string | null;
  readonly after: string;
  readonly kind: 'new' | 'same' | 'replaces' | 'asks' | 'resets';
}

export type Counts = Readonly<Record<Change['kind'], number>>;

/** A cell's record as it is and as it is to be. */
export interface Planned {
  readonly edit: StoredEdit;
  readonly before: EditRecord | null;
  readonly change: Change;
}

/** The cell with the text the student started from; what was there goes to its history. For cells that are not on the open page. */
export function toBase(record: EditRecord, cell: string, now: number): EditRecord {
  const start = { id: cell, source: record.baseText, hash: record.baseHash, tags: [] };
  return { ...replaced(record, { cell: start, now, place: record.place }, record.baseText, 'reset'), revision: record.revision + 1 };
}

function kindOf(before: EditRecord | null, after: EditRecord): Change['kind'] {
  if (before === null) return 'new';
  if (after.rival !== null && !sameText(after.rival.text, before.rival?.text ?? before.text)) return 'asks';
  return sameText(before.text, after.text) ? 'same' : 'replaces';
}

function planned(before: EditRecord | null, edit: StoredEdit, kind: Change['kind']): Planned {
  const { notebook, cell, record } = edit;
  const after = record.rival !== null && kind === 'asks' ? record.rival.text : record.text;
  const change = { notebook, cell, title: record.place.title || notebook, before: before?.text ?? null, after, kind };
  return { edit, before, change };
}

/** What bringing `work` in would store, cell by cell. `here` is everything stored now, `now` in milliseconds since 1970. */
export function plan(here: readonly StoredEdit[], work: Work, mode: Mode, from: Source, now: number): readonly Planned[] {
  const stored = new Map(here.map((edit) => [keyText([edit.notebook, edit.cell]), edit.record]));
  const changes = work.edits.map((edit) => {
    const before = stored.get(keyText([edit.notebook, edit.cell])) ?? null;
    const record = mode === 'merge' ? mergeIn(before, edit.record, from) : restore(before, edit.record);
    return planned(before, { ...edit, record }, kindOf(before, record));
  });
  if (mode === 'merge') return changes;
  const brought = new Set(work.edits.map((edit) => keyText([edit.notebook, edit.cell])));
  const others = here.filter((edit) => isEdited(edit.record) && !brought.has(keyText([edit.notebook, edit.cell])));
  return [...changes, ...others.map((edit) =>
    planned(edit.record, { ...edit, record: toBase(edit.record, edit.cell, now) }, 'resets'))];
}

export function countChanges(changes: readonly Change[]): Counts {
  const counts = { new: 0, same: 0, replaces: 0, asks: 0, resets: 0 };
  for (const { kind } of changes) counts[kind] += 1;
  return counts;
}
