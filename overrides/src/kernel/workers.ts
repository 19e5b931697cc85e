/** Opens workers: one that outlives its page where the browser can, else one of the page's own. */
import type { LineEnd } from './line.ts';

/** Whether this browser keeps a shared worker alive while the reader turns the page. Asking starts none. */
export function keepsWorkers(): boolean {
  let asked = false;
  try {
    // The address is none, so the constructor throws; before that, it reads the options that it knows.
    new SharedWorker('x://[', { get extendedLifetime() { asked = true; return true; } } as WorkerOptions);
  } catch {
    return asked;
  }
  return false;
}

/** A worker of this page alone. */
export function ownWorker(url: string): LineEnd {
  return { worker: new Worker(url, { type: 'module' }), keeps: false };
}

/** The tab's worker called `name`: a new one, or the one that an earlier page has left. */
export function sharedWorker(url: string, name: string): LineEnd {
  const options = { type: 'module', name, extendedLifetime: true } as WorkerOptions;
  return { worker: new SharedEnd(new SharedWorker(url, options)) as unknown as Worker, keeps: true };
}

/** A shared worker that can be treated like one of the page's own. */
class SharedEnd extends EventTarget {
  readonly #port: MessagePort;

  constructor(worker: SharedWorker) {
    super();
    this.#port = worker.port;
    this.#port.addEventListener('message', ({ data }) => { this.dispatchEvent(new MessageEvent('message', { data })); });
    worker.addEventListener('error', (event) => {
      this.dispatchEvent(new ErrorEvent('error', event instanceof ErrorEvent ? { message: event.message } : {}));
    });
    this.#port.start();
  }

  postMessage(message: unknown, transfer: Transferable[] = []): void {
    this.#port.postMessage(message, transfer);
  }

  /** A shared worker cannot be ended from outside. It is asked to; see `PageStopper.end` for one that does not listen. */
  terminate(): void {
    this.#port.postMessage({ satchel: 'close' });
    this.#port.close();
  }
}
