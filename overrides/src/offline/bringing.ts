/** Brings the edition that is published into the store: asks for room, fetches what is missing, and lets it count. */
import { fetchAll, OtherFile } from './fetching.ts';
import { missing, sizeOf, type SiteList } from './list.ts';
import { freeIn, noRoom } from './offer.ts';
import type { Place } from './place.ts';
import { published } from './published.ts';
import type { Standing } from './standing.ts';
import { arrived, type KeptState } from './state.ts';
import type { KeptStore } from './store.ts';
import { register, wish } from './worker.ts';

export const LOST = 'The connection to the site was lost.';
/** An edition may be published while the one before it is on its way; so often it is begun anew. */
const TRIES = 3;

export interface BringingPorts {
  readonly place: Place;
  readonly store: KeptStore;
  /** Folder of the browser side that this page is made with, relative to the site. */
  readonly assets: string;
  /** How it stands with what is in the store; `null` if nothing is. */
  standing(state: KeptState, site: SiteList | null, problem: string | null): Promise<Standing | null>;
  say(standing: Standing): void;
}

/** Resolves when the edition counts, or when something that was said keeps it from being fetched. Rejects if it breaks off. */
export async function bring(ports: BringingPorts, signal: AbortSignal): Promise<void> {
  const { place, store, assets } = ports;
  const before = await store.state();
  for (let tries = 1; ; tries += 1) {
    const listed = await published(place);
    if (!listed.ok) throw new TypeError(LOST);
    const { list, source } = listed;
    if (list.edition === before.current || list.edition === before.ready) return sayHow(ports, before, list);
    const need = sizeOf(missing(list, await store.hashes()));
    const problem = await refusal(store, need);
    if (problem !== null) {
      const back = await ports.standing(await store.state(), list, problem);
      return ports.say(back ?? { kind: 'off', size: sizeOf(list.files.values()), problem });
    }
    await store.putList(list.edition, source);
    await store.setState({ ...await store.state(), wanted: list.edition, paused: false });
    const total = sizeOf(list.files.values());
    try {
      await fetchAll(list, {
        root: place.root, store, signal,
        progress: (done) => { ports.say({ kind: 'keeping', done, total, update: before.current !== null }); },
      });
    } catch (error) {
      const now = error instanceof OtherFile && tries < TRIES ? await published(place) : null;
      if (now?.ok === true && now.list.edition !== list.edition) continue;
      throw error;
    }
    return arrive(ports, list, list.files.has(`${assets}page.js`));
  }
}

/** Lets an edition count that is whole. `mine` says that this page belongs to it. */
async function arrive(ports: BringingPorts, list: SiteList, mine: boolean): Promise<void> {
  const { place, store } = ports;
  const before = await store.state();
  await store.setState(arrived(before, list.edition));
  await register(place);
  // A page of another edition than the one that was kept must not be mixed with it.
  if (before.current === null && mine) await wish(place, { satchel: 'claim' });
  // Firefox asks the reader, who may take a while or never answer.
  navigator.storage.persist().catch((error: unknown) => console.warn('satchel: persistent storage was refused', error));
  await sayHow(ports, await store.state(), list);
}

async function sayHow(ports: BringingPorts, state: KeptState, list: SiteList): Promise<void> {
  const standing = await ports.standing(state, list, null);
  if (standing !== null) ports.say(standing);
}

/** Why `need` bytes cannot be stored; `null` if they can. */
async function refusal(store: KeptStore, need: number): Promise<string | null> {
  if (need === 0) return null;
  const free = freeIn(await navigator.storage.estimate());
  if ((free === null || free >= need) && await store.roomFor(need)) return null;
  return noRoom(need, free);
}
