/** JupyterLite's Pyodide kernel, with our worker options and an ear for what the worker tells beside Jupyter's messages. */
import type { KernelMessage } from '@jupyterlab/services';
import { PyodideKernel } from '@jupyterlite/pyodide-kernel/lib/kernel';
import type { IPyodideWorkerKernel } from '@jupyterlite/pyodide-kernel/lib/tokens';
import { PageConfig } from '@jupyterlab/coreutils';
import { workerMessage, type PageMessage, type WorkerMessage } from '../boot/protocol.ts';
import { plainName, shortTraceback } from './errors.ts';
import { joinStreams } from './streams.ts';
import { windowTimer } from './timer.ts';

/** What a `CourseKernel` reports to its owner. */
export interface KernelEvents {
  /** A message of ours from the worker. */
  message(message: WorkerMessage): void;
  /** Python cannot go on: it ran out of memory, crashed, or its worker failed. */
  crash(reason: string): void;
  /** A sentence to put under the traceback of an error, or null. */
  explain(name: string, value: string): string | null;
}

export interface CourseKernelOptions extends PyodideKernel.IOptions {
  readonly events: KernelEvents;
  /** A worker of this kind that runs already; without one the kernel starts its own. */
  readonly worker?: Worker;
}

type ErrorContent = KernelMessage.IErrorMsg['content'];
type Header = Parameters<PyodideKernel['publishExecuteError']>[1];

/** One Python in one worker. Disposing it ends the worker at once. */
export class CourseKernel extends PyodideKernel {
  readonly #options: CourseKernelOptions;
  // Not a private field: `initWorker` runs inside the base constructor, before those exist.
  declare private courseWorker: Worker;

  constructor(options: CourseKernelOptions) {
    super({
      ...options,
      sendMessage: joinStreams(options.sendMessage, windowTimer),
      logger: (entry) => {
        logged(entry.payload.type === 'text' ? entry.payload.data : '', options.events);
        options.logger?.(entry);
      },
    });
    this.#options = options;
  }

  /** How the start ended: rejects with the worker's message, also when the kernel is disposed while it starts. */
  get started(): Promise<void> {
    return super.ready;
  }

  /** What JupyterLite's queue waits for. A start that failed leaves it waiting: `started` tells whoever can act on it. */
  override get ready(): Promise<void> {
    return new Promise((resolve) => { super.ready.then(resolve, () => undefined); });
  }

  /** Cells are numbered from here on: so many have run before this kernel took Python over. */
  countFrom(count: number): void {
    // Upstream keeps it to itself.
    Reflect.set(this, '_executionCount', count);
  }

  /** Sends one of our messages to the worker. */
  post(message: PageMessage): void {
    this.courseWorker.postMessage(message);
  }

  protected override initWorker(options: PyodideKernel.IOptions): Worker {
    const { events, worker = super.initWorker(options) } = options as CourseKernelOptions;
    worker.addEventListener('message', (event: MessageEvent<unknown>) => {
      const message = workerMessage(event.data);
      if (message !== null) events.message(message);
    });
    worker.addEventListener('error', (event) => events.crash(event.message || 'its worker could not be loaded'));
    this.courseWorker = worker;
    return worker;
  }

  /** Upstream's options assume webpack for the piplite wheel; ours comes from the lock like every other package. */
  protected override initRemoteOptions(options: PyodideKernel.IOptions): IPyodideWorkerKernel.IOptions {
    const { pyodideUrl, loadPyodideOptions } = options;
    return {
      baseUrl: PageConfig.getBaseUrl(),
      pyodideUrl,
      indexUrl: pyodideUrl.slice(0, pyodideUrl.lastIndexOf('/') + 1),
      pipliteWheelUrl: '',
      pipliteUrls: [],
      disablePyPIFallback: true,
      location: this.location,
      mountDrive: false,
      loadPyodideOptions,
      kernelId: this.id,
    };
  }

  override async executeRequest(
    content: KernelMessage.IExecuteRequestMsg['content'],
  ): Promise<KernelMessage.IExecuteReplyMsg['content']> {
    try {
      return await super.executeRequest(content);
    } catch (error) {
      // Python's own exceptions come back as replies; only a broken interpreter rejects.
      this.#options.events.crash(error instanceof Error ? error.message : String(error));
      throw error;
    }
  }

  override publishExecuteError(content: ErrorContent, parentHeader?: Header): void {
    const ename = plainName(content.ename);
    super.publishExecuteError({ ...content, ename, traceback: this.#traceback(ename, content) }, parentHeader);
  }

  /** What the reader sees of an error. Where a cell was when it was stopped is of no interest. */
  #traceback(name: string, { evalue, traceback }: ErrorContent): string[] {
    if (name === 'KeyboardInterrupt') return [shortTraceback(name, evalue === '' ? 'the cell was stopped' : evalue)];
    const sentence = this.#options.events.explain(name, evalue);
    return sentence === null ? traceback : [...traceback, `\n${sentence}`];
  }
}

/** Pyodide reports its own death only as text. */
function logged(text: unknown, events: KernelEvents): void {
  if (typeof text === 'string' && /suffered a fatal error|has exited and can no longer/.test(text)) events.crash(text);
}
