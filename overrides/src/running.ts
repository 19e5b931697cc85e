/** Runs a page's cells in a Python, its own or another, and shows how that goes. */
import type { CellRuns, PageCells } from './cells.ts';
import type { Desk } from './desk.ts';
import { together, withHidden } from './run/hidden.ts';
import { Runner } from './run/runner.ts';
import { savesData } from './saving.ts';
import type { Kernel, KernelState, PageCell, Progress, RunResult } from './types.ts';
import type { RunActs } from './view/toolbar.ts';
import { keptWords } from './words.ts';

/** The page around the runs. Desk and cells are asked for when they are needed: the desk's bar shows what is done here. */
export interface RunPorts {
  desk(): Desk;
  cells(): PageCells;
  now(): number;
  /** The page's own Python. */
  kernel(): Promise<Kernel>;
  /** True once in a tab: the reader has not been told yet that variables are kept. */
  tellKept(): boolean;
}

/** Where another Python can take over a page's cells. */
export interface PythonSlot {
  /** Whether the page has a Python of its own to go back to. */
  readonly own: boolean;
  /** `kernel` runs the cells from now on; `way` leads back. */
  use(kernel: Kernel, way: HTMLButtonElement): Promise<void>;
  /** The page is again as it was before. */
  giveBack(): Promise<void>;
}

export class PageRuns {
  readonly runner: Runner;
  readonly #ports: RunPorts;

  constructor(ports: RunPorts) {
    this.#ports = ports;
    this.runner = new Runner(() => ports.kernel(), (id) => ports.cells().runnable(id), () => ports.now(), {
      kernel: (state, progress, kept) => this.#kernel(state, progress, kept),
      notice: (words, cell) => ports.desk().toolbar.notice(words, cell),
      running: (id) => ports.desk().session.ran(id),
    });
  }

  /** What the page's bar does. */
  get acts(): RunActs {
    return {
      runAll: () => void this.run(together(this.#page, this.#ids)),
      runAbove: () => void this.run(together(this.#page, this.#ids.slice(0, this.#position()))),
      stop: () => void this.runner.stop(this.#ids),
      restart: () => void this.runner.restart(this.#ids),
      go: (cell) => this.#ports.cells().go(cell),
    };
  }

  /** What a cell's own controls do. */
  get ofCells(): CellRuns {
    return {
      run: (id) => void this.run([id]),
      // The student is about to run something: Python may start.
      expect: () => { if (!savesData()) void this.runner.warm(); },
    };
  }

  /** Runs cells in this order, and hidden ones before them that have not run yet; an unexpected error stops the rest. */
  async run(ids: readonly string[]): Promise<RunResult | null> {
    const { toolbar } = this.#ports.desk();
    performance.mark('satchel:click');
    const done = this.runner.run(withHidden(this.#page, ids, (id) => this.#ports.cells().waits(id)));
    toolbar.active = this.#stoppable;
    const result = await done;
    toolbar.active = this.#stoppable;
    return result;
  }

  /** Lets another Python run the cells, or with `null` the page's own again. */
  async use(kernel: Kernel | null): Promise<void> {
    await this.runner.use(kernel, this.#ids);
  }

  get #page(): readonly PageCell[] {
    return this.#ports.desk().page.cells;
  }

  get #ids(): readonly string[] {
    return this.#ports.desk().session.ids;
  }

  get #stoppable(): boolean {
    return this.runner.active || this.runner.state === 'busy';
  }

  #kernel(state: KernelState, progress: Progress | null, kept: number): void {
    const { status, toolbar } = this.#ports.desk();
    status.kernel(state, progress, kept);
    toolbar.active = this.#stoppable;
    if (kept > 0 && this.#ports.tellKept()) toolbar.remark(keptWords(kept));
  }

  /** Index of the cell the reader is in. */
  #position(): number {
    const { current } = this.#ports.cells();
    return current === null ? 0 : this.#ids.indexOf(current);
  }
}
