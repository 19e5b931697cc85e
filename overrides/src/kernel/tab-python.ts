/**
 * This page's way to its tab's Python: opens the line before the kernel's code is here, opens another after a restart, and
 * leaves to the next page what that needs.
 */
import type { BootRequest } from '../boot/protocol.ts';
import type { PageConfig } from '../types.ts';
import type { OpenedMessage } from '../worker/protocol.ts';
import { Line, type LineEnd, type MarkAt } from './line.ts';
import { readRuntime, type Runtime } from './runtime.ts';
import { leaveSeat, nextSeat, tabWords, takeSeat, workerName, type Seat, type Words } from './seat.ts';
import type { StopUrls } from './stopper.ts';
import { keepsWorkers, ownWorker, sharedWorker } from './workers.ts';

/** An open line, and what is at its end. */
export interface Connection {
  readonly line: Line;
  readonly runtime: Runtime;
  readonly opened: OpenedMessage;
}

/** How a tab's Python touches the world. */
export interface TabWorld {
  readonly words: Words | null;
  readonly get: typeof fetch;
  /** A name that no other tab has. */
  fresh(): string;
  keeps(): boolean;
  own(url: string): LineEnd;
  shared(url: string, name: string): LineEnd;
  mark: MarkAt;
}

/** Where the site's files are, and what the page asks of Python; URLs are absolute. */
export interface TabSetup {
  readonly course: PageConfig['course'];
  readonly worker: string;
  /** The runtime folder, ending with a slash. */
  readonly runtime: string;
  readonly boot: BootRequest;
}

export class TabPython {
  readonly setup: TabSetup;
  readonly #world: TabWorld;
  #keeps: boolean;
  #seat: Seat;
  #line: Line | null = null;
  #connecting: Promise<Connection> | null = null;

  constructor(setup: TabSetup, world: TabWorld) {
    this.setup = setup;
    this.#world = world;
    this.#keeps = world.keeps();
    this.#seat = takeSeat(world.words, setup.course.id, world.fresh);
  }

  /** What the page before knew of how to stop the Python that it left. */
  get urls(): StopUrls | null {
    return this.#seat.urls;
  }

  /** Whether the page before left a cell running, so that the worker may not answer yet. */
  get leftRunning(): boolean {
    return this.#seat.alive && this.#seat.running;
  }

  /** Whether an earlier page has left a Python. Starts none. */
  async kept(): Promise<boolean> {
    if (!this.#seat.alive || !this.#keeps) return false;
    const line = this.#open();
    // Busy with a cell, it cannot answer.
    if (this.#seat.running) return true;
    line.say({ satchel: 'hello' });
    return line.here.catch(() => false);
  }

  /** Starts Python, or takes over the one that is there. Its failure shows when the kernel connects. */
  begin(): void {
    this.connect().catch(() => undefined);
  }

  /** The line of the present Python. Rejects with a readable `Error`; then the next call tries again. */
  connect(): Promise<Connection> {
    if (this.#connecting === null) {
      const mine = this.#connect();
      this.#connecting = mine;
      mine.catch(() => { if (this.#connecting === mine) this.end(); });
    }
    return this.#connecting;
  }

  /** Ends the present Python; the next `connect` starts another one. */
  end(): void {
    this.#line?.worker.terminate();
    this.#line = null;
    this.#connecting = null;
    this.#seat = nextSeat(this.#seat);
  }

  /** True the first time in this tab: the reader should hear that variables are kept. */
  tellOnce(): boolean {
    const { told } = this.#seat;
    this.#seat = { ...this.#seat, told: true };
    return !told;
  }

  /** The page goes away. `alive`: whether its Python is there for the next one. */
  leave(alive: boolean, running: boolean, urls: StopUrls | null): void {
    leaveSeat(this.#world.words, this.setup.course.id, { ...this.#seat, alive: alive && this.#keeps, running, urls });
  }

  async #connect(): Promise<Connection> {
    const { boot, runtime: folder } = this.setup;
    let line = this.#open();
    const runtime = await readRuntime(`${folder}runtime.json`, this.#world.get);
    const open = {
      satchel: 'open', fingerprint: runtime.text, options: remoteOptions(folder, runtime, boot),
    } as const;
    line.say(open);
    let opened = await line.opened;
    if (opened.how === 'foreign') {
      line.worker.terminate();
      this.#line = null;
      this.#seat = nextSeat(this.#seat);
      line = this.#open();
      line.say(open);
      opened = await line.opened;
    }
    return { line, runtime, opened };
  }

  #open(): Line {
    if (this.#line === null) {
      const end = this.#end();
      this.#line = new Line(end, this.#world.mark);
    }
    return this.#line;
  }

  #end(): LineEnd {
    const { worker, course } = this.setup;
    if (!this.#keeps) return this.#world.own(worker);
    try {
      const end = this.#world.shared(worker, workerName(course.id, this.#seat));
      // A browser that knows shared workers but cannot load this one must not fail for ever.
      end.worker.addEventListener('error', () => { this.#keeps = false; });
      return end;
    } catch (error) {
      console.warn('satchel: variables are not kept on the next page, because this browser refuses a shared worker', error);
      this.#keeps = false;
      return this.#world.own(worker);
    }
  }
}

/** What upstream's worker wants to know. Every package comes from the course's lock; piplite finds nothing elsewhere. */
export function remoteOptions(folder: string, { kernelPackages }: Runtime, boot: BootRequest): Readonly<Record<string, unknown>> {
  return {
    baseUrl: '', location: '', kernelId: '',
    pyodideUrl: `${folder}boot.mjs`, indexUrl: folder,
    pipliteWheelUrl: '', pipliteUrls: [], disablePyPIFallback: true, mountDrive: false,
    loadPyodideOptions: { lockFileURL: `${folder}pyodide-lock.json`, packages: [...kernelPackages], satchel: boot },
  };
}

/** The course folder in Python's file system. */
const HOME = '/home/pyodide/course';

/** What `page`, whose URL is `address`, asks of its tab's Python. */
export function tabSetup(page: PageConfig, address: string): TabSetup {
  const site = new URL(page.root, address);
  const absolute = (path: string): string => new URL(path, site).href;
  return {
    course: page.course,
    worker: absolute(`${page.assets}python.worker.js`),
    runtime: absolute('runtime/'),
    boot: {
      home: HOME,
      folder: page.cwd === '' ? HOME : `${HOME}/${page.cwd}`,
      files: page.files.map(({ path, url, size }) => ({ path, url: absolute(url), size })),
    },
  };
}

/** The browser's own. */
export function browserWorld(): TabWorld {
  return {
    words: tabWords(),
    get: (input, init) => fetch(input, init),
    fresh: () => crypto.getRandomValues(new Uint32Array(2)).join('-'),
    keeps: keepsWorkers,
    own: ownWorker,
    shared: sharedWorker,
    mark: (name, time) => { performance.mark(name, { startTime: Math.max(0, time - performance.timeOrigin) }); },
  };
}
