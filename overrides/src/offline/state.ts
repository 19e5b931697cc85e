/** What is kept of a course: which edition counts, which one is ready or on its way, and which page belongs to which. */
import { isBag, own } from '../shape.ts';
import { isHash, type SiteList } from './list.ts';

export interface KeptState {
  /** The edition that pages are given without a connection. */
  readonly current: string | null;
  /** A newer one that is complete and waits until nobody reads the old one, or until the reader says so. */
  readonly ready: string | null;
  /** The one that is being fetched. */
  readonly wanted: string | null;
  /** Whether the reader has stopped the fetching. */
  readonly paused: boolean;
}

/**
 * What a page or worker that is open belongs to, where that is not the current edition: another edition of which all files
 * are here, or one that only the network has. Then `page` and `hash` tell by what it would be recognised.
 */
export type Pin = { readonly edition: string } | { readonly page: string; readonly hash: string };

/** By the browser's id of the page or worker. */
export type Pins = Readonly<Record<string, Pin>>;

export const NOTHING: KeptState = { current: null, ready: null, wanted: null, paused: false };

function editionIn(value: unknown): string | null {
  return isHash(value) ? value : null;
}

/** The state in `value`, which comes out of storage; what cannot be read counts as not there. */
export function parseState(value: unknown): KeptState {
  if (!isBag(value)) return NOTHING;
  return {
    current: editionIn(own(value, 'current')), ready: editionIn(own(value, 'ready')), wanted: editionIn(own(value, 'wanted')),
    paused: own(value, 'paused') === true,
  };
}

export function parsePins(value: unknown): Pins {
  const pins: Record<string, Pin> = Object.create(null) as Record<string, Pin>;
  for (const [id, pin] of isBag(value) ? Object.entries(value) : []) {
    if (!isBag(pin)) continue;
    const edition = own(pin, 'edition');
    const page = own(pin, 'page');
    const hash = own(pin, 'hash');
    if (isHash(edition)) pins[id] = { edition };
    else if (typeof page === 'string' && isHash(hash)) pins[id] = { page, hash };
  }
  return pins;
}

/** Every file of the wanted edition is here. */
export function arrived(state: KeptState, edition: string): KeptState {
  return state.current === null || state.current === edition
    ? { current: edition, ready: null, wanted: null, paused: false }
    : { ...state, ready: edition, wanted: null, paused: false };
}

/** From now on the edition that is ready counts. */
export function switched(state: KeptState): KeptState {
  return state.ready === null ? state : { ...state, current: state.ready, ready: null };
}

/** Pins of what is still open, after a switch away from `old`: all others stay with it, and what was waiting for `now` has it. */
export function pinsAfter(pins: Pins, open: readonly string[], old: string, now: SiteList): Pins {
  return Object.fromEntries(open.flatMap((id): [string, Pin][] => {
    const pin = pins[id] ?? { edition: old };
    if ('edition' in pin) return pin.edition === now.edition ? [] : [[id, pin]];
    return now.files.get(pin.page)?.hash === pin.hash ? [] : [[id, pin]];
  }));
}

/** Editions whose files must stay: what the state names, and what a page that is open belongs to. */
export function needed(state: KeptState, pins: Pins): ReadonlySet<string> {
  const named = [state.current, state.ready, state.wanted].filter((edition) => edition !== null);
  return new Set([...named, ...Object.values(pins).flatMap((pin) => ('edition' in pin ? [pin.edition] : []))]);
}

/** The edition of which the text of a page that came from the network is part, the current one first; `null` if of neither. */
export function editionOf(lists: readonly SiteList[], page: string, hash: string): string | null {
  return lists.find(({ files }) => files.get(page)?.hash === hash)?.edition ?? null;
}
