/** One Python as a page has it: from its first download, or from the page before, to its end. */
import { Config, ThebeServer, type ThebeSession } from 'thebe-core';
import { ContentsManager } from '@jupyterlab/services';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { AskMessage, PageMessage, WorkerMessage } from '../boot/protocol.ts';
import { makeLine, writeLine } from '../boot/shared-line.ts';
import { KERNEL_NAME, provideThebeLite } from './bridge.ts';
import { CourseKernel } from './course-kernel.ts';
import { deferred } from './deferred.ts';
import { explain, readable, type MissingFile } from './errors.ts';
import { RunCell } from './outputs.ts';
import { Download } from './progress.ts';
import type { Python, PythonEvents, Run } from './python.ts';
import { pageStopper, type PageStopper, type StopUrls } from './stopper.ts';
import type { Connection, TabPython } from './tab-python.ts';

/** The start of every message about a Python that did not come up. */
const NOT_STARTED = 'Python did not start';

/** A starting or running Python. */
export class PythonProcess implements Python {
  readonly ready: Promise<void>;
  readonly #config = new Config({ mathjaxUrl: '', mathjaxConfig: '', kernelOptions: { kernelName: KERNEL_NAME } });
  readonly #rendermime: IRenderMimeRegistry;
  readonly #tab: TabPython;
  readonly #events: PythonEvents;
  readonly #ended = deferred<never>();
  #server: ThebeServer | null = null;
  #session: ThebeSession | null = null;
  #kernel: CourseKernel | null = null;
  readonly #missing: MissingFile[] = [];
  #announced = 0;
  #running = false;
  #over = false;
  readonly #stopper: PageStopper;
  readonly #leave = new AbortController();
  #connection: Connection | null = null;
  #count = 0;
  #line: SharedArrayBuffer | null = null;

  constructor(tab: TabPython, rendermime: IRenderMimeRegistry, events: PythonEvents) {
    this.#tab = tab;
    this.#stopper = pageStopper(tab.urls);
    this.#events = events;
    this.#rendermime = rendermime;
    this.ready = Promise.race([this.#start(), this.#ended.promise]);
  }

  open(target: HTMLElement): Run {
    if (this.#session === null) throw new Error('Python is not ready yet');
    return RunCell.open(this.#session, this.#config, this.#rendermime, target);
  }

  get keptCells(): number {
    return this.#count;
  }

  get urls(): StopUrls | null {
    return this.#stopper.urls;
  }

  loadAhead(packages: readonly string[]): void {
    this.#connection?.line.say({ satchel: 'ahead', packages });
  }

  newlyMissing(): readonly MissingFile[] {
    const files = this.#missing.slice(this.#announced);
    this.#announced = this.#missing.length;
    return files;
  }

  interrupt(): boolean {
    // The message reaches code that waits, the stopper code that does not.
    this.#connection?.line.worker.postMessage({ satchel: 'stop', run: this.#kernel?.parentHeader?.msg_id ?? null } satisfies PageMessage);
    return this.#stopper.stop();
  }

  end(): void {
    this.#finish(new Error('Python was stopped.'));
  }

  async #start(): Promise<void> {
    const { runtime: folder, boot } = this.#tab.setup;
    // Whoever makes this object must have it before it hears of anything.
    await null;
    // A worker whose cell runs on from the page before answers when that is over. Until then it can be stopped.
    if (this.#tab.leftRunning) this.#events.busy(true);
    const connection = this.#connection = await this.#tab.connect();
    if (this.#over) return;
    const { line, runtime, opened } = connection;
    const kept = opened.how === 'kept';
    if (kept) this.#events.busy(opened.busy);
    const sizes = new Map([...runtime.sizes, ...boot.files.map(({ path, size }) => [path, size] as const)]);
    const download = new Download(sizes, kept ? [] : [...runtime.bootFiles, ...boot.files.map(({ path }) => path)]);
    this.#events.progress(download.now());
    line.listen((message) => { this.#hear(message, download); }, (reason) => { this.#crash(reason); });
    this.#watch(opened.alive);

    provideThebeLite();
    this.#server = new ThebeServer(this.#config);
    await this.#server.connectToJupyterLiteServer({
      createKernel: (options) => {
        this.#kernel = new CourseKernel({
          ...options,
          worker: line.worker,
          pyodideUrl: `${folder}boot.mjs`,
          pipliteUrls: [],
          disablePyPIFallback: true,
          mountDrive: false,
          // Python was started with its options before this kernel was there.
          loadPyodideOptions: { lockFileURL: '', packages: [] },
          contentsManager: new ContentsManager(),
          events: {
            // The line hears them, from the moment at which the worker started.
            message: () => undefined,
            crash: (reason) => { this.#crash(reason); },
            explain: (name, value) => explain(name, value, this.#missing),
          },
        });
        this.#kernel.started.catch((error: unknown) => { this.#crash(String(error)); });
        return this.#kernel;
      },
    });
    const session = await this.#server.startNewSession(this.#rendermime);
    const connected = session?.kernel;
    if (session === null || connected === null || connected === undefined) throw new Error(`${NOT_STARTED}: no session.`);
    if (this.#over) return;
    this.#session = session;
    await connected.info;
    const { count } = await line.ready;
    if (this.#over) return;
    if (kept) this.#count = count;
    this.#kernel?.countFrom(count);
    this.#shareMemory();
    connected.statusChanged.connect((_, status) => { this.#events.busy(status === 'busy'); });
    this.#running = true;
    performance.mark('satchel:ready');
    this.#events.progress(download.finish());
  }

  /** The worker holds a lock for as long as it lives; who gets it next learns that it is gone. */
  #watch(alive: string): void {
    const { signal } = this.#leave;
    (navigator as Partial<Navigator>).locks?.request(alive, { signal }, () => { this.#crash('its worker was ended by the browser'); })
      .catch((error: unknown) => { if (!signal.aborted) console.warn('satchel: the end of Python would go unnoticed', error); });
  }

  /** Only isolated pages may share memory with their workers. */
  #shareMemory(): void {
    if (!window.crossOriginIsolated) return;
    this.#line = makeLine();
    this.#kernel?.post({ satchel: 'share', line: this.#line });
  }

  #answer({ id, blocking }: AskMessage, text: string | null): void {
    if (!blocking) this.#kernel?.post({ satchel: 'answer', id, text });
    else if (this.#line !== null) writeLine(this.#line, text);
  }

  #hear(message: WorkerMessage, download: Download): void {
    switch (message.satchel) {
      case 'bytes':
        this.#events.progress(download.add(message));
        break;
      case 'ask':
        this.#events.ask(message, (text) => { this.#answer(message, text); });
        break;
      case 'missing':
        this.#missing.push({ path: message.path, reason: message.reason });
        break;
      case 'stopper':
        this.#stopper.heard(message);
        break;
    }
  }

  #crash(reason: string): void {
    if (this.#over) return;
    this.#finish(readable(reason, NOT_STARTED));
    // Before that, `ready` says it.
    if (this.#running) this.#events.died(reason);
  }

  /** Lets go of everything, the connection first: a closed kernel would otherwise look like a lost one and be retried. */
  #finish(error: Error): void {
    if (this.#over) return;
    this.#over = true;
    this.#leave.abort();
    this.#ended.reject(error);
    this.#session?.dispose();
    this.#server?.dispose();
    this.#kernel?.dispose();
    this.#tab.end();
    // After the wish to close, which a worker that rests follows by itself.
    this.#stopper.end();
  }
}
