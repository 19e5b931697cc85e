/** A code cell whose code the author hides: it runs with the others and may show outputs, but there is nothing to edit. */
import type { Runnable } from '../run/runner.ts';
import type { PageCell, RunResult, RunState } from '../types.ts';
import { attribute, el } from './dom.ts';
import { Output } from './output.ts';

export class BareCell implements Runnable {
  readonly mayFail: boolean;
  readonly #source: () => string;
  readonly #root: HTMLElement | null;
  readonly #output: Output | null;
  readonly #nowhere = el('div');
  readonly #tell: (words: string) => void;

  /** `root` is the cell's place in the page, `null` if the author removed it altogether. `tell` hears of failures. */
  constructor(root: HTMLElement | null, cell: PageCell, source: () => string, tell: (words: string) => void) {
    this.#root = root;
    this.#source = source;
    this.#tell = tell;
    this.mayFail = cell.tags.includes('raises-exception');
    const stored = root?.querySelector<HTMLElement>('.cell_output') ?? null;
    this.#output = stored && new Output(stored, stored, 'Output of a cell without visible code');
    if (root) attribute(root, 'data-state', 'pristine');
    this.mark('none');
  }

  source(): string {
    return this.#source();
  }

  mark(state: RunState): void {
    if (this.#root) attribute(this.#root, 'data-run', state);
  }

  begin(): HTMLElement {
    return this.#output?.begin() ?? this.#nowhere;
  }

  end(result: RunResult): void {
    this.#output?.end();
    if (!result.ok && !this.mayFail) this.#tell(`A cell without visible code failed: ${result.error?.name ?? 'error'}.`);
  }

  refuse(problem: string): void {
    this.#tell(problem);
  }
}
