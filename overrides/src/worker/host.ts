/**
 * Holds one Python and serves one page at a time; the next page of the course takes it over as it is.
 *
 * Pages come and go, each with a port of its own. What a cell of an earlier page still puts out is dropped. Cells of
 * different pages never run at the same time.
 */
import { pageWish, type HostMessage, type OpenMessage } from './protocol.ts';

/** Python, as upstream's worker code has it, with our additions. */
export interface HostedPython {
  initialize(options: OpenMessage['options']): Promise<void>;
  /** Makes a Python that runs the next page's: its files, its folder. */
  takeOver(options: OpenMessage['options']): Promise<void>;
  /** Cells that it has run. */
  count(): number;
  /** Loads packages that the runtime has, one after the other. */
  load(name: string): Promise<void>;
}

/** One page's end of the line. */
export interface Port {
  postMessage(message: unknown): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<unknown>) => void): void;
}

/** How a host touches its worker. */
export interface HostWorld {
  /** Lets `remote`'s methods be called from the page behind `port`. */
  expose(remote: object, port: Port): void;
  /** Hands a page's message to the code that waits for it in this worker. */
  relay(data: unknown): void;
  /** Now, in milliseconds since 1970. */
  now(): number;
  /** Name of the lock that stands for this worker's life, once it is held: a page that asked sooner would get it. */
  readonly alive: Promise<string>;
  close(): void;
}

/** Methods of upstream's worker that a page calls while it is served. */
export const CALLS = ['execute', 'complete', 'inspect', 'isComplete', 'commInfo', 'commOpen', 'commMsg', 'commClose', 'inputReply'] as const;

type Call = (...values: unknown[]) => Promise<unknown>;
export type Calls = Readonly<Record<(typeof CALLS)[number], Call>>;

export class Host {
  readonly #python: HostedPython & Calls;
  readonly #world: HostWorld;
  /** The page that is served. */
  #page: Port | null = null;
  /** The page whose call Python works on, or did last. */
  #owner: Port | null = null;
  #fingerprint: string | null = null;
  #started: Promise<void> | null = null;
  #running = 0;
  #turn: Promise<void> = Promise.resolve();

  constructor(python: HostedPython & Calls, world: HostWorld) {
    this.#python = python;
    this.#world = world;
  }

  /** Listens to a page. It is served once it says `open`. */
  connect(port: Port): void {
    let opened: (ready: Promise<void>) => void = () => undefined;
    const ready = new Promise<void>((resolve) => { opened = resolve; });
    const calls = CALLS.map((name) => [name, (...values: unknown[]) => this.#call(port, name, values)] as const);
    this.#world.expose({ initialize: () => ready, ...Object.fromEntries(calls) }, port);
    port.addEventListener('message', ({ data }) => {
      const wish = pageWish(data);
      if (wish === null) {
        if (port === this.#page) this.#world.relay(data);
        return;
      }
      switch (wish.satchel) {
        case 'hello':
          send(port, { satchel: 'here', python: this.#started !== null });
          break;
        case 'open': {
          const open = this.#open(port, wish);
          // The page hears of a failure through `initialize`.
          open.catch(() => undefined);
          opened(open);
          break;
        }
        case 'ahead':
          void this.#loadAhead(wish.packages);
          break;
        case 'close':
          this.#world.close();
          break;
      }
    });
  }

  /** Sends what Python puts out to the page that asked for it, if that is still there. */
  output(message: object): void {
    if (this.#owner === this.#page) this.#page?.postMessage(message);
  }

  /** Sends to the page that is served. */
  tell(message: unknown): void {
    this.#page?.postMessage(message);
  }

  mark(name: string): void {
    this.tell({ satchel: 'mark', name, time: this.#world.now() } satisfies HostMessage);
  }

  async #open(port: Port, { fingerprint, options }: OpenMessage): Promise<void> {
    if (this.#started !== null && this.#fingerprint !== fingerprint) {
      send(port, { satchel: 'opened', how: 'foreign', busy: false, alive: await this.#world.alive });
      throw new Error('This Python belongs to another version of the course.');
    }
    const kept = this.#started;
    this.#page = port;
    this.#owner = kept === null ? port : null;
    this.#fingerprint = fingerprint;
    this.mark('satchel:worker');
    const started = kept ?? (this.#started = this.#python.initialize(options));
    // Heard of below.
    started.catch(() => undefined);
    const alive = await this.#world.alive;
    send(port, { satchel: 'opened', how: kept === null ? 'started' : 'kept', busy: this.#running > 0, alive });
    if (kept === null) await started;
    else {
      // The page before cannot answer any more, and this one must hear how to stop what runs.
      this.#world.relay({ satchel: 'served' });
      await kept;
      await this.#next(() => this.#python.takeOver(options));
    }
    send(port, { satchel: 'ready', count: this.#python.count() });
  }

  /** One cell after the other, also across pages. What widgets say is let through, as upstream does. */
  #call(port: Port, name: keyof Calls, values: readonly unknown[]): Promise<unknown> {
    const act = (): Promise<unknown> => {
      if (port !== this.#page) throw new Error('This page has left its Python to another one.');
      this.#owner = port;
      return this.#python[name](...values);
    };
    return name === 'execute' ? this.#next(act) : Promise.resolve().then(act);
  }

  #next<T>(act: () => Promise<T>): Promise<T> {
    this.#running += 1;
    const result = this.#turn.then(act).finally(() => { this.#running -= 1; });
    this.#turn = result.then(() => undefined, () => undefined);
    return result;
  }

  /** A cell that wants one of them meanwhile waits for Pyodide's own lock, so nothing is fetched twice. */
  async #loadAhead(names: readonly string[]): Promise<void> {
    for (const name of names) {
      // Between two packages, cells that wait go first.
      while (this.#running > 0) await this.#turn;
      // The cell that imports it will say what is wrong.
      await this.#python.load(name).catch((error: unknown) => { console.warn(`satchel: ${name} was not loaded ahead of time`, error); });
    }
    this.mark('satchel:packages');
  }
}

function send(port: Port, message: HostMessage): void {
  port.postMessage(message);
}
