/** Runs this page's cells in Python, which is fetched when it is first wanted. */
import { RunQueue, type Outcome } from './queue.ts';
import type { Kernel, KernelState, Progress, RunResult, RunState } from '../types.ts';

/** What the runner needs of a cell. */
export interface Runnable {
  source(): string;
  /** Whether the author expects an error here, so that it does not stop the cells behind. */
  readonly mayFail: boolean;
  mark(state: RunState): void;
  /** The run starts; its outputs belong into the element that is returned. */
  begin(): HTMLElement;
  /** The run ended after `seconds`. */
  end(result: RunResult, seconds: number): void;
  /** Python could not even start. */
  refuse(problem: string): void;
}

export interface RunnerEvents {
  /** `kept`: cells that Python ran on earlier pages, whose variables are still there. */
  kernel(state: KernelState, progress: Progress | null, kept: number): void;
  /** Something the student should read. `cell` is the cell it is about. */
  notice(words: string, cell: string | null): void;
  /** A cell is about to run. */
  running(id: string): void;
}

function told(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export class Runner {
  readonly #load: () => Promise<Kernel>;
  readonly #cell: (id: string) => Runnable;
  readonly #events: RunnerEvents;
  readonly #clock: () => number;
  readonly #queue: RunQueue;
  readonly #results = new Map<string, RunResult>();
  #kernel: Promise<Kernel> | null = null;
  /** Another Python that runs the cells for the time being, and how to stop listening to it. */
  #guest: { readonly kernel: Kernel; readonly forget: () => void } | null = null;
  #progress: Progress | null = null;
  #kept: () => number = () => 0;
  #state: KernelState = 'off';
  /** Counts stops and restarts, so that a cell which still waits for Python to start can tell. */
  #stops = 0;

  /** `clock` is in milliseconds. `load` fetches the kernel adapter; it is called again after it failed. */
  constructor(load: () => Promise<Kernel>, cell: (id: string) => Runnable, clock: () => number, events: RunnerEvents) {
    this.#load = load;
    this.#cell = cell;
    this.#clock = clock;
    this.#events = events;
    this.#queue = new RunQueue({
      waiting: (id) => this.#cell(id).mark('queued'),
      dropped: (id) => this.#cell(id).mark('none'),
      run: (id) => this.#run(id),
      cut: (failed, left) => events.notice(`Stopped at the first error: ${left} ${left === 1 ? 'cell was' : 'cells were'} not run.`, failed),
    });
  }

  get state(): KernelState {
    return this.#guest?.kernel.state ?? this.#state;
  }

  /** The state of the page's own Python, whether or not it runs the cells now. */
  get ownState(): KernelState {
    return this.#state;
  }

  /** Whether a cell runs or waits. */
  get active(): boolean {
    return this.#queue.running !== null || this.#queue.waiting.length > 0;
  }

  /** Starts Python ahead of the first run. A failure is told when the student runs something. */
  async warm(): Promise<void> {
    if (this.#kernel !== null || this.#guest !== null) return;
    try {
      await (await this.#get()).start();
    } catch (error) {
      this.#failed();
      this.#events.notice(`Python could not be started ahead of time: ${told(error)}`, null);
    }
  }

  /** Runs cells as one batch. Resolves with the last one's result when all have run; `null` if it was taken out. */
  async run(ids: readonly string[]): Promise<RunResult | null> {
    const last = ids.at(-1);
    const outcomes = await this.#queue.add(ids);
    return last !== undefined && outcomes.at(-1) !== 'dropped' ? this.#results.get(last) ?? null : null;
  }

  /** Ends the running cell and forgets the waiting ones. `ids` are the cells whose state goes with the variables. */
  async stop(ids: readonly string[]): Promise<void> {
    const { running } = this.#queue;
    this.#stops += 1;
    this.#queue.clear();
    if (this.state !== 'busy') return;
    try {
      const { variablesKept } = await (await this.#get()).stop();
      if (!variablesKept) for (const id of ids) if (id !== running) this.#cell(id).mark('none');
      this.#events.notice(variablesKept ? 'Stopped. Variables are kept.'
        : 'Stopped. Python had to be started again, so variables are gone: run the cells above first.', null);
    } catch (error) {
      this.#events.notice(`Python could not be stopped: ${told(error)}`, null);
    }
  }

  /** A fresh Python. `ids` are the cells whose state is forgotten with the old one. */
  async restart(ids: readonly string[]): Promise<void> {
    this.#stops += 1;
    this.#queue.clear();
    try {
      await (await this.#get()).restart();
      for (const id of ids) this.#cell(id).mark('none');
      this.#events.notice('Python has been restarted. Variables are gone; your edits are not.', null);
    } catch (error) {
      this.#events.notice(`Python could not be restarted: ${told(error)}`, null);
    }
  }

  /**
   * Lets another Python run the cells from now on; with `null` it is the page's own again, which goes on where it was. What
   * runs is stopped, and what waits is forgotten. `ids` are the cells whose state goes with the variables.
   */
  async use(guest: Kernel | null, ids: readonly string[]): Promise<void> {
    await this.stop(ids);
    this.#guest?.forget();
    this.#guest = guest && { kernel: guest, forget: guest.onState(() => this.#show()) };
    for (const id of ids) this.#cell(id).mark('none');
    this.#show();
  }

  #get(): Promise<Kernel> {
    if (this.#guest !== null) return Promise.resolve(this.#guest.kernel);
    if (this.#kernel === null) {
      this.#tell('loading');
      this.#kernel = this.#load().then((kernel) => {
        this.#kept = () => kernel.keptCells;
        kernel.onProgress((progress) => { this.#progress = progress; this.#tell(this.#state); });
        kernel.onState((state) => this.#tell(state));
        return kernel;
      });
      this.#kernel.catch(() => { this.#kernel = null; });
    }
    return this.#kernel;
  }

  #tell(state: KernelState): void {
    if (state !== 'loading') this.#progress = null;
    this.#state = state;
    if (this.#guest === null) this.#show();
  }

  #show(): void {
    if (this.#guest !== null) this.#events.kernel(this.#guest.kernel.state, null, 0);
    else this.#events.kernel(this.#state, this.#progress, this.#kept());
  }

  #failed(): void {
    if (this.#guest === null && this.#state === 'loading') this.#tell('off');
  }

  async #run(id: string): Promise<Outcome> {
    const cell = this.#cell(id);
    const stops = this.#stops;
    try {
      const kernel = await this.#get();
      // The cell counts as waiting until there is a Python to run it.
      await kernel.start();
      if (stops !== this.#stops) {
        cell.mark('none');
        return 'dropped';
      }
      this.#events.running(id);
      cell.mark('running');
      const begun = this.#clock();
      const result = await kernel.run(cell.source(), cell.begin());
      this.#results.set(id, result);
      cell.mark(result.ok ? 'ok' : 'error');
      cell.end(result, (this.#clock() - begun) / 1000);
      return result.ok || cell.mayFail ? 'ok' : 'failed';
    } catch (error) {
      if (stops !== this.#stops) {
        cell.mark('none');
        return 'dropped';
      }
      this.#failed();
      cell.mark('error');
      cell.refuse(told(error));
      this.#results.set(id, { ok: false, count: null, error: { name: 'StartError', value: told(error) } });
      return 'failed';
    }
  }
}
