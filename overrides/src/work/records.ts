/** What the store keeps for one cell, and how foreign values become such records. */
import { isSitePath } from './keys.ts';
import { bad, count, good, instant, isBag, own, text, type Bag } from '../shape.ts';
import type { Parsed } from '../types.ts';

/** Why an earlier text was set aside. */
export type Why = 'typed' | 'ran' | 'reset' | 'replaced' | 'choice' | 'restored' | 'other tab' | 'elsewhere';

/** Where a second text came from: another tab, a backup, this page in a frame, the notebook view, the cell's earlier page, a notebook file. */
export type Source = 'tab' | 'backup' | 'frame' | 'notebook' | 'moved' | 'file';

/** A text the cell once had. `time` is in milliseconds since 1970. */
export interface Version {
  readonly text: string;
  readonly time: number;
  readonly why: Why;
}

/** Where the cell was when it was saved. Only for links and file names, never for identity. URLs are relative to the site root. */
export interface Place {
  readonly page: string;
  readonly title: string;
  readonly download: string | null;
}

/** A second text that waits for the student's choice. */
export interface Rival {
  readonly text: string;
  readonly time: number;
  readonly from: Source;
}

/** A cell's work. `baseHash` and `baseText` are the author's version that the student started from. */
export interface EditRecord {
  readonly schema: 1;
  /** Grows with every save; together with `time` it tells whether someone else has saved meanwhile. */
  readonly revision: number;
  readonly text: string;
  readonly baseHash: string;
  readonly baseText: string;
  readonly time: number;
  readonly place: Place;
  readonly rival: Rival | null;
  /** Newest first. */
  readonly versions: readonly Version[];
}

/** Most earlier texts kept for a cell, and most UTF-16 units they may take together. */
export const MOST_VERSIONS = 50;
export const MOST_HISTORY = 400_000;
/** Longest text of a cell that is accepted from the store or a backup, in UTF-16 units. */
export const LONGEST_TEXT = 1_000_000;

const WHYS: ReadonlySet<string> = new Set<Why>(['typed', 'ran', 'reset', 'replaced', 'choice', 'restored', 'other tab', 'elsewhere']);
const SOURCES: ReadonlySet<string> = new Set<Source>(['tab', 'backup', 'frame', 'notebook', 'moved', 'file']);

function isWhy(value: unknown): value is Why {
  return typeof value === 'string' && WHYS.has(value);
}

function isSource(value: unknown): value is Source {
  return typeof value === 'string' && SOURCES.has(value);
}

/** The rival as a version, for when it is no longer asked about. */
export function setAside(rival: Rival): Version {
  return { text: rival.text, time: rival.time, why: rival.from === 'tab' ? 'other tab' : 'elsewhere' };
}

/** Whether the student's text differs from the one it started from, or a second one waits. */
export function isEdited(record: EditRecord): boolean {
  return record.rival !== null || !sameText(record.text, record.baseText);
}

/** Every text that `record` holds: shown, waiting, earlier. */
export function texts(record: EditRecord): readonly string[] {
  return [record.text, ...record.rival ? [record.rival.text] : [], ...record.versions.map((version) => version.text)];
}

/** Line ends as every editor in a browser writes them. */
export function tidy(source: string): string {
  return source.replace(/\r\n?/g, '\n');
}

export function sameText(one: string, other: string): boolean {
  return one === other || tidy(one) === tidy(other);
}

/** `versions` with one more in front, within the limits. A text that is already the newest is not repeated. */
export function withVersion(versions: readonly Version[], version: Version): readonly Version[] {
  const newest = versions[0];
  return newest && sameText(newest.text, version.text) ? versions : capped([version, ...versions]);
}

/** As many of the newest versions as the limits allow; always at least one. */
export function capped(versions: readonly Version[]): readonly Version[] {
  let units = 0;
  return versions.slice(0, MOST_VERSIONS).filter((version, index) => {
    units += version.text.length;
    return index === 0 || units <= MOST_HISTORY;
  });
}

