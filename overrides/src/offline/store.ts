/** The kept files in the browser's caches: contents by their hash, and an index that says what they are. */
import { parseList, type SiteList } from './list.ts';
import { cacheNames, type CacheNames, type Place } from './place.ts';
import { NOTHING, needed, parsePins, parseState, type KeptState, type Pins } from './state.ts';

const JSON_TYPE = { headers: { 'content-type': 'application/json' } };

export class KeptStore {
  readonly #names: CacheNames;
  readonly #root: string;
  readonly #caches: CacheStorage;

  constructor(place: Place, storage: CacheStorage) {
    this.#names = cacheNames(place);
    this.#root = place.root;
    this.#caches = storage;
  }

  /** Whether anything is kept, or is being fetched. Makes nothing. */
  there(): Promise<boolean> {
    return this.#caches.has(this.#names.index);
  }

  async state(): Promise<KeptState> {
    return await this.there() ? parseState(await this.#read('state')) : NOTHING;
  }

  async setState(state: KeptState): Promise<void> {
    await this.#write('state', JSON.stringify(state));
  }

  async pins(): Promise<Pins> {
    return parsePins(await this.#read('pins'));
  }

  async setPins(pins: Pins): Promise<void> {
    await this.#write('pins', JSON.stringify(pins));
  }

  /** The list of an edition; `null` if it is not here or cannot be read. */
  async list(edition: string | null): Promise<SiteList | null> {
    if (edition === null) return null;
    const found = await this.#find(this.#names.index, this.#key(`edition/${edition}`));
    const parsed = found && parseList(await found.text());
    return parsed?.ok === true ? parsed.value : null;
  }

  async putList(edition: string, source: string): Promise<void> {
    await this.#write(`edition/${edition}`, source);
  }

  /** The hashes of all contents that are here. */
  async hashes(): Promise<ReadonlySet<string>> {
    if (!await this.#caches.has(this.#names.files)) return new Set();
    const keys = await (await this.#files()).keys();
    return new Set(keys.map(({ url }) => new URL(url).searchParams.get('sha256') ?? ''));
  }

  async file(hash: string): Promise<Response | undefined> {
    return this.#find(this.#names.files, this.#hashKey(hash));
  }

  async putFile(hash: string, content: Blob): Promise<void> {
    await (await this.#files()).put(this.#hashKey(hash), new Response(content, {
      headers: { 'content-type': content.type, 'content-length': String(content.size) },
    }));
  }

  /** Lets go of editions that nothing needs any more, with all contents that only they have. */
  async sweep(): Promise<void> {
    if (!await this.there()) return;
    const state = await this.state();
    const stay = needed(state, await this.pins());
    const index = await this.#index();
    const editions = (await index.keys()).flatMap(({ url }) => /\?satchel=edition\/([0-9a-f]{64})$/.exec(url)?.[1] ?? []);
    const idle = editions.filter((edition) => !stay.has(edition));
    if (idle.length === 0) return;
    const lists = await Promise.all([...stay].map((edition) => this.list(edition)));
    const used = new Set(lists.flatMap((list) => [...list?.files.values() ?? []].map(({ hash }) => hash)));
    const files = await this.#files();
    for (const hash of await this.hashes()) if (!used.has(hash)) await files.delete(this.#hashKey(hash));
    for (const edition of idle) await index.delete(this.#key(`edition/${edition}`));
  }

  /** Whether the browser would take so many bytes: it is tried, for what browsers say about their room is a rough guess. */
  async roomFor(bytes: number): Promise<boolean> {
    const piece = new Uint8Array(Math.min(bytes, 4 * 2 ** 20));
    const parts = Array.from({ length: 16 }, () => piece);
    const trial = await this.#caches.open(this.#names.trial);
    try {
      for (let tried = 0; tried < bytes; tried += piece.byteLength * parts.length) {
        const most = Math.ceil((bytes - tried) / piece.byteLength);
        await trial.put(this.#key(`trial/${tried}`), new Response(new Blob(parts.slice(0, most))));
      }
      return true;
    } catch (error) {
      if (isFull(error)) return false;
      throw error;
    } finally {
      await this.#caches.delete(this.#names.trial);
    }
  }

  /** Deletes all that is kept of the course here. Nothing else is touched. */
  async remove(): Promise<void> {
    for (const name of Object.values(this.#names)) await this.#caches.delete(name);
  }

  /** What a cache holds under a key. A look makes no cache, also after the copy has been removed. */
  #find(cacheName: string, key: string): Promise<Response | undefined> {
    return this.#caches.match(key, { cacheName });
  }

  #index(): Promise<Cache> {
    return this.#caches.open(this.#names.index);
  }

  #files(): Promise<Cache> {
    return this.#caches.open(this.#names.files);
  }

  #key(name: string): string {
    return `${this.#root}?satchel=${name}`;
  }

  #hashKey(hash: string): string {
    return `${this.#root}?sha256=${hash}`;
  }

  async #read(name: string): Promise<unknown> {
    const found = await this.#find(this.#names.index, this.#key(name));
    try {
      return found && JSON.parse(await found.text());
    } catch (error) {
      console.warn(`satchel: “${name}” of the kept copy cannot be read`, error);
      return undefined;
    }
  }

  async #write(name: string, source: string): Promise<void> {
    await (await this.#index()).put(this.#key(name), new Response(source, JSON_TYPE));
  }
}

/** Whether `error` says that there is no room left. */
export function isFull(error: unknown): boolean {
  return error instanceof Error && error.name === 'QuotaExceededError';
}
