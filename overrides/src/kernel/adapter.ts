/** The page's `Kernel`: a queue of runs over one Python at a time, which may be one that an earlier page has left. */
import type { AskMessage } from '../boot/protocol.ts';
import type { Kernel, KernelState, Progress, RunResult } from '../types.ts';
import { deferred, type Deferred } from './deferred.ts';
import { missingSentence } from './errors.ts';
import { Listeners } from './listeners.ts';
import type { Python, Run, StartPython } from './python.ts';
import type { StopUrls } from './stopper.ts';
import type { Timer } from './timer.ts';

/** The run that Python works on, and the question it waits for, if any. */
interface Current {
  readonly run: Run;
  readonly over: Deferred<void>;
  question: { cancel(): void } | null;
}

/** The patience with a Python in this browser. */
const PATIENCE = 1200;

const KEPT = 'The cell was stopped.';
const LOST = 'The cell was stopped. Python was started again, so its variables are gone.';

export class PageKernel implements Kernel {
  readonly #startPython: StartPython;
  readonly #timer: Timer;
  readonly #states = new Listeners<KernelState>();
  readonly #progress = new Listeners<Progress>();
  readonly #ahead: readonly string[];
  readonly #patience: number;
  #state: KernelState = 'off';
  #python: Python | null = null;
  #starting: Promise<void> | null = null;
  #current: Current | null = null;
  #turn: Promise<void> = Promise.resolve();
  /** Settles all pending runs when they are given up; a new one then serves the runs that follow. */
  #halt: Deferred<RunResult> = deferred();
  #up = false;

  /**
   * `ahead`: packages to load once Python is there, before a cell imports them. `patience`: milliseconds that a cell has to
   * follow Stop before its Python is ended.
   */
  constructor(startPython: StartPython, timer: Timer, ahead: readonly string[] = [], patience: number = PATIENCE) {
    this.#startPython = startPython;
    this.#timer = timer;
    this.#ahead = ahead;
    this.#patience = patience;
  }

  get state(): KernelState {
    return this.#state;
  }

  get keptCells(): number {
    return this.#up ? this.#python?.keptCells ?? 0 : 0;
  }

  get urls(): StopUrls | null {
    return this.#python?.urls ?? null;
  }

  onState(listener: (state: KernelState) => void): () => void {
    return this.#states.add(listener);
  }

  onProgress(listener: (progress: Progress) => void): () => void {
    return this.#progress.add(listener);
  }

  start(): Promise<void> {
    this.#starting ??= this.#boot();
    return this.#starting;
  }

  /** Rejects only when Python does not start; then nothing ran and `target` is untouched. */
  run(source: string, target: HTMLElement): Promise<RunResult> {
    const halt = this.#halt;
    const result = this.#turn.then(() => this.#runNow(source, target, halt));
    this.#turn = result.then(() => undefined, () => undefined);
    return Promise.race([result, halt.promise]);
  }

  async restart(): Promise<void> {
    this.#end('KeyboardInterrupt', 'Python was restarted.');
    await this.start();
  }

