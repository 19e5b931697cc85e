/** The kept copy of the course as a page sees it: brings the keeper, its section, and the note about a new version together. */
import { Keeper } from './offline/keeper.ts';
import { obstacle } from './offline/offer.ts';
import { cacheNames, type Place } from './offline/place.ts';
import type { Standing } from './offline/standing.ts';
import { KeptStore } from './offline/store.ts';
import { savesData } from './saving.ts';
import type { PageConfig } from './types.ts';
import { inForeignFrame } from './view/frame.ts';
import { newVersionNote } from './view/new-version.ts';
import { offlineSection } from './view/offline-section.ts';
import { bytes } from './words.ts';

/** So many bytes of a new version are fetched without asking. */
const UNASKED = 25_000_000;
/** A page that is looked at again asks for news no more often than this; milliseconds. */
const PAUSE = 10 * 60_000;

export interface OfflinePorts {
  readonly page: PageConfig;
  /** The absolute URL of the site. */
  readonly root: string;
  /** Shows a note until it is closed. */
  show(note: HTMLElement): void;
  /** Brings the student's work to safety. */
  flush(): Promise<void>;
  now(): number;
}

export class KeepOffline {
  readonly #ports: OfflinePorts;
  readonly #keeper: Keeper;
  readonly #channel: BroadcastChannel;
  #note: HTMLElement | null = null;
  #looked = 0;

  constructor(ports: OfflinePorts) {
    this.#ports = ports;
    const place: Place = { course: ports.page.course.id, root: ports.root };
    const { protocol } = new URL(ports.root);
    this.#channel = new BroadcastChannel(cacheNames(place).index);
    this.#keeper = new Keeper({
      place, store: new KeptStore(place, (globalThis as { caches?: CacheStorage }).caches ?? NO_CACHES),
      assets: ports.page.assets,
      obstacle: obstacle({
        protocol, secure: isSecureContext, framed: inForeignFrame(), workers: 'serviceWorker' in navigator, caches: 'caches' in globalThis,
      }),
      changed: () => { this.#channel.postMessage('changed'); },
    });
    this.#channel.addEventListener('message', () => void this.#tried(async () => { await this.#keeper.look(); await this.#compare(); }));
  }

  /** A section to be shown; it says how it stands, and looks. */
  section(level: 'h2' | 'h3', id: string): HTMLElement {
    const tried = (act: () => Promise<void>) => (): void => void this.#tried(act);
    const section = offlineSection({
      keep: tried(() => this.#keeper.keep()), stop: () => { this.#keeper.stop(); }, remove: tried(() => this.#keeper.remove()),
      watch: (listener: (standing: Standing) => void) => this.#keeper.watch(listener),
    }, level, id);
    this.look();
    return section;
  }

  look(): void {
    void this.#tried(() => this.#keeper.look());
  }

  /** For a page of a course that is kept, or shall be: goes on with what the reader has asked for, now and later. */
  attend(): void {
    const attend = (): void => void this.#tried(async () => {
      this.#looked = this.#ports.now();
      await this.#keeper.attend(savesData() ? 0 : UNASKED);
      await this.#compare();
    });
    addEventListener('online', attend);
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden && this.#ports.now() - this.#looked > PAUSE) attend();
    });
    attend();
  }

  /** Compares the version of this page with what is here and on the site. */
  async #compare(): Promise<void> {
    const { standing } = this.#keeper;
    if (standing.kind !== 'kept') return;
    if (standing.update?.ready === false) {
      const { bytes: size } = standing.update;
      return this.#tell(`A new version of this course is on the site. ${bytes(size)} of it are not in your offline copy yet.`, 'Fetch it', async () => {
        await this.#keeper.keep();
        this.#note?.remove();
        this.#note = null;
        await this.#compare();
      });
    }
    const { newest, mine, waits } = await this.#keeper.editions();
    // A page that came from the network is the newest already.
    if (waits && mine !== standing.update?.edition && mine !== null) {
      return this.#tell(null, 'Use the new version', () => this.#renew());
    }
    if (waits) return this.#keeper.goOn();
    if (mine !== null && newest !== null && mine !== newest) this.#tell(null, 'Use the new version', () => this.#renew());
  }

  async #renew(): Promise<void> {
    await this.#ports.flush();
    await this.#keeper.goOn();
    location.reload();
  }

  #tell(words: string | null, label: string, act: () => Promise<void>): void {
    if (this.#note?.isConnected) return;
    this.#note = newVersionNote({ words, status: document.getElementById('satchel-status'), label, act });
    this.#ports.show(this.#note);
  }

  async #tried(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      console.warn('satchel: the kept copy of the course could not be seen to', error);
    }
  }
}

/** Where the browser has no caches, nothing is there; the obstacle is told before anything else is asked. */
const NO_CACHES = { has: () => Promise.resolve(false) } as unknown as CacheStorage;
