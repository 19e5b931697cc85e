/** Decides what a cell shows and what each of the student's acts makes of the stored record. No text is ever dropped. */
import { sameText, tidy, withVersion, type EditRecord, type Place, type Version, type Why } from './records.ts';
import type { CellState, PageCell } from '../types.ts';

/** A text that competes with the one shown: the author's new one, or the one another tab saved. */
export interface Against {
  readonly kind: 'author' | 'tab';
  readonly text: string;
}

/** What a cell shows. `since` is when the student's text was saved last, in milliseconds since 1970. */
export interface Decision {
  readonly state: CellState;
  readonly text: string;
  readonly against: Against | null;
  readonly since: number | null;
}

/** The circumstances of an act: the cell as the page has it, the time, and where the page lies. */
export interface Moment {
  readonly cell: PageCell;
  readonly now: number;
  readonly place: Place;
}

/** After a pause this long, the text from before it is kept as a version of its own. In milliseconds. */
const PAUSE = 10 * 60_000;

/** What to show for `cell`, given what the store holds. */
export function decide(cell: PageCell, record: EditRecord | null): Decision {
  const author = tidy(cell.source);
  if (record === null) return { state: 'pristine', text: author, against: null, since: null };
  const since = record.time;
  if (record.rival !== null && !sameText(record.rival.text, record.text)) {
    return { state: 'conflict', text: record.text, against: { kind: 'tab', text: record.rival.text }, since };
  }
  if (sameText(record.text, author)) return { state: 'pristine', text: author, against: null, since };
  if (record.baseHash === cell.hash) return { state: 'edited', text: record.text, against: null, since };
  // Untouched since an earlier version of the book: follow the author without a question.
  if (sameText(record.text, record.baseText)) return { state: 'pristine', text: author, against: null, since };
  return { state: 'conflict', text: record.text, against: { kind: 'author', text: author }, since };
}

/** A history with the text that is about to be replaced, unless that text is the author's. */
function setAside(record: EditRecord | null, moment: Moment, why: Why): readonly Version[] {
  if (record === null) return [];
  const authors = sameText(record.text, record.baseText) || sameText(record.text, moment.cell.source);
  return authors ? record.versions : withVersion(record.versions, { text: record.text, time: record.time, why });
}

function onPageBase(moment: Moment): Pick<EditRecord, 'baseHash' | 'baseText'> {
  return { baseHash: moment.cell.hash, baseText: tidy(moment.cell.source) };
}

function next(record: EditRecord | null, moment: Moment, change: Partial<EditRecord>): EditRecord {
  return {
    schema: 1,
    revision: record?.revision ?? 0,
    text: record?.text ?? tidy(moment.cell.source),
    ...(record ? { baseHash: record.baseHash, baseText: record.baseText } : onPageBase(moment)),
    rival: record?.rival ?? null,
    versions: record?.versions ?? [],
    ...change,
    time: moment.now,
    place: moment.place,
  };
}

/** The student typed: the cell now holds `text`. In a conflict the question stays open. */
export function typed(record: EditRecord | null, moment: Moment, text: string): EditRecord {
  const base = decide(moment.cell, record).state === 'pristine' ? onPageBase(moment) : {};
  const versions = record !== null && moment.now - record.time > PAUSE && !sameText(record.text, text)
    ? setAside(record, moment, 'typed') : record?.versions ?? [];
  return next(record, moment, { ...base, text: tidy(text), versions });
}

/** The student ran the cell: what ran is worth a version. `null` where there is nothing new to keep. */
export function ran(record: EditRecord | null, moment: Moment): EditRecord | null {
  if (record === null || decide(moment.cell, record).state === 'pristine') return null;
  const versions = withVersion(record.versions, { text: record.text, time: moment.now, why: 'ran' });
  return versions === record.versions ? null : { ...record, versions };
}

/** Puts `text` in place of what is there, which goes to the history: reset, undo, an earlier version. */
export function replaced(record: EditRecord | null, moment: Moment, text: string, why: Why): EditRecord {
  let versions = setAside(record, moment, why);
  if (record?.rival) versions = withVersion(versions, { ...record.rival, why: 'other tab' });
  return next(record, moment, { ...onPageBase(moment), text: tidy(text), rival: null, versions });
}

/** Back to the author's text. */
export function reset(record: EditRecord | null, moment: Moment): EditRecord {
  return replaced(record, moment, moment.cell.source, 'reset');
}

/** What the student chose in a conflict. */
export type Choice = 'mine' | 'new' | 'both';

/** Ends the conflict that `decide` reports; without one the record comes back as it is. */
export function chosen(record: EditRecord, moment: Moment, choice: Choice): EditRecord {
  const { against } = decide(moment.cell, record);
  if (against === null) return record;
  const base = against.kind === 'author' ? onPageBase(moment) : {};
  const mine: Version = { text: record.text, time: record.time, why: 'choice' };
  const theirs: Version = { text: against.text, time: record.rival?.time ?? record.time, why: 'other tab' };
  // The author's text can be had back at any time; another tab's exists nowhere else.
  const withTheirs = against.kind === 'tab' ? withVersion(record.versions, theirs) : record.versions;
  switch (choice) {
    case 'mine':
      return next(record, moment, { ...base, rival: null, versions: withTheirs });
    case 'new':
      return next(record, moment, { ...base, rival: null, text: against.text, versions: withVersion(record.versions, mine) });
    case 'both':
      return next(record, moment, {
        ...base, rival: null, text: bothTexts(against, record.text), versions: withVersion(withTheirs, mine),
      });
  }
}

/** Both texts in one cell. The student's comes last, so its value is the one the cell shows. */
export function bothTexts(against: Against, mine: string): string {
  const heading = against.kind === 'author' ? 'The new text of the book' : 'From the other tab';
  return `# --- ${heading} ---\n${against.text}\n\n# --- Your text ---\n${mine}`;
}
