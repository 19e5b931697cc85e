/** How the service worker answers: pages from the network first, everything else of a kept edition from the store. */
import { sha256 } from './digest.ts';
import { meaning, sitePath, type SiteList } from './list.ts';
import { piece } from './range.ts';
import type { FetchEvent, WorkerScope } from './scope.ts';
import { editionOf, pinsAfter, switched, type KeptState, type Pin, type Pins } from './state.ts';
import type { KeptStore } from './store.ts';

/** Milliseconds that the network has for the beginning of a page that is kept. */
const PATIENCE = 5000;

/** The store as the worker last read it. */
interface Known {
  readonly state: KeptState;
  readonly pins: Pins;
  /** The lists of all editions that anything open belongs to. */
  readonly lists: ReadonlyMap<string, SiteList>;
}

export class Answering {
  readonly #scope: WorkerScope;
  readonly #store: KeptStore;
  #known: Promise<Known> | null = null;
  /** Changes of the pins wait for each other. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(scope: WorkerScope, store: KeptStore) {
    this.#scope = scope;
    this.#store = store;
  }

  async answer(event: FetchEvent): Promise<Response> {
    const { request } = event;
    const path = sitePath(this.#scope.registration.scope, request.url);
    try {
      if (path !== null) return await (request.mode === 'navigate' ? this.#page(event, path) : this.#part(event, path));
    } catch (error) {
      // A damaged store must not stand between the reader and a site that is there.
      console.warn('satchel: the kept copy could not be asked', error);
    }
    return fetch(request);
  }

  /** The edition that a page or worker belongs to; `null` for one that only the network has. */
  async whose(client: string): Promise<string | null> {
    const { state, pins } = await this.#read(true);
    return editionFor(client, pins, state);
  }

