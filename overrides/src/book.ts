/** A page whose cells run here: brings its cells, the student's work and Python together. */
import { PageCells } from './cells.ts';
import { Desk, type DeskPorts } from './desk.ts';
import { Runner } from './run/runner.ts';
import { savesData } from './saving.ts';
import type { Session } from './store/session.ts';
import type { Kernel, KernelState, PageConfig, Progress } from './types.ts';
import { keptWords } from './words.ts';

/** What a book page works with. */
export interface BookPorts extends DeskPorts {
  kernel(): Promise<Kernel>;
  /** Whether an earlier page has left a Python that this one can have at once. */
  kept(): Promise<boolean>;
  /** True once in a tab: the reader has not been told yet that variables are kept. */
  tellKept(): boolean;
}

export class BookPage {
  readonly desk: Desk;
  readonly session: Session;
  readonly runner: Runner;
  readonly cells: PageCells;
  readonly #ports: BookPorts;

  constructor(page: PageConfig, article: HTMLElement, ports: BookPorts) {
    this.#ports = ports;
    this.desk = new Desk(page, article, ports, { cell: (id, own) => this.cells.show(id, own) }, {
      runAll: () => void this.run(this.session.ids),
      runAbove: () => void this.run(this.session.ids.slice(0, this.#position())),
      stop: () => void this.runner.stop(this.session.ids),
      restart: () => void this.runner.restart(this.session.ids),
      go: (cell) => this.go(cell),
    });
    this.session = this.desk.session;
    this.runner = new Runner(ports.kernel, (id) => this.cells.runnable(id), () => ports.clock.now(), {
      kernel: (state, progress, kept) => this.#kernel(state, progress, kept),
      notice: (words, cell) => this.desk.toolbar.notice(words, cell),
      running: (id) => this.session.ran(id),
    });
    this.cells = new PageCells(page, article, this.desk, () => ports.clock.now(), () => undefined);
    this.cells.runs = { run: (id) => void this.run([id]), expect: () => this.#expectRun() };
  }

  /** Brings back the student's work. */
  async open(): Promise<void> {
    await this.session.open();
    // Costs nothing, and the first run then need not wait. What fails is told when the student runs something.
    if (await this.#ports.kept()) void this.runner.warm();
  }

  source(id: string): string {
    return this.session.decision(id).text;
  }

  /** Puts `text` into a cell as if it were typed. Resolves when it is saved, or when saving failed. */
  setSource(id: string, text: string): Promise<void> {
    return this.cells.setSource(id, text);
  }

  /** Runs cells in this order; an unexpected error stops the rest. */
  async run(ids: readonly string[]): ReturnType<Runner['run']> {
    performance.mark('satchel:click');
    const done = this.runner.run(ids);
    this.desk.toolbar.active = this.#stoppable;
    const result = await done;
    this.desk.toolbar.active = this.#stoppable;
    return result;
  }

  /** Leads the reader to a cell. */
  go(id: string): void {
    this.cells.go(id);
  }

  /** The student is about to run something: Python may start. */
  #expectRun(): void {
    if (!savesData()) void this.runner.warm();
  }

  get #stoppable(): boolean {
    return this.runner.active || this.runner.state === 'busy';
  }

  #kernel(state: KernelState, progress: Progress | null, kept: number): void {
    this.desk.status.kernel(state, progress, kept);
    this.desk.toolbar.active = this.#stoppable;
    if (kept > 0 && this.#ports.tellKept()) this.desk.toolbar.remark(keptWords(kept));
  }

  /** Index of the cell the reader is in. */
  #position(): number {
    const { current } = this.cells;
    return current === null ? 0 : this.session.ids.indexOf(current);
  }
}
