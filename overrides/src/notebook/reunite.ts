/** Decides, for one cell of a student's copy that is opened, whether the copy or the store of edits has the text that counts. */
import { typed, type Moment } from '../work/edits.ts';
import { mergeIn } from '../work/merge.ts';
import { sameText, texts, tidy, type EditRecord } from '../work/records.ts';
import { digest } from './digest.ts';
import type { KnownCell } from './known.ts';

/**
 * `same`: nothing to do. `follow`: the copy is behind and takes what the store decides. `ahead`: only the copy has gone on.
 * `lost`: the copy holds a student's text of which the store knows nothing. `asks`: both have gone on.
 */
export type Verdict = 'same' | 'follow' | 'ahead' | 'lost' | 'asks';

/** `here` is the copy's text, `shown` the one that the store's decision would show. */
export function verdict(here: string, shown: string, record: EditRecord | null, known: KnownCell | null): Verdict {
  if (sameText(here, shown)) return 'same';
  const mark = digest(here);
  if (record === null) return mark === known?.base || mark === digest(shown) ? 'follow' : 'lost';
  if ([...texts(record), record.baseText].some((each) => sameText(each, here))) return 'follow';
  if (known === null) return 'asks';
  if (mark === known.seen || mark === known.base) return 'follow';
  return record.rival === null && digest(record.text) === known.seen ? 'ahead' : 'asks';
}

/** What the store is to hold when the copy's text `here` counts too. `saved` is when the copy was saved, in milliseconds since 1970. */
export function brought(record: EditRecord | null, moment: Moment, here: string, known: KnownCell | null, saved: number): EditRecord {
  if (record !== null && known !== null && record.rival === null && digest(record.text) === known.seen) return typed(record, moment, here);
  if (record === null && known?.base === moment.cell.hash) return typed(null, moment, here);
  const incoming: EditRecord = {
    schema: 1,
    revision: record?.revision ?? 0,
    text: tidy(here),
    // An author's text that nobody has any more differs from every other, so the student is asked.
    baseHash: record?.baseHash ?? known?.base ?? '',
    baseText: record?.baseText ?? '',
    time: saved,
    place: moment.place,
    rival: null,
    versions: [],
  };
  return record === null ? incoming : mergeIn(record, incoming, 'notebook');
}
