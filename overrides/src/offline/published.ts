/** What the site says it consists of now, past every copy. */
import { parseList, type SiteList } from './list.ts';
import { isLoopback } from './offer.ts';
import { listUrl, PAST, type Place } from './place.ts';

/** The list and its text; `gone` tells a site without one from a site that cannot be reached. */
export type Listed = { readonly ok: true; readonly list: SiteList; readonly source: string } | { readonly ok: false; readonly gone: boolean };

/** Where the program that serves the zip answers, and nobody else (`starter/start.py`). */
const STARTER = '/.satchel-start';

export async function published(place: Place): Promise<Listed> {
  try {
    const response = await fetch(listUrl(place), { cache: 'no-cache', headers: { [PAST]: '1' } });
    if (!response.ok) return { ok: false, gone: true };
    const source = await response.text();
    const parsed = parseList(source);
    if (!parsed.ok) console.warn(`satchel: ${parsed.problem}`);
    return parsed.ok ? { ok: true, list: parsed.value, source } : { ok: false, gone: true };
  } catch {
    return { ok: false, gone: false };
  }
}

/** Whether the program in the zip serves these pages: then the whole course is on this computer already. */
export async function servedHere({ root }: Place): Promise<boolean> {
  if (!isLoopback(new URL(root).hostname)) return false;
  return fetch(new URL(STARTER, root), { cache: 'no-store', headers: { [PAST]: '1' } }).then(({ ok }) => ok, () => false);
}
