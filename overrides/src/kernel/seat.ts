/**
 * A tab's place in the course: which Python is its own, from page to page.
 *
 * The tab's session storage hands the place from a page to the next. The page that has it takes it out, so that a copy
 * of the tab finds nothing and gets a place, and a Python, of its own.
 */
import { isRecord } from '../boot/protocol.ts';
import type { StopUrls } from './stopper.ts';

/** What a page leaves for the next one. */
export interface Seat {
  readonly tab: string;
  /** Counts the Pythons of the tab: a restart begins the next. */
  readonly generation: number;
  /** Whether a Python was there when the page was left. */
  readonly alive: boolean;
  /** Whether a cell was running then. */
  readonly running: boolean;
  /** How that Python can be stopped and ended. */
  readonly urls: StopUrls | null;
  /** Whether the reader has been told that variables are kept. */
  readonly told: boolean;
}

/** The part of `sessionStorage` that is used here. */
export type Words = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** A place for a tab that has none. */
export function newSeat(tab: string): Seat {
  return { tab, generation: 1, alive: false, running: false, urls: null, told: false };
}

/** The place in `text`, which a page of this or another version has written; null when it is none. */
export function parseSeat(text: string | null): Seat | null {
  let value: unknown;
  try {
    value = JSON.parse(text ?? 'null');
  } catch {
    return null;
  }
  if (!isRecord(value)) return null;
  const { tab, generation, alive, running, urls, told } = value;
  if (typeof tab !== 'string' || !/^[\w-]{1,64}$/.test(tab) || !Number.isSafeInteger(generation)) return null;
  return {
    tab, generation: Number(generation), alive: alive === true, running: running === true, told: told === true,
    urls: isRecord(urls) && typeof urls.stop === 'string' && typeof urls.end === 'string' ? { stop: urls.stop, end: urls.end } : null,
  };
}

/** Takes the tab's place for this page; a new one, named by `fresh`, where there is none or storage is closed to us. */
export function takeSeat(words: Words | null, course: string, fresh: () => string): Seat {
  const key = keyOf(course);
  const seat = parseSeat(words?.getItem(key) ?? null);
  words?.removeItem(key);
  return seat ?? newSeat(fresh());
}

/** Leaves the place to the tab's next page. */
export function leaveSeat(words: Words | null, course: string, seat: Seat): void {
  try {
    words?.setItem(keyOf(course), JSON.stringify(seat));
  } catch (error) {
    console.warn('satchel: the next page will start Python anew, because the tab can store nothing', error);
  }
}

/** The place after a restart: the next Python, of which nothing is known yet. */
export function nextSeat(seat: Seat): Seat {
  return { ...seat, generation: seat.generation + 1, alive: false, running: false, urls: null };
}

/** The worker's name: never shared by two courses or tabs. That it is of this version is in its address. */
export function workerName(course: string, { tab, generation }: Seat): string {
  return `satchel/${course}/python/${tab}/${generation}`;
}

function keyOf(course: string): string {
  return `satchel/${course}/python`;
}

/** This tab's storage; null where the browser keeps it from us. */
export function tabWords(): Words | null {
  try {
    return sessionStorage;
  } catch {
    return null;
  }
}
