/** Decides what a cell shows and what each of the student's acts makes of the stored record. No text is ever dropped. */
import { difference } from './difference.ts';
import { sameText, setAside, tidy, withVersion, type EditRecord, type Place, type Source, type Version, type Why } from './records.ts';
import type { CellState, PageCell } from '../types.ts';

/** A text that competes with the one shown: the author's new one, or one that the student wrote elsewhere. */
export interface Against {
  readonly kind: 'author' | Source;
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
  /** Texts that the student has seen as saved, or has looked at for a while, and that typing may be about to destroy. */
  readonly rests?: readonly string[];
}

/** After a pause this long, the text from before it is kept as a version of its own. In milliseconds. */
const PAUSE = 10 * 60_000;

/** What to show for `cell`, given what the store holds. */
export function decide(cell: PageCell, record: EditRecord | null): Decision {
  const author = tidy(cell.source);
  if (record === null) return { state: 'pristine', text: author, against: null, since: null };
  const since = record.time;
  if (record.rival !== null && !sameText(record.rival.text, record.text)) {
    return { state: 'conflict', text: record.text, against: { kind: record.rival.from, text: record.rival.text }, since };
  }
  if (sameText(record.text, author)) return { state: 'pristine', text: author, against: null, since };
  // Untouched since an earlier version of the book: follow the author without a question.
  if (sameText(record.text, record.baseText)) return { state: 'pristine', text: author, against: null, since };
  if (record.baseHash === cell.hash) return { state: 'edited', text: record.text, against: null, since };
  return { state: 'conflict', text: record.text, against: { kind: 'author', text: author }, since };
}

/** A history with the text that is about to be replaced, unless that text is the author's. */
function history(record: EditRecord | null, moment: Moment, why: Why): readonly Version[] {
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

/** More than this many characters gone at one place, or more than half of a text: then the earlier text is worth a version. */
const MUCH = 20;

/** Whether going on from `old` to `text` destroys much of it. What lies between the first and the last difference counts. */
function destroys(old: string, text: string): boolean {
  const { from, to } = difference(old, text);
  return to - from > MUCH || (to - from) * 2 > old.trim().length;
}

/** The student typed: the cell now holds `text`. In a conflict the question stays open. */
export function typed(record: EditRecord | null, moment: Moment, text: string): EditRecord {
  const base = decide(moment.cell, record).state === 'pristine' ? onPageBase(moment) : {};
  if (record === null) return next(record, moment, { ...base, text: tidy(text) });
  let versions = moment.now - record.time > PAUSE && !sameText(record.text, text) ? history(record, moment, 'typed') : record.versions;
  for (const rest of moment.rests ?? []) {
    const known = [record.baseText, moment.cell.source, ...versions.map((version) => version.text)].some((each) => sameText(each, rest));
    if (!known && destroys(rest, tidy(text))) versions = withVersion(versions, { text: rest, time: record.time, why: 'typed' });
  }
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
  let versions = history(record, moment, why);
  if (record?.rival) versions = withVersion(versions, setAside(record.rival));
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
  // The author's text can be had back at any time; a second one of the student's exists nowhere else.
  const withTheirs = record.rival ? withVersion(record.versions, setAside(record.rival)) : record.versions;
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

const HEADINGS: Readonly<Record<Against['kind'], string>> = {
  author: 'The new text of the book', tab: 'From the other tab', backup: 'From the backup', frame: 'From the page in the frame',
  notebook: 'From the notebook', moved: 'From the earlier page', file: 'From the notebook that was brought in',
};

/** Both texts in one cell. The student's comes last, so its value is the one the cell shows. */
export function bothTexts(against: Against, mine: string): string {
  return `# --- ${HEADINGS[against.kind]} ---\n${against.text}\n\n# --- Your text ---\n${mine}`;
}
