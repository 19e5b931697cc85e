/** How it stands with the kept copy, as far as the store and the site can tell. */
import { missing, sizeOf, type SiteList } from './list.ts';
import type { KeptState } from './state.ts';
import type { KeptStore } from './store.ts';

/** How it stands with the kept copy. Sizes are bytes. */
export type Standing =
  | { readonly kind: 'unknown' }
  /** It cannot be kept here. */
  | { readonly kind: 'no'; readonly why: string }
  | { readonly kind: 'off'; readonly size: number; readonly problem: string | null }
  | { readonly kind: 'keeping'; readonly done: number; readonly total: number; readonly update: boolean }
  /** Begun and not complete; `problem` says what stopped it, if it was not the reader. */
  | { readonly kind: 'part'; readonly done: number; readonly total: number; readonly problem: string | null; readonly elsewhere: boolean }
  | { readonly kind: 'kept'; readonly size: number; readonly update: Update | null; readonly problem: string | null };

/** A newer edition: `bytes` of it are not here yet. */
export interface Update {
  readonly edition: string;
  readonly bytes: number;
  readonly ready: boolean;
}

/**
 * How it stands with what is in the store; `null` if nothing is. `site` is what is published now, if that is known, and
 * `lock` the name of what is held by whoever fetches.
 */
export async function standingOf(
  store: KeptStore, state: KeptState, site: SiteList | null, problem: string | null, lock: string,
): Promise<Standing | null> {
  const have = await store.hashes();
  if (state.current !== null) {
    const list = await store.list(state.current);
    const newer = site !== null && site.edition !== state.current ? site : await store.list(state.ready);
    const update = newer === null ? null
      : { edition: newer.edition, bytes: sizeOf(missing(newer, have)), ready: newer.edition === state.ready };
    return { kind: 'kept', size: list === null ? 0 : sizeOf(list.files.values()), update, problem };
  }
  const list = await store.list(state.wanted);
  if (list === null) return null;
  const total = sizeOf(list.files.values());
  const elsewhere = ((await navigator.locks.query()).held ?? []).some(({ name }) => name === lock);
  return { kind: 'part', done: total - sizeOf(missing(list, have)), total, problem, elsewhere };
}
