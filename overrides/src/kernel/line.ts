/** A page's line to the worker that holds its Python. Small on purpose: it is open before the kernel's code arrives. */
import { workerMessage, type WorkerMessage } from '../boot/protocol.ts';
import { hostMessage, type HostMessage, type OpenedMessage, type PageWish, type ReadyMessage } from '../worker/protocol.ts';
import { deferred } from './deferred.ts';

/** A worker's end, whether it is the page's own or shared with the pages that follow. */
export interface LineEnd {
  /** Upstream's kernel and comlink speak to this. */
  readonly worker: Worker;
  /** Whether Python may outlive this page. */
  readonly keeps: boolean;
}

/** Milliseconds since 1970 at which the page began; the worker's clock began later. */
export type MarkAt = (name: string, time: number) => void;

export class Line {
  readonly worker: Worker;
  readonly keeps: boolean;
  readonly #mark: MarkAt;
  readonly #here = deferred<boolean>();
  readonly #opened = deferred<OpenedMessage>();
  readonly #ready = deferred<ReadyMessage>();
  readonly #early: WorkerMessage[] = [];
  #listener: ((message: WorkerMessage) => void) | null = null;
  #failed: ((reason: string) => void) | null = null;
  #failure: string | null = null;

  constructor({ worker, keeps }: LineEnd, mark: MarkAt) {
    this.worker = worker;
    this.keeps = keeps;
    this.#mark = mark;
    worker.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      const known = hostMessage(data);
      if (known !== null) return this.#heard(known);
      const message = workerMessage(data);
      if (message === null) return;
      if (this.#listener === null) this.#early.push(message);
      else this.#listener(message);
    });
    worker.addEventListener('error', (event) => {
      this.fail(event.message || 'its worker could not be loaded');
    });
  }

  /** Whether a Python is there already. Answered only when that has a moment. */
  get here(): Promise<boolean> {
    return this.#here.promise;
  }

  /** How the worker took `open`. */
  get opened(): Promise<OpenedMessage> {
    return this.#opened.promise;
  }

  /** Python is this page's. */
  get ready(): Promise<ReadyMessage> {
    return this.#ready.promise;
  }

  say(wish: PageWish): void {
    this.worker.postMessage(wish);
  }

  /** From now on `listener` hears Python's messages, first of all those that came before it, and `failed` of the line's end. */
  listen(listener: (message: WorkerMessage) => void, failed: (reason: string) => void): void {
    this.#listener = listener;
    this.#failed = failed;
    for (const message of this.#early.splice(0)) listener(message);
    if (this.#failure !== null) failed(this.#failure);
  }

  /** The line is of no use any more: the worker did not load, or is gone. */
  fail(reason: string): void {
    this.#failure ??= reason;
    const error = new Error(reason);
    for (const end of [this.#here, this.#opened, this.#ready]) end.reject(error);
    this.#failed?.(reason);
  }

  #heard(message: HostMessage): void {
    switch (message.satchel) {
      case 'here':
        this.#here.resolve(message.python);
        break;
      case 'opened':
        this.#opened.resolve(message);
        break;
      case 'ready':
        this.#ready.resolve(message);
        break;
      case 'mark':
        this.#mark(message.name, message.time);
        break;
    }
  }
}
