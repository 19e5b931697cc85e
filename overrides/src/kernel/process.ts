/** One Python, from its first download to its end. A restart makes a new one; nothing is carried over. */
import { Config, ThebeServer, type ThebeSession } from 'thebe-core';
import { ContentsManager } from '@jupyterlab/services';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { AskMessage, BootRequest, WorkerMessage } from '../boot/protocol.ts';
import { makeLine, writeLine } from '../boot/shared-line.ts';
import { KERNEL_NAME, provideThebeLite } from './bridge.ts';
import { CourseKernel } from './course-kernel.ts';
import { deferred } from './deferred.ts';
import { explain, readable, type MissingFile } from './errors.ts';
import prelude from './prelude.py';
import { RunCell } from './outputs.ts';
import { Download } from './progress.ts';
import type { Python, PythonEvents, Run } from './python.ts';
import { readRuntime } from './runtime.ts';
import { pageStopper } from './stopper.ts';

/** Where a page's Python finds what it needs. URLs are absolute. */
export interface ProcessSetup {
  /** The runtime folder, ending with a slash. */
  readonly runtimeUrl: string;
  readonly boot: BootRequest;
}

/** The start of every message about a Python that did not come up. */
const NOT_STARTED = 'Python did not start';

/** A starting or running Python. */
export class PythonProcess implements Python {
  readonly ready: Promise<void>;
  readonly #config = new Config({ mathjaxUrl: '', mathjaxConfig: '', kernelOptions: { kernelName: KERNEL_NAME } });
  readonly #rendermime: IRenderMimeRegistry;
  readonly #setup: ProcessSetup;
  readonly #events: PythonEvents;
  readonly #ended = deferred<never>();
  #server: ThebeServer | null = null;
  #session: ThebeSession | null = null;
  #kernel: CourseKernel | null = null;
  readonly #missing: MissingFile[] = [];
  #announced = 0;
  #running = false;
  #over = false;
  readonly #stopper = pageStopper();
  #line: SharedArrayBuffer | null = null;

  constructor(setup: ProcessSetup, rendermime: IRenderMimeRegistry, events: PythonEvents) {
    this.#setup = setup;
    this.#events = events;
    this.#rendermime = rendermime;
    this.ready = Promise.race([this.#start(), this.#ended.promise]);
  }

  open(target: HTMLElement): Run {
    if (this.#session === null) throw new Error('Python is not ready yet');
    return RunCell.open(this.#session, this.#config, this.#rendermime, target);
  }

  newlyMissing(): readonly MissingFile[] {
    const files = this.#missing.slice(this.#announced);
    this.#announced = this.#missing.length;
    return files;
  }

  interrupt(): boolean {
    // The message reaches code that waits, the stopper code that does not.
    this.#kernel?.post({ satchel: 'stop', run: this.#kernel.parentHeader?.msg_id ?? null });
    return this.#stopper.stop();
  }

  end(): void {
    this.#finish(new Error('Python was stopped.'));
  }

  async #start(): Promise<void> {
    const { runtimeUrl, boot } = this.#setup;
    const runtime = await readRuntime(`${runtimeUrl}runtime.json`, fetch);
    if (this.#over) return;
    const sizes = new Map([...runtime.sizes, ...boot.files.map(({ path, size }) => [path, size] as const)]);
    const download = new Download(sizes, [...runtime.bootFiles, ...boot.files.map(({ path }) => path)]);
    this.#events.progress(download.now());

    provideThebeLite();
    this.#server = new ThebeServer(this.#config);
    await this.#server.connectToJupyterLiteServer({
      createKernel: (options) => {
        this.#kernel = new CourseKernel({
          ...options,
          pyodideUrl: `${runtimeUrl}boot.mjs`,
          pipliteUrls: [],
          disablePyPIFallback: true,
          mountDrive: false,
          loadPyodideOptions: { lockFileURL: `${runtimeUrl}pyodide-lock.json`, packages: [...runtime.kernelPackages], satchel: boot },
          contentsManager: new ContentsManager(),
          events: {
            message: (message) => { this.#hear(message, download); },
            crash: (reason) => { this.#crash(reason); },
            explain: (name, value) => explain(name, value, this.#missing),
          },
        });
        this.#kernel.started.catch((error: unknown) => { this.#crash(String(error)); });
        return this.#kernel;
      },
    });
    const session = await this.#server.startNewSession(this.#rendermime);
    const connection = session?.kernel;
    if (session === null || connection === null || connection === undefined) throw new Error(`${NOT_STARTED}: no session.`);
    if (this.#over) return;
    this.#session = session;
    await connection.info;
    await runPrelude(connection);
    this.#shareMemory();
    connection.statusChanged.connect((_, status) => { this.#events.busy(status === 'busy'); });
    this.#running = true;
    this.#events.progress(download.finish());
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
    this.#ended.reject(error);
    this.#session?.dispose();
    this.#server?.dispose();
    this.#kernel?.dispose();
  }
}

/** Makes a fresh kernel the page's own. */
async function runPrelude(connection: NonNullable<ThebeSession['kernel']>): Promise<void> {
  // JSON's strings are Python's. Compiled under a name of its own, so that a traceback never shows its lines.
  const code = `exec(compile(${JSON.stringify(prelude)}, "<course page>", "exec"), {})`;
  const future = connection.requestExecute({ code, silent: true, store_history: false });
  const { content } = await future.done;
  future.dispose();
  if (content.status === 'error') throw new Error(`${NOT_STARTED}: ${content.ename}: ${content.evalue}`);
}