  /** Takes over all pages of the course. Only the one that asks is known to be of the edition that was just kept. */
  async claim(asking: string): Promise<void> {
    const others = (await this.#open('window')).filter((id) => id !== asking);
    // By this no edition will ever recognise them.
    const unknown: Pin = { page: '', hash: '0'.repeat(64) };
    await this.#repin(({ pins }) => ({ ...pins, ...Object.fromEntries(others.map((id) => [id, unknown])) }));
    await this.#scope.clients.claim();
  }

  /** Lets the edition that is ready count. What is open stays with what it was opened with. */
  async switch(): Promise<void> {
    await this.#inTurn(async () => {
      const { state, pins, lists } = await this.#read(true);
      const now = lists.get(state.ready ?? '');
      if (state.current === null || now === undefined) return;
      await this.#store.setPins(pinsAfter(pins, await this.#open('all'), state.current, now));
      await this.#store.setState(switched(state));
    });
  }

  /** Forgets what is closed, and lets go of what nobody needs any more. `opening` is not open yet. */
  async tidy(opening: string): Promise<void> {
    const open = new Set([...await this.#open('all'), opening]);
    if (Object.keys((await this.#read(false)).pins).length > 0) {
      await this.#repin(({ pins }) => Object.fromEntries(Object.entries(pins).filter(([id]) => open.has(id))));
    }
    await this.#store.sweep();
  }

  async #page(event: FetchEvent, path: string): Promise<Response> {
    const { request, resultingClientId: client } = event;
    // Other pages may have changed it meanwhile.
    const { state, lists } = await this.#upToDate();
    const current = lists.get(state.current ?? '');
    const meant = current && meaning(current, path);
    if (current === undefined || !meant) return this.#foreign(request, client, path, lists, state);
    if ('folder' in meant) {
      const to = new URL(request.url);
      to.pathname += '/';
      return Response.redirect(to.href, 302);
    }
    const fresh = await inTime(request);
    if (fresh === null || (!fresh.ok && fresh.type !== 'opaqueredirect')) {
      return await this.#kept(meant.file.hash, request) ?? fresh ?? fetch(request);
    }
    return this.#judged(fresh, client, meant.file.path, lists, state);
  }

  /** What is stored, gone on to the edition that is ready if nobody reads the old one any more. */
  async #upToDate(): Promise<Known> {
    const known = await this.#read(true);
    const { state, pins } = known;
    if (state.ready === null) return known;
    if ((await this.#open('all')).some((id) => editionFor(id, pins, state) === state.current)) return known;
    await this.switch();
    return this.#read(true);
  }

  /** A page that the current edition does not have: a newer one may, and else the network has to know. */
  async #foreign(request: Request, client: string, path: string, lists: Known['lists'], state: KeptState): Promise<Response> {
    const fresh = await fetch(request);
    if (!fresh.ok) return fresh;
    const ready = lists.get(state.ready ?? '');
    const meant = ready && meaning(ready, path);
    return this.#judged(fresh, client, meant && 'file' in meant ? meant.file.path : path, lists, state);
  }

  /** A page from the network decides by its text to which edition all that it asks for belongs. */
  async #judged(fresh: Response, client: string, page: string, lists: Known['lists'], state: KeptState): Promise<Response> {
    if (!fresh.ok || state.current === null) return fresh;
    const hash = await sha256(await fresh.clone().arrayBuffer());
    const editions = [state.current, state.ready].flatMap((edition) => lists.get(edition ?? '') ?? []);
    const edition = editionOf(editions, page, hash);
    if (edition !== state.current) await this.#pin(client, edition === null ? { page, hash } : { edition });
    return fresh;
  }

  async #part(event: FetchEvent, path: string): Promise<Response> {
    const { request, clientId, resultingClientId } = event;
    const known = await this.#read(false);
    const pin = known.pins[clientId];
    // A worker belongs where the page belongs that opens it.
    if (resultingClientId !== '' && pin !== undefined) await this.#pin(resultingClientId, pin);
    const edition = editionFor(clientId, known.pins, known.state);
    // The browser's own cache may hold the file of the edition that this page is newer than.
    if (edition === null && known.state.current !== null) return fetch(new Request(request, { cache: 'no-cache' }));
    const list = known.lists.get(edition ?? '');
    const meant = list && meaning(list, path);
    const kept = meant && 'file' in meant ? await this.#kept(meant.file.hash, request) : undefined;
    return kept ?? fetch(request);
  }

  async #kept(hash: string, request: Request): Promise<Response | undefined> {
    const found = await this.#store.file(hash);
    const asked = request.headers.get('range');
    return found === undefined || asked === null ? found : piece(found, asked);
  }

  async #pin(client: string, pin: Pin): Promise<void> {
    await this.#repin(({ pins }) => ({ ...pins, [client]: pin }));
  }

  async #repin(change: (known: Known) => Pins): Promise<void> {
    await this.#inTurn(async () => { await this.#store.setPins(change(await this.#read(true))); });
  }

  /** Carries out a change of what is stored when those before are done. */
  async #inTurn(act: () => Promise<void>): Promise<void> {
    const mine = this.#turn.then(act);
    this.#turn = mine.catch(() => undefined);
    await mine;
    this.#known = null;
  }

  /** What is open of this course, by the browser's ids. Other courses on the same host are no concern of ours. */
  async #open(type: 'window' | 'all'): Promise<readonly string[]> {
    const open = await this.#scope.clients.matchAll({ type, includeUncontrolled: true });
    return open.filter(({ url }) => url.startsWith(this.#scope.registration.scope)).map(({ id }) => id);
  }

  #read(afresh: boolean): Promise<Known> {
    if (afresh || this.#known === null) {
      const reading = this.#load();
      this.#known = reading;
      reading.catch(() => { if (this.#known === reading) this.#known = null; });
    }
    return this.#known as Promise<Known>;
  }

  async #load(): Promise<Known> {
    if (!await this.#store.there()) return { state: await this.#store.state(), pins: {}, lists: new Map() };
    const [state, pins] = await Promise.all([this.#store.state(), this.#store.pins()]);
    const names = new Set([state.current, state.ready, ...Object.values(pins).map((pin) => ('edition' in pin ? pin.edition : null))]);
    const lists = await Promise.all([...names].map((edition) => this.#store.list(edition)));
    return { state, pins, lists: new Map(lists.flatMap((list) => (list === null ? [] : [[list.edition, list]]))) };
  }
}

function editionFor(client: string, pins: Pins, { current }: KeptState): string | null {
  const pin = pins[client];
  if (pin === undefined) return current;
  return 'edition' in pin ? pin.edition : null;
}

/** The network's answer; `null` if there is none, or none in time. */
async function inTime(request: Request): Promise<Response | null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<null>((resolve) => { timer = setTimeout(() => { resolve(null); }, PATIENCE); });
  try {
    // A correction of the author's shows at once, although the browser may have the page from a minute ago.
    return await Promise.race([fetch(new Request(request, { cache: 'no-cache' })), late]);
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}
