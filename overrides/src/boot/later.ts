/** Archives of files that Python can do without at first: fetched when it is quiet, or when somebody needs them. */
import { openPacked, readPackedNow } from './packed.ts';
import { Pending, type Entries, type LazyFileSystem } from './pending.ts';

/** A packed archive, the entries of `folder` that it brings, and how its content gets there. */
export interface Archive {
  readonly url: string;
  readonly folder: string;
  readonly entries: Entries;
  write(content: Uint8Array): void;
}

/** Milliseconds without a new cell after which the archives are fetched: what the reader waits for goes first. */
const QUIET = 4000;

/** The same for a Python that has run no cell yet. On a slow computer its page may still be getting ready. */
const QUIET_BEFORE = 15_000;

export class LaterFiles {
  readonly #get: typeof fetch;
  readonly #archives: readonly { readonly url: string; readonly files: Pending }[];
  readonly #contents = new Map<string, Uint8Array>();
  #delay = QUIET_BEFORE;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #fetched: Promise<void> | null = null;

  /** From now on the entries are there for Python to see. */
  constructor(fs: LazyFileSystem, get: typeof fetch, archives: readonly Archive[]) {
    this.#get = get;
    this.#archives = archives.map(({ url, folder, entries, write }) => ({
      url,
      files: new Pending(fs, folder, entries, () => write(this.#contents.get(url) ?? readPackedNow(url))),
    }));
  }

  /** Fetches the archives after a while in which nobody calls this again. */
  afterQuiet(): void {
    clearTimeout(this.#timer);
    if (this.#fetched === null) this.#timer = setTimeout(() => void this.arrived(), this.#delay);
    this.#delay = QUIET;
  }

  /** Resolves when the files are in place, or could not be fetched: then they are asked for again when they are looked at. */
  arrived(): Promise<void> {
    clearTimeout(this.#timer);
    this.#fetched ??= Promise.all(this.#archives.map((archive) => this.#fetch(archive))).then(() => undefined);
    return this.#fetched;
  }

  async #fetch({ url, files }: { readonly url: string; readonly files: Pending }): Promise<void> {
    if (!files.open) return;
    try {
      const response = await openPacked(url, 'application/zip', this.#get, { priority: 'low' });
      this.#contents.set(url, new Uint8Array(await response.arrayBuffer()));
      files.settle();
    } catch (error) {
      console.warn('satchel: files of Python have not arrived', error);
    } finally {
      this.#contents.delete(url);
    }
  }
}
