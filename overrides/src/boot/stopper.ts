/**
 * The worker's half of Stop: how a Python that never rests hears that the page wants it to.
 *
 * While Python runs, its worker reads no messages, and only isolated pages may share memory with it. But it can ask for
 * something: this module makes a blob URL, tells it to the page, and asks for it a few times a second while Python runs.
 * The page revokes the URL, and the next answer is `KeyboardInterrupt`. The URL belongs to the worker, so it outlives a
 * page that merely leaves, and whichever page comes next may revoke it just as well.
 */
import type { StopperMessage } from './protocol.ts';

/** Where Pyodide looks for a signal every fifty instructions or so, and puts 0 when it has seen one. */
export interface InterruptBuffer {
  [index: number]: number;
}

/** How the stopper touches the world. */
export interface StopperWorld {
  /** Milliseconds that only grow. */
  now(): number;
  /** A fresh URL that any page of this site can revoke. */
  make(): string;
  drop(url: string): void;
  /** Whether `url` still stands, found out without giving up the thread. */
  stands(url: string): boolean;
  tell(message: StopperMessage): void;
  /** Ends this worker for good, in the middle of whatever it does. */
  end(): void;
}

/** Milliseconds between two questions. One takes 2 to 5, so a loop without end loses about a hundredth of its speed. */
export const PERIOD = 400;

/**
 * Reads between two looks at the clock, at most. Python reads half a million times a second where instructions are quick,
 * and the clock is not cheap; where they are slow, it must be looked at every time.
 */
const STRIDE = 48;

/** Milliseconds between two looks at the clock that are long enough for a look at every read. */
const LONG = 20;

const SIGINT = 2;

/** Two URLs, one to stop the running code and one to end Python altogether, and the signal that follows from them. */
export class Stopper implements InterruptBuffer {
  [index: number]: number;
  readonly #world: StopperWorld;
  /** What Python sees nearly always. A plain array, because reading from anything else takes a tenth of its speed. */
  readonly #quiet: InterruptBuffer = new Uint8Array(1);
  #wanted = false;
  #stop = '';
  #end = '';
  #asked = 0;
  #looked = 0;
  #stride = 1;
  #reads = 0;

  constructor(world: StopperWorld) {
    this.#world = world;
    this.#end = world.make();
    this.#renew();
  }

  /** Where Python finds its signal now. It asks for this a few times per look. */
  get buffer(): InterruptBuffer {
    this.#reads += 1;
    if (this.#reads >= this.#stride) this.#look();
    return this.#wanted ? this : this.#quiet;
  }

  /** The signal, once it has been read, has been given. */
  get 0(): number {
    this.#wanted = false;
    return SIGINT;
  }

  /** Python clears what it has read, and would clear also what came in between. */
  set 0(_: number) {}

  /** The page's wish came as a message: nothing is left for the buffer to say, even if the URL goes only later. */
  settle(): void {
    this.#wanted = false;
    this.#world.drop(this.#stop);
    this.#renew();
  }

  /** Tells the URLs again, to a page that has not heard them. */
  tell(): void {
    this.#world.tell({ satchel: 'stopper', stop: this.#stop, end: this.#end });
  }

  #look(): void {
    this.#reads = 0;
    const now = this.#world.now();
    this.#stride = now - this.#looked > LONG ? 1 : Math.min(STRIDE, 2 * this.#stride);
    this.#looked = now;
    if (now - this.#asked < PERIOD) return;
    const stands = this.#world.stands(this.#stop);
    // Counted from the answer, so that slow answers don't follow each other without a pause.
    this.#asked = this.#world.now();
    if (stands) return;
    if (!this.#world.stands(this.#end)) this.#world.end();
    this.#wanted = true;
    this.#renew();
  }

  #renew(): void {
    this.#stop = this.#world.make();
    this.tell();
  }
}

/**
 * This worker's stopper; null where a blob URL cannot be asked for (a policy of the site may forbid it): then every answer
 * would look like a wish to stop.
 */
export function workerStopper(tell: (message: StopperMessage) => void): Stopper | null {
  const make = (): string => URL.createObjectURL(new Blob(['1']));
  const drop = (url: string): void => { URL.revokeObjectURL(url); };
  const probe = make();
  const works = stands(probe);
  drop(probe);
  if (!works || stands(probe)) return null;
  return new Stopper({ now: () => performance.now(), make, drop, stands, tell, end: sleepForever });
}

function stands(url: string): boolean {
  const request = new XMLHttpRequest();
  request.open('GET', url, false);
  try {
    request.send();
    return request.status === 200;
  } catch {
    // The browser's word for a URL that is gone.
    return false;
  }
}

/** A running worker cannot be left from inside, not even by `close()`; but it can wait for something that never comes. */
function sleepForever(): void {
  globalThis.close();
  const { buffer } = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  for (;;) Atomics.wait(new Int32Array(buffer), 0, 0);
}
