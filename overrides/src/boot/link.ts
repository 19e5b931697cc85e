/** The way between the page and the worker's Python: progress and questions go out, answers and shared memory come in. */
import { awaitLine } from './shared-line.ts';
import { pageMessage, type PageMessage, type WorkerMessage } from './protocol.ts';
import { workerStopper, type InterruptBuffer } from './stopper.ts';

/** The part of Pyodide's interface that is used here. */
export interface Interruptible {
  setInterruptBuffer(buffer: InterruptBuffer): void;
  /** Emscripten's module, where Python looks for the buffer. */
  readonly _module: object;
}

/** The worker's half of Stop, as far as it is used here. */
export interface StopBuffer {
  readonly buffer: InterruptBuffer;
  settle(): void;
  tell(): void;
}

/** The worker's global scope, as far as it is used here. */
export interface Scope {
  fetch: typeof fetch;
  postMessage(message: WorkerMessage): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<unknown>) => void): void;
}

/** What Python's `_satchel_page` module offers. Answers are `undefined` (Python's `None`) when the cell was stopped. */
export interface PageModule {
  readonly folder: string;
  /** Posts a question and resolves with the answer. */
  ask(prompt: string, password: boolean): Promise<string | undefined>;
  /** Whether `ask_now` works: the page shares memory with this worker. */
  can_ask_now(): boolean;
  /** Posts a question and blocks until the answer is there. */
  ask_now(prompt: string, password: boolean): string | undefined;
  /** `stop` is called with the id of a run, or nothing, when the page wants to stop it; it must outlive the call. */
  on_stop(stop: (run: string | undefined) => void): void;
}

/**
 * Connects `pyodide` with the page behind `scope`. `folder` is the notebook's own folder in Python's file system; `stopper`
 * is null where only waiting code can be stopped.
 */
export function pageModule(
  scope: Scope,
  pyodide: Interruptible,
  folder: string,
  stopper: StopBuffer | null = workerStopper((message) => { scope.postMessage(message); }),
): PageModule {
  if (stopper !== null) obey(pyodide, stopper);
  let stop: (run: string | undefined) => void = () => undefined;
  const open = new Map<number, (text: string | undefined) => void>();
  let line: SharedArrayBuffer | null = null;
  let last = 0;
  const post = (prompt: string, password: boolean, blocking: boolean): number => {
    last += 1;
    scope.postMessage({ satchel: 'ask', id: last, prompt, password, blocking });
    return last;
  };
  const handle = (message: PageMessage): void => {
    switch (message.satchel) {
      case 'share':
        line = message.line;
        break;
      case 'answer':
        open.get(message.id)?.(message.text ?? undefined);
        open.delete(message.id);
        break;
      case 'stop':
        stopper?.settle();
        stop(message.run ?? undefined);
        break;
      case 'served':
        line = null;
        for (const answer of open.values()) answer(undefined);
        open.clear();
        stopper?.tell();
        break;
    }
  };
  scope.addEventListener('message', (event) => {
    const message = pageMessage(event.data);
    if (message !== null) handle(message);
  });
  return {
    folder,
    ask: (prompt, password) => new Promise((resolve) => { open.set(post(prompt, password, false), resolve); }),
    can_ask_now: () => line !== null,
    ask_now: (prompt, password) => {
      if (line === null) throw new Error('The page shares no memory with Python');
      post(prompt, password, true);
      return awaitLine(line) ?? undefined;
    },
    on_stop: (callback) => { stop = callback; },
  };
}

/** Lets Python look for signals in `stopper`. */
function obey(pyodide: Interruptible, stopper: StopBuffer): void {
  // Turns the looking on. Where it looks is then a question to the stopper each time.
  pyodide.setInterruptBuffer(stopper.buffer);
  Object.defineProperty(pyodide._module, 'Py_EmscriptenSignalBuffer', { configurable: true, get: () => stopper.buffer, set: () => undefined });
}
