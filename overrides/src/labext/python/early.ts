/**
 * A Python that starts before JupyterLab does, and is handed over when the notebook asks for one.
 *
 * Nothing in it knows its notebook yet: folder, drive and questions come with the hand-over, where the kernel calls the
 * worker's `initialize`. `boot.mjs` gives that call the Python that is starting already.
 */
import { wrap, type Remote } from 'comlink';
import { folderOf, type KernelSettings } from './settings.ts';

/** The one method of upstream's worker that is called here, beside what upstream's kernel calls. */
interface Startable {
  initRuntime(options: Pick<KernelSettings, 'pyodideUrl' | 'loadPyodideOptions'> & { readonly indexUrl: string }): Promise<void>;
}

/** How an early start touches the world. */
export interface World {
  startWorker(): Worker;
  /** Fetches a module before somebody asks for it. */
  preload(url: string): void;
  /** Calls back after so many milliseconds; the result takes that back. */
  after(delay: number, callback: () => void): () => void;
  mark(name: string): void;
}

/** Milliseconds after which nobody will ask any more: the notebook has another kernel, or does not exist. */
const PATIENCE = 60_000;

export class EarlyPython {
  readonly #world: World;
  #worker: Worker | null = null;
  /** Kept for as long as the page: comlink tells a worker to hear no more when the last way to it is collected. */
  #remote: Remote<Startable> | null = null;
  #forget: () => void = () => undefined;

  constructor(world: World) {
    this.#world = world;
  }

  /** Starts a worker and its Python. */
  start({ pyodideUrl, loadPyodideOptions }: KernelSettings): void {
    const worker = this.#world.startWorker();
    // The worker asks for it only when its own script has arrived.
    this.#world.preload(pyodideUrl);
    this.#worker = worker;
    this.#world.mark('satchel:lite-worker');
    this.#forget = this.#world.after(PATIENCE, () => { this.#letGo(worker); });
    this.#remote = wrap<Startable>(worker);
    // What went wrong shows again when the kernel asks; a kernel that asks later shall start afresh.
    this.#remote.initRuntime({ pyodideUrl, indexUrl: folderOf(pyodideUrl), loadPyodideOptions }).catch(() => { this.#letGo(worker); });
    worker.addEventListener('error', () => { this.#letGo(worker); });
  }

  /** Hands the worker over, once; null when there is none. */
  take(): Worker | null {
    const worker = this.#worker;
    this.#worker = null;
    this.#forget();
    return worker;
  }

  #letGo(worker: Worker): void {
    if (this.#worker !== worker) return;
    this.take()?.terminate();
  }
}

/** The notebook that the address names, so that a Python will be asked for; null when it names none. */
export function notebookIn(address: string): string | null {
  const { pathname, searchParams } = new URL(address);
  const path = searchParams.get('path') ?? '';
  return /\/(?:notebooks|lab)\/(?:index\.html)?$/.test(pathname) && path.endsWith('.ipynb') ? path : null;
}

/** This page's. Only the build's first module starts it. */
export const earlyPython = new EarlyPython({
  startWorker,
  preload,
  after: (delay, callback) => {
    const handle = window.setTimeout(callback, delay);
    return () => { window.clearTimeout(handle); };
  },
  mark: (name) => { performance.mark(name); },
});

function preload(url: string): void {
  const link = document.createElement('link');
  link.rel = 'modulepreload';
  link.href = url;
  document.head.append(link);
}

/** Starts upstream's worker, which the extension carries as a file of its own. */
function startWorker(): Worker {
  const url = new URL('./comlink.worker.js', import.meta.url);
  return new Worker(url, { type: 'module' });
}
