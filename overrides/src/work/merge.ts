/** Brings two records of the same cell together: two tabs, or a backup and what is here. */
import { joinVersions, sameText, withVersion, type EditRecord } from './records.ts';

/** Which save a tab has seen last. */
export interface Seen {
  readonly revision: number;
  readonly time: number;
}

export function seen(record: EditRecord | null): Seen | null {
  return record && { revision: record.revision, time: record.time };
}

/** Whether `current` was saved by someone else after the save that is known. */
export function isForeign(current: EditRecord | null, known: Seen | null): boolean {
  return current !== null && (known === null || current.revision !== known.revision || current.time !== known.time);
}

/**
 * What to store when a tab wants `wanted` and the store holds `current`. Nobody else's text is overwritten: if another
 * tab has saved a different one meanwhile, it becomes the rival and the student is asked.
 */
export function reconcile(current: EditRecord | null, wanted: EditRecord, known: Seen | null): EditRecord {
  const revision = Math.max(current?.revision ?? 0, wanted.revision) + 1;
  if (current === null || !isForeign(current, known)) return { ...wanted, revision };
  let versions = joinVersions(wanted.versions, current.versions);
  const untouched = sameText(current.text, current.baseText) && current.rival === null;
  if (sameText(current.text, wanted.text) || untouched) {
    return { ...wanted, revision, rival: wanted.rival ?? current.rival, versions };
  }
  for (const other of [current.rival, wanted.rival]) {
    if (other !== null) versions = withVersion(versions, { ...other, why: 'other tab' });
  }
  return { ...wanted, revision, rival: { text: current.text, time: current.time }, versions };
}

/** What to store when a page left `word` behind while it was closed, not knowing whether it arrived. */
export function replay(current: EditRecord | null, word: EditRecord, known: Seen | null): EditRecord {
  const held = current === null ? [] : [current.text, current.rival?.text ?? current.text, ...current.versions.map(({ text }) => text)];
  return current !== null && held.some((text) => sameText(text, word.text)) ? current : reconcile(current, word, known);
}

/** What restoring a backup does to one cell. */
export type Effect = 'new' | 'same' | 'replaces';

export function effect(current: EditRecord | null, restored: EditRecord): Effect {
  if (current === null) return 'new';
  return sameText(current.text, restored.text) && current.rival === null ? 'same' : 'replaces';
}

/** A backup's record as it is to be stored. The text that was here goes to the history. */
export function restore(current: EditRecord | null, restored: EditRecord): EditRecord {
  if (current === null) return { ...restored, revision: restored.revision + 1 };
  const versions = joinVersions(current.versions, restored.versions);
  if (effect(current, restored) === 'same') {
    // A second restore of the same backup changes nothing, not even the time.
    return versions.length === current.versions.length ? current : { ...current, revision: current.revision + 1, versions };
  }
  let history = versions;
  if (!sameText(current.text, current.baseText)) {
    history = withVersion(history, { text: current.text, time: current.time, why: 'restored' });
  }
  if (current.rival !== null) history = withVersion(history, { ...current.rival, why: 'other tab' });
  const revision = Math.max(current.revision, restored.revision) + 1;
  return { ...restored, revision, versions: history };
}
