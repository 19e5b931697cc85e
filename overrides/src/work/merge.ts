/** Brings two records of the same cell together: two tabs, or a backup and what is here. */
import { isEdited, joinVersions, sameHistory, sameText, setAside, texts, withVersion, type EditRecord, type Source } from './records.ts';

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
    if (other !== null) versions = withVersion(versions, setAside(other));
  }
  return { ...wanted, revision, rival: { text: current.text, time: current.time, from: 'tab' }, versions };
}

/** What to store when a page left `word` behind while it was closed, not knowing whether it arrived. */
export function replay(current: EditRecord | null, word: EditRecord, known: Seen | null): EditRecord {
  return current !== null && texts(current).some((text) => sameText(text, word.text)) ? current : reconcile(current, word, known);
}

/** The same cell's work from elsewhere, brought together with what is here. Where one side does not know the other's text, the student is asked. */
export function mergeIn(current: EditRecord | null, incoming: EditRecord, from: Source): EditRecord {
  if (current === null) return { ...incoming, revision: incoming.revision + 1 };
  const waiting = incoming.rival ? [setAside(incoming.rival), ...incoming.versions] : incoming.versions;
  const revision = Math.max(current.revision, incoming.revision) + 1;
  const knows = (record: EditRecord, text: string): boolean => texts(record).some((known) => sameText(known, text));
  if (!isEdited(incoming) || knows(current, incoming.text)) {
    const versions = joinVersions(current.versions, waiting);
    return sameHistory(versions, current.versions) ? current : { ...current, revision, versions };
  }
  // The other side went on from the text that is here, or nothing of the student's is here.
  const behind = current.rival === null && (!isEdited(current) || knows(incoming, current.text));
  if (behind) {
    const versions = joinVersions(current.versions, incoming.versions);
    const text = { text: current.text, time: current.time, why: 'restored' } as const;
    return { ...incoming, revision, versions: isEdited(current) ? withVersion(versions, text) : versions };
  }
  const joined = joinVersions(current.versions, waiting);
  const versions = current.rival ? withVersion(joined, setAside(current.rival)) : joined;
  return { ...current, revision, versions, rival: { text: incoming.text, time: incoming.time, from } };
}

/** A backup's record as it is to be stored. The text that was here goes to the history. */
export function restore(current: EditRecord | null, restored: EditRecord): EditRecord {
  if (current === null) return { ...restored, revision: restored.revision + 1 };
  const versions = joinVersions(current.versions, restored.versions);
  if (sameText(current.text, restored.text) && sameText(current.rival?.text ?? '', restored.rival?.text ?? '')) {
    // A second restore of the same backup changes nothing, not even the time.
    return sameHistory(versions, current.versions) ? current : { ...current, revision: current.revision + 1, versions };
  }
  let history = versions;
  if (!sameText(current.text, current.baseText)) {
    history = withVersion(history, { text: current.text, time: current.time, why: 'restored' });
  }
  if (current.rival !== null) history = withVersion(history, setAside(current.rival));
  const revision = Math.max(current.revision, restored.revision) + 1;
  return { ...restored, revision, versions: history };
}
