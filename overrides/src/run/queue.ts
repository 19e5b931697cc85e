/** Runs cells one at a time, in the order they were asked for. Nothing asked for is dropped but by `clear` or a failure before it. */

/** How a job ended: it ran well, it ran and failed, or it was taken out before its turn. */
export type Outcome = 'ok' | 'failed' | 'dropped';

interface Job {
  readonly id: string;
  readonly batch: number;
  readonly settle: (outcome: Outcome) => void;
  readonly done: Promise<Outcome>;
}

/** What the queue tells about: a job that waits, one that starts, one that ended, and a batch cut short. */
export interface QueueEvents {
  waiting(id: string): void;
  /** Runs the job. Resolves to whether the jobs behind it in the same batch may run. Must not reject. */
  run(id: string): Promise<Outcome>;
  dropped(id: string): void;
  /** A job failed, and `left` jobs of its batch were taken out because of it. */
  cut(failed: string, left: number): void;
}

export class RunQueue {
  readonly #events: QueueEvents;
  #jobs: Job[] = [];
  #current: Job | null = null;
  #batches = 0;

  constructor(events: QueueEvents) {
    this.#events = events;
  }

  /** The job that runs now, if any. */
  get running(): string | null {
    return this.#current?.id ?? null;
  }

  get waiting(): readonly string[] {
    return this.#jobs.map((job) => job.id);
  }

  /** Asks for `ids` as one batch: a failure takes out the rest. A cell that waits already keeps its place. */
  add(ids: readonly string[]): Promise<readonly Outcome[]> {
    const batch = ++this.#batches;
    const asked = ids.map((id) => {
      const known = this.#jobs.find((job) => job.id === id);
      if (known) return known.done;
      let settle: (outcome: Outcome) => void = () => undefined;
      const done = new Promise<Outcome>((resolve) => { settle = resolve; });
      this.#jobs.push({ id, batch, settle, done });
      this.#events.waiting(id);
      return done;
    });
    void this.#work();
    return Promise.all(asked);
  }

  /** Takes out everything that waits. What runs goes on. */
  clear(): number {
    return this.#take(() => true);
  }

  #take(which: (job: Job) => boolean): number {
    const taken = this.#jobs.filter(which);
    this.#jobs = this.#jobs.filter((job) => !which(job));
    for (const job of taken) {
      this.#events.dropped(job.id);
      job.settle('dropped');
    }
    return taken.length;
  }

  async #work(): Promise<void> {
    if (this.#current !== null) return;
    for (let job = this.#jobs.shift(); job; job = this.#jobs.shift()) {
      this.#current = job;
      const { id, batch } = job;
      const outcome = await this.#events.run(id);
      this.#current = null;
      if (outcome === 'failed') {
        const left = this.#take((other) => other.batch === batch);
        if (left > 0) this.#events.cut(id, left);
      }
      job.settle(outcome);
    }
  }
}
