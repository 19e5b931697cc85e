/** A page whose cells run here: brings its cells, the student's work and Python together. */
import { PageCells } from './cells.ts';
import { Desk, type DeskPorts } from './desk.ts';
import { PageRuns, type PythonSlot, type RunPorts } from './running.ts';
import type { Runner } from './run/runner.ts';
import type { Session } from './store/session.ts';
import type { PageConfig, RunResult } from './types.ts';

/** What a book page works with. */
export interface BookPorts extends DeskPorts, Pick<RunPorts, 'kernel' | 'tellKept'> {
  /** Whether an earlier page has left a Python that this one can have at once. */
  kept(): Promise<boolean>;
}

export class BookPage {
  readonly desk: Desk;
  readonly session: Session;
  readonly cells: PageCells;
  readonly #ports: BookPorts;
  readonly #runs: PageRuns;

  constructor(page: PageConfig, article: HTMLElement, ports: BookPorts) {
    this.#ports = ports;
    this.#runs = new PageRuns({
      desk: () => this.desk,
      cells: () => this.cells,
      now: () => ports.clock.now(),
      kernel: () => ports.kernel(),
      tellKept: () => ports.tellKept(),
    });
    this.desk = new Desk(page, article, ports, { cell: (id, own) => this.cells.show(id, own) }, this.#runs.acts);
    this.session = this.desk.session;
    this.cells = new PageCells(page, article, this.desk, () => ports.clock.now(), () => undefined);
    this.cells.runs = this.#runs.ofCells;
  }

  get runner(): Runner {
    return this.#runs.runner;
  }

  /** Where a Python on a server can take the place of the browser's. */
  get slot(): PythonSlot {
    return {
      own: true,
      use: async (kernel, way) => {
        this.desk.runs(this.#runs.acts, way);
        await this.#runs.use(kernel);
      },
      giveBack: async () => {
        this.desk.runs(this.#runs.acts, null);
        await this.#runs.use(null);
      },
    };
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
  run(ids: readonly string[]): Promise<RunResult | null> {
    return this.#runs.run(ids);
  }

  /** Leads the reader to a cell. */
  go(id: string): void {
    this.cells.go(id);
  }
}
