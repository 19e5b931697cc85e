/** A code cell whose code the author hides: it runs with the others and may show outputs, but there is nothing to edit. */
import type { Runnable } from '../run/runner.ts';
import type { PageCell, RunResult, RunState } from '../types.ts';
import { attribute, el } from './dom.ts';
import { Output } from './output.ts';

export class BareCell implements Runnable {
  /** A student can do nothing about it, so it stops nobody; what is missing shows in the cells behind. */
  readonly mayFail = true;
  readonly #quiet: boolean;
  readonly #source: () => string;
  readonly #root: HTMLElement | null;
  readonly #output: Output | null;
  readonly #tell: (words: string) => void;
  #state: RunState = 'none';

  /** `root` is the cell's place in the page, `null` if the author removed it altogether. `tell` hears of failures. */
  constructor(root: HTMLElement | null, cell: PageCell, source: () => string, tell: (words: string) => void) {
    this.#root = root;
    this.#source = source;
    this.#tell = tell;
    this.#quiet = cell.tags.includes('raises-exception');
    const stored = root?.querySelector<HTMLElement>('.cell_output') ?? null;
    this.#output = stored && new Output(stored, stored, 'Output of a cell without visible code');
    if (root) attribute(root, 'data-state', 'pristine');
    this.mark('none');
  }

  source(): string {
    return this.#source();
  }

  /** Whether it has not done its work in this Python yet. */
  get waits(): boolean {
    return this.#state === 'none' || (this.#state === 'error' && !this.#quiet);
  }

  mark(state: RunState): void {
    this.#state = state;
    if (this.#root) attribute(this.#root, 'data-run', state);
  }

  begin(): HTMLElement {
    // A new place for each run: the kernel takes none twice.
    return this.#output?.begin() ?? el('div');
  }

  end(result: RunResult): void {
    this.#output?.end();
    if (result.ok || this.#quiet) return;
    this.#tell(`Code that the author has hidden failed: ${result.error?.name ?? 'error'}. Run the cells above first.`);
  }

  refuse(problem: string): void {
    this.#tell(problem);
  }
}
