/** Turns the worker's byte messages into one figure for the whole download. */
import type { BytesMessage } from '../boot/protocol.ts';
import type { Progress } from '../types.ts';

/**
 * Files that the worker imports as modules. They never pass through `fetch`, so their bytes cannot be counted as they
 * arrive; they count as loaded when the first file behind them does.
 */
const IMPORTED = ['pyodide.mjs', 'pyodide.asm.js', 'boot.mjs'];

/** Adds up what has arrived against what is expected; both only ever grow. */
export class Download {
  readonly #sizes: ReadonlyMap<string, number>;
  readonly #expected = new Set<string>();
  readonly #arrived = new Map<string, number>();
  #label = 'Python';

  /** `sizes`: bytes of every file that may come; `files`: those that a start needs. */
  constructor(sizes: ReadonlyMap<string, number>, files: readonly string[]) {
    this.#sizes = sizes;
    for (const file of files) this.#expected.add(file);
  }

  /** Counts a message. A file that was not expected (a package imported later) joins the total. */
  add(message: BytesMessage): Progress {
    const before = this.#arrived.get(message.file) ?? 0;
    this.#arrived.set(message.file, before + message.bytes);
    this.#expected.add(message.file);
    for (const file of IMPORTED) {
      if (this.#expected.has(file)) this.#arrived.set(file, this.#sizes.get(file) ?? 0);
    }
    this.#label = labelOf(message.file);
    return this.now();
  }

  /** Everything expected has come: what the browser's cache or a module import delivered counts too. */
  finish(): Progress {
    for (const file of this.#expected) this.#arrived.set(file, this.#sizes.get(file) ?? this.#arrived.get(file) ?? 0);
    this.#label = 'Python';
    return this.now();
  }

  /** The state of things, in bytes. `loaded` never exceeds `total`. */
  now(): Progress {
    let loaded = 0;
    let total = 0;
    for (const file of this.#expected) {
      const arrived = this.#arrived.get(file) ?? 0;
      const size = Math.max(this.#sizes.get(file) ?? 0, arrived);
      loaded += arrived;
      total += size;
    }
    return { loaded, total, label: this.#label };
  }
}

/** What a reader calls a file of the runtime: a wheel by its package, a course file by its path, the rest `Python`. */
export function labelOf(file: string): string {
  const wheel = /^([^-/]+)-[^/]*\.whl$/.exec(file);
  if (wheel?.[1] !== undefined) return wheel[1];
  return /^(pyodide|python_stdlib|boot)\b/.test(file) ? 'Python' : file;
}