/** Both histories as one, newest first, each text at each time once. */
export function joinVersions(one: readonly Version[], other: readonly Version[]): readonly Version[] {
  const seen = new Map<string, Version>();
  for (const version of [...one, ...other]) seen.set(`${version.time} ${version.text}`, version);
  return capped([...seen.values()].sort((a, b) => b.time - a.time));
}

export function sameHistory(one: readonly Version[], other: readonly Version[]): boolean {
  return one.length === other.length && one.every(({ text: body, time }, index) => body === other[index]?.text && time === other[index]?.time);
}

function parsePlace(value: unknown): Place {
  const bag: Bag = isBag(value) ? value : {};
  const page = text(own(bag, 'page'), 500);
  const download = text(own(bag, 'download'), 500);
  return {
    // A place that could lead elsewhere is dropped; the student's text is worth keeping all the same.
    page: page !== null && isSitePath(page) ? page : '',
    title: text(own(bag, 'title'), 1000) ?? '',
    download: download !== null && isSitePath(download) ? download : null,
  };
}

function parseRival(value: unknown): Rival | null {
  if (!isBag(value)) return null;
  const rival = text(own(value, 'text'), LONGEST_TEXT);
  const time = instant(own(value, 'time'));
  const from = own(value, 'from');
  return rival !== null && time !== null ? { text: rival, time, from: isSource(from) ? from : 'tab' } : null;
}

function parseVersions(value: unknown): readonly Version[] {
  if (!Array.isArray(value)) return [];
  const versions: Version[] = [];
  for (const item of value.slice(0, MOST_VERSIONS)) {
    if (!isBag(item)) continue;
    const body = text(own(item, 'text'), LONGEST_TEXT);
    const time = instant(own(item, 'time'));
    const why = own(item, 'why');
    if (body !== null && time !== null) versions.push({ text: body, time, why: isWhy(why) ? why : 'typed' });
  }
  return capped(versions);
}

/** Whether a newer version of this site wrote `value`. Such work must not be overwritten by this one. */
export function isNewer(value: unknown): boolean {
  const schema = isBag(value) ? own(value, 'schema') : undefined;
  return typeof schema === 'number' && schema > 1;
}

/** A record of schema 1. A damaged history or place does not cost the student's text; a damaged text or base does. */
export function parseRecord(value: unknown): Parsed<EditRecord> {
  if (!isBag(value)) return bad('it is not an object');
  const schema = own(value, 'schema');
  if (schema !== 1) return bad(`its schema is ${String(schema).slice(0, 20)}, and this page reads schema 1`);
  const body = text(own(value, 'text'), LONGEST_TEXT);
  const baseHash = text(own(value, 'baseHash'), 128);
  const baseText = text(own(value, 'baseText'), LONGEST_TEXT);
  const time = instant(own(value, 'time'));
  if (body === null) return bad('its text is missing or too long');
  if (baseHash === null || baseText === null) return bad('the author\'s text it started from is missing');
  if (time === null) return bad('its time is missing');
  return good({
    schema: 1,
    revision: count(own(value, 'revision')) ?? 0,
    text: body,
    baseHash,
    baseText,
    time,
    place: parsePlace(own(value, 'place')),
    rival: parseRival(own(value, 'rival')),
    versions: parseVersions(own(value, 'versions')),
  });
}

/** What can still be read of a value that `parseRecord` refuses; `null` if that is no text at all, or a newer schema's. */
export function salvage(value: unknown): EditRecord | null {
  if (isNewer(value)) return null;
  const bag: Bag = isBag(value) ? value : { text: value };
  const rival = parseRival(own(bag, 'rival'));
  const versions = parseVersions(own(bag, 'versions'));
  const body = text(own(bag, 'text'), LONGEST_TEXT) ?? rival?.text ?? versions[0]?.text;
  if (body === undefined) return null;
  return {
    schema: 1,
    revision: count(own(bag, 'revision')) ?? 0,
    text: body,
    // Without its base the text differs from any author's, so the student is asked.
    baseHash: text(own(bag, 'baseHash'), 128) ?? '',
    baseText: text(own(bag, 'baseText'), LONGEST_TEXT) ?? '',
    time: instant(own(bag, 'time')) ?? 0,
    place: parsePlace(own(bag, 'place')),
    rival,
    versions,
  };
}
