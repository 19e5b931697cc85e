/** Keeps a course in this browser: fetches it, brings it up to date, and takes it away; says at any time how that stands. */
import { bring, LOST } from './bringing.ts';
import { OtherFile } from './fetching.ts';
import { sizeOf, type SiteList } from './list.ts';
import { LOCAL, REFUSED, UNLISTED } from './offer.ts';
import { cacheNames, type Place } from './place.ts';
import { published, servedHere } from './published.ts';
import { standingOf, type Standing } from './standing.ts';
import type { KeptState } from './state.ts';
import { isFull, type KeptStore } from './store.ts';
import { register, unregister, wish } from './worker.ts';

export interface KeeperPorts {
  readonly place: Place;
  readonly store: KeptStore;
  /** Folder of the browser side that this page is made with, relative to the site. */
  readonly assets: string;
  /** Why nothing can be kept here at all; `null` if it can. */
  readonly obstacle: string | null;
  /** What is kept has changed; other windows want to know. */
  changed(): void;
}

const FULL = 'The browser has no room left. What has arrived is kept; free some space on this device, then continue.';

export class Keeper {
  readonly #ports: KeeperPorts;
  readonly #listeners = new Set<(standing: Standing) => void>();
  #standing: Standing = { kind: 'unknown' };
  #stop: AbortController | null = null;
  #over: Promise<void> = Promise.resolve();

  constructor(ports: KeeperPorts) {
    this.#ports = ports;
  }

  get standing(): Standing {
    return this.#standing;
  }

  /** Calls back now and on every change; the returned function ends that. */
  watch(listener: (standing: Standing) => void): () => void {
    this.#listeners.add(listener);
    listener(this.#standing);
    return () => { this.#listeners.delete(listener); };
  }

  /** Looks how it stands, here and on the site. */
  async look(): Promise<void> {
    const { obstacle, store } = this.#ports;
    if (this.#stop !== null) return;
    if (obstacle !== null) return this.#say({ kind: 'no', why: obstacle });
    // A private window may have caches that it lets nobody use.
    const state = await store.state().catch(() => null);
    if (state === null) return this.#say({ kind: 'no', why: REFUSED });
    if (await servedHere(this.#ports.place)) return this.#say({ kind: 'no', why: LOCAL });
    const listed = await published(this.#ports.place);
    const standing = await this.#standingOf(state, listed.ok ? listed.list : null, null);
    if (standing !== null) return this.#say(standing);
    if (listed.ok) return this.#say({ kind: 'off', size: sizeOf(listed.list.files.values()), problem: null });
    this.#say({ kind: 'no', why: listed.gone ? UNLISTED : 'The site cannot be reached just now, so the course cannot be kept. Try again with a connection.' });
  }

  /** Fetches the course, or what is new in it. Resolves when that is over, however it ends; the standing says how. */
  keep(): Promise<void> {
    if (this.#stop !== null) return this.#over;
    const stop = new AbortController();
    this.#stop = stop;
    this.#over = this.#attempt(stop);
    return this.#over;
  }

  /** Stops the fetching. What has arrived stays, and the reader can go on. */
  stop(): void {
    this.#stop?.abort();
  }

  /** Deletes everything that is kept of the course and the worker with it. The student's work is elsewhere and stays. */
  async remove(): Promise<void> {
    this.stop();
    await this.#over;
    const { place, store } = this.#ports;
    // Another window may be fetching: it ends when its files are gone, and must not write after that.
    await navigator.locks.request(this.#lock(), { steal: true }, async () => {
      await unregister(place);
      await store.remove();
    });
    await this.look();
    this.#ports.changed();
  }

  /**
   * Sees to it that what the reader has asked for holds: the worker is there, an unfinished download goes on, and a newer
   * edition is fetched if it has at most `most` new bytes.
   */
  async attend(most: number): Promise<void> {
    const { place, store } = this.#ports;
    const state = await store.state();
    // Another JupyterLite on the same host may have unregistered all workers there.
    if (state.current !== null) await register(place);
    await this.look();
    if (state.wanted !== null && !state.paused) return this.keep();
    const { standing } = this;
    if (standing.kind === 'kept' && standing.update?.ready === false && standing.update.bytes <= most) await this.keep();
  }

  /** The edition that is complete here and newest, and the one that this page belongs to; `null` for none. */
  async editions(): Promise<{ readonly newest: string | null; readonly mine: string | null; readonly waits: boolean }> {
    const { current, ready } = await this.#ports.store.state();
    const answer = await wish(this.#ports.place, { satchel: 'whose' });
    return { newest: ready ?? current, mine: answer?.edition ?? null, waits: ready !== null };
  }

  /** Lets the edition that is ready count; pages that are open stay with what they were opened with. */
  async goOn(): Promise<void> {
    await wish(this.#ports.place, { satchel: 'switch' });
    await this.look();
    this.#ports.changed();
  }

  async #attempt(stop: AbortController): Promise<void> {
    try {
      const held = await navigator.locks.request(this.#lock(), { ifAvailable: true }, async (lock) => {
        if (lock === null) return false;
        await bring({
          ...this.#ports,
          standing: (state, site, problem) => this.#standingOf(state, site, problem), say: (standing) => { this.#say(standing); },
        }, stop.signal);
        return true;
      });
      this.#stop = null;
      if (!held) await this.look();
    } catch (error) {
      const stopped = stop.signal.aborted;
      // Another window may have taken the lock away to remove everything.
      stop.abort();
      this.#stop = null;
      await this.#failed(error, stopped);
    }
    this.#ports.changed();
  }

  async #failed(error: unknown, stopped: boolean): Promise<void> {
    const { store } = this.#ports;
    const state = await store.state();
    if (state.wanted === null) return this.#tell(error);
    if (stopped) {
      await store.setState({ ...state, paused: true });
      return this.#report(null);
    }
    const problem = isFull(error) ? FULL
      : error instanceof OtherFile ? `${upper(error.message)}. Nothing wrong was kept. Tell your teacher if this stays.`
        : error instanceof TypeError ? LOST : `That did not work: ${String(error)}`;
    console.warn('satchel: keeping the course was broken off', error);
    if (isFull(error)) await store.setState({ ...state, paused: true });
    await this.#report(problem);
  }

  async #report(problem: string | null): Promise<void> {
    const { store } = this.#ports;
    const state = await store.state();
    const standing = await this.#standingOf(state, await store.list(state.wanted), problem);
    if (standing !== null) this.#say(standing);
  }

  #tell(error: unknown): void {
    const problem = error instanceof TypeError ? LOST : `That did not work: ${String(error)}`;
    if (this.#standing.kind === 'off' || this.#standing.kind === 'kept') this.#say({ ...this.#standing, problem });
    else this.#say({ kind: 'no', why: problem });
  }

  /** How it stands with what is in the store; `null` if nothing is. */
  #standingOf(state: KeptState, site: SiteList | null, problem: string | null): Promise<Standing | null> {
    return standingOf(this.#ports.store, state, site, problem, this.#lock());
  }

  #lock(): string {
    return cacheNames(this.#ports.place).index;
  }

  #say(standing: Standing): void {
    this.#standing = standing;
    for (const listener of this.#listeners) listener(standing);
  }
}

function upper(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
