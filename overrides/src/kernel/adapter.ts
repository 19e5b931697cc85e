/** The page's `Kernel`: a queue of runs over one Python at a time. */
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { AskMessage } from '../boot/protocol.ts';
import type { Kernel, KernelState, Progress, RunResult } from '../types.ts';
import { deferred, type Deferred } from './deferred.ts';
import { missingSentence } from './errors.ts';
import { RunCell } from './outputs.ts';
import { PythonProcess, type ProcessSetup } from './process.ts';
import { askReader } from './question.ts';

/** The run that Python works on. */
interface Current {
  readonly cell: RunCell;
  readonly target: HTMLElement;
  question: { close(): void } | null;
}

const STOPPED = 'The cell was stopped. Python was started again, so its variables are gone.';

export class PageKernel implements Kernel {
  readonly #setup: ProcessSetup;
  readonly #rendermime: IRenderMimeRegistry;
  readonly #stateListeners = new Set<(state: KernelState) => void>();
  readonly #progressListeners = new Set<(progress: Progress) => void>();
  #state: KernelState = 'off';
  #process: PythonProcess | null = null;
  #starting: Promise<void> | null = null;
  #current: Current | null = null;
  #waiting = 0;
  #turn: Promise<void> = Promise.resolve();
  /** Settles every pending run at once when Python ends under them; replaced each time. */
  #halt: Deferred<RunResult> = deferred();

  constructor(setup: ProcessSetup, rendermime: IRenderMimeRegistry) {
    this.#setup = setup;
    this.#rendermime = rendermime;
  }

  get state(): KernelState {
    return this.#state;
  }

  onState(listener: (state: KernelState) => void): () => void {
    this.#stateListeners.add(listener);
    return () => { this.#stateListeners.delete(listener); };
  }

  onProgress(listener: (progress: Progress) => void): () => void {
    this.#progressListeners.add(listener);
    return () => { this.#progressListeners.delete(listener); };
  }

  start(): Promise<void> {
    this.#starting ??= this.#boot();
    return this.#starting;
  }

  /** Rejects only when Python does not start; then nothing ran and `target` is untouched. */
  async run(source: string, target: HTMLElement): Promise<RunResult> {
    const halt = this.#halt;
    this.#waiting += 1;
    const result = this.#turn.then(() => this.#runNow(source, target, halt));
    this.#turn = result.then(() => undefined, () => undefined);
    try {
      return await Promise.race([result, halt.promise]);
    } finally {
      if (halt === this.#halt) this.#waiting -= 1;
    }
  }

  async restart(): Promise<void> {
    this.#end('Python was restarted.');
    await this.start();
  }

  async stop(): Promise<{ variablesKept: boolean }> {
    if (this.#state === 'off' || this.#state === 'dead' || (this.#state === 'idle' && this.#waiting === 0)) {
      return { variablesKept: true };
    }
    const wasRunning = this.#state !== 'loading';
    this.#end(STOPPED);
    // The next cell should not wait for a download that can begin now. If it fails, the next run says so.
    if (wasRunning) void this.start().catch(() => undefined);
    return { variablesKept: false };
  }

  async #boot(): Promise<void> {
    this.#setState('loading');
    const process = new PythonProcess(this.#setup, this.#rendermime, {
      progress: (progress) => { if (process === this.#process) for (const listener of this.#progressListeners) listener(progress); },
      ask: (question, answer) => { if (process === this.#process) this.#ask(question, answer); },
      busy: (busy) => { if (process === this.#process) this.#setState(busy || this.#current !== null ? 'busy' : 'idle'); },
      died: (reason) => { if (process === this.#process) this.#died(reason); },
    });
    this.#process = process;
    try {
      await process.ready;
    } catch (error) {
      if (process === this.#process) {
        process.end();
        this.#process = null;
        this.#starting = null;
        this.#setState('dead');
      }
      throw error;
    }
    this.#setState('idle');
  }

  async #runNow(source: string, target: HTMLElement, halt: Deferred<RunResult>): Promise<RunResult> {
    if (halt !== this.#halt) return halt.promise;
    await this.start();
    const process = this.#process;
    if (halt !== this.#halt || process === null) return halt.promise;
    const cell = RunCell.open(process, target);
    const current: Current = { cell, target, question: null };
    this.#current = current;
    this.#setState('busy');
    const running = cell.run(source);
    for (const file of process.newlyMissing()) cell.note(missingSentence(file));
    const result = await running.catch((error: unknown) => {
      // Ended from outside: `halt` knows the reason.
      if (this.#current !== current) return halt.promise;
      throw error;
    });
    if (this.#current !== current) return halt.promise;
    this.#current = null;
    this.#setState('idle');
    return result;
  }

  #ask(question: AskMessage, answer: (text: string) => void): void {
    const current = this.#current;
    if (current === null) return answer('');
    const open = askReader(current.target, question);
    current.question = open;
    void open.answer.then((text) => {
      current.question = null;
      answer(text);
    });
  }

  #died(reason: string): void {
    this.#end(`Python ended unexpectedly: ${reason}`, 'KernelDied');
    this.#setState('dead');
  }

  /** Ends Python and every run that waits for it. */
  #end(why: string, name = 'KeyboardInterrupt'): void {
    const halt = this.#halt;
    const current = this.#current;
    const process = this.#process;
    this.#halt = deferred();
    this.#turn = Promise.resolve();
    this.#waiting = 0;
    this.#current = null;
    this.#process = null;
    this.#starting = null;
    current?.question?.close();
    current?.cell.ended(name, why);
    halt.resolve({ ok: false, count: null, error: { name, value: why } });
    process?.end();
    this.#setState('off');
  }

  #setState(state: KernelState): void {
    if (state === this.#state) return;
    this.#state = state;
    for (const listener of [...this.#stateListeners]) listener(state);
  }
}