  async stop(): Promise<{ variablesKept: boolean }> {
    if (this.#state === 'loading') {
      this.#end('KeyboardInterrupt', KEPT);
      return { variablesKept: false };
    }
    if (this.#state !== 'busy') return { variablesKept: true };
    if (await this.#interrupt()) return { variablesKept: true };
    this.#end('KeyboardInterrupt', LOST);
    // The next cell should not wait for a start that can begin now. If it fails, the next run says so.
    this.start().catch(() => undefined);
    return { variablesKept: false };
  }

  /** Ends Python and all runs; a later run would start another. */
  end(): void {
    this.#end('KeyboardInterrupt', 'Python was disconnected.');
  }

  async #boot(): Promise<void> {
    this.#setState('loading');
    const mine = (): boolean => python === this.#python;
    const python: Python = this.#startPython({
      progress: (progress) => { if (mine()) this.#progress.tell(progress); },
      ask: (question, answer) => { if (mine()) this.#ask(question, answer); },
      busy: (busy) => { if (mine()) this.#setState(busy || this.#current !== null ? 'busy' : this.#up ? 'idle' : 'loading'); },
      died: (reason) => { if (mine()) this.#died(reason); },
    });
    this.#python = python;
    try {
      await python.ready;
    } catch (error) {
      if (mine()) {
        python.end();
        this.#python = null;
        this.#starting = null;
        this.#setState('dead');
      }
      throw error;
    }
    this.#up = true;
    this.#setState('idle');
    if (this.#ahead.length > 0) python.loadAhead(this.#ahead);
  }

  async #runNow(source: string, target: HTMLElement, halt: Deferred<RunResult>): Promise<RunResult> {
    if (halt !== this.#halt) return halt.promise;
    // Given up while Python started: `halt` has settled this run already.
    await Promise.race([this.start(), halt.promise]);
    const python = this.#python;
    if (halt !== this.#halt || python === null) return halt.promise;
    const run = python.open(target);
    const current: Current = { run, over: deferred(), question: null };
    this.#current = current;
    this.#setState('busy');
    const running = run.run(source);
    for (const file of python.newlyMissing()) run.note(missingSentence(file));
    try {
      const result = await running;
      if (this.#current !== current) return await halt.promise;
      this.#current = null;
      this.#setState('idle');
      return result;
    } catch (error) {
      // Ended from outside: `halt` knows the reason.
      if (this.#current !== current) return halt.promise;
      this.#current = null;
      throw error;
    } finally {
      current.over.resolve();
    }
  }

  #ask(question: AskMessage, answer: (text: string | null) => void): void {
    const current = this.#current;
    // A question from a widget's callback has no output to appear in.
    if (current === null) return answer(null);
    const open = current.run.ask(question);
    const settle = (text: string | null): void => {
      current.question = null;
      open.close();
      answer(text);
    };
    current.question = { cancel: () => { settle(null); } };
    void open.answer.then(settle);
  }

  /** Stops what runs without ending Python, where that is possible. */
  async #interrupt(): Promise<boolean> {
    const current = this.#current;
    if (current?.question) current.question.cancel();
    else if (this.#python?.interrupt() !== true) return false;
    // Without a run of this page it is a widget's callback, or a cell that the page before left running.
    if (current === null) return await this.#within(this.#rest(), this.#patience) && this.#python !== null;
    // What waits behind this run must not start when it is over.
    const halt = this.#halt;
    this.#halt = deferred();
    this.#turn = current.over.promise;
    const inTime = await this.#within(current.over.promise, this.#patience);
    halt.resolve({ ok: false, count: null, error: { name: 'KeyboardInterrupt', value: inTime ? KEPT : LOST } });
    return inTime;
  }

  /** Resolves once Python is not busy any more. */
  #rest(): Promise<void> {
    const rest = deferred<void>();
    const forget = this.#states.add((state) => {
      if (state === 'busy') return;
      forget();
      rest.resolve();
    });
    return rest.promise;
  }

  async #within(promise: Promise<void>, delay: number): Promise<boolean> {
    let handle = 0;
    const late = new Promise<false>((resolve) => { handle = this.#timer.set(() => { resolve(false); }, delay); });
    const result = await Promise.race([promise.then(() => true as const), late]);
    this.#timer.clear(handle);
    return result;
  }

  #died(reason: string): void {
    this.#end('KernelDied', `Python ended unexpectedly: ${reason}`);
    this.#setState('dead');
  }

  /** Ends Python and every run that waits for it. */
  #end(name: string, value: string): void {
    const { halt, current, python } = { halt: this.#halt, current: this.#current, python: this.#python };
    this.#halt = deferred();
    this.#turn = Promise.resolve();
    this.#current = null;
    this.#python = null;
    this.#starting = null;
    this.#up = false;
    current?.question?.cancel();
    current?.run.ended(name, value);
    halt.resolve({ ok: false, count: null, error: { name, value } });
    python?.end();
    this.#setState('off');
  }

  #setState(state: KernelState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#states.tell(state);
  }
}
