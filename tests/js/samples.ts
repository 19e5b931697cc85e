/** Values that many tests start from. */
import type { Moment } from '../../overrides/src/work/edits.ts';
import type { EditRecord, Place } from '../../overrides/src/work/records.ts';
import type { Clock } from '../../overrides/src/store/session.ts';
import type { PageCell, PageConfig } from '../../overrides/src/types.ts';

export const place: Place = { page: 'module-1/values.html', title: 'Values', download: 'lite/files/module-1/values.ipynb' };

export function cell(change: Partial<PageCell> = {}): PageCell {
  return { id: 'c1', source: 'x = 1', hash: 'hash-1', tags: [], ...change };
}

export function record(change: Partial<EditRecord> = {}): EditRecord {
  return {
    schema: 1, revision: 3, text: 'x = 2', baseHash: 'hash-1', baseText: 'x = 1', time: 1000, place, rival: null, versions: [], ...change,
  };
}

export function moment(change: Partial<Moment> = {}): Moment {
  return { cell: cell(), now: 5000, place, ...change };
}

export function page(change: Partial<PageConfig> = {}): PageConfig {
  return {
    schema: 1, course: { id: 'demo', title: 'Demo' }, notebook: 'module-1/values', title: 'Values', root: '../',
    assets: 'satchel/abc/', route: 'book', lite: null, download: null, map: null, cwd: '', files: [], hubs: [], packages: [],
    cells: [cell(), cell({ id: 'c2', source: 'y = 1', hash: 'hash-2' })], ...change,
  };
}

/** Time that stands still until it is moved. */
export class StillClock implements Clock {
  time = 10_000;
  #due: { readonly at: number; readonly act: () => void }[] = [];

  now(): number {
    return this.time;
  }

  after(delay: number, act: () => void): () => void {
    const item = { at: this.time + delay, act };
    this.#due.push(item);
    return () => { this.#due = this.#due.filter((other) => other !== item); };
  }

  /** Moves time on by `span` milliseconds and does what has come due. */
  pass(span: number): void {
    this.time += span;
    const due = this.#due.filter((item) => item.at <= this.time);
    this.#due = this.#due.filter((item) => item.at > this.time);
    for (const item of due) item.act();
  }
}

/** A localStorage that is empty at the start. */
export class MemoryWords implements Storage {
  #items = new Map<string, string>();

  get length(): number {
    return this.#items.size;
  }

  entries(): IterableIterator<[string, string]> {
    return this.#items.entries();
  }

  clear(): void {
    this.#items.clear();
  }

  getItem(key: string): string | null {
    return this.#items.get(key) ?? null;
  }

  key(index: number): string | null {
    return [...this.#items.keys()][index] ?? null;
  }

  removeItem(key: string): void {
    this.#items.delete(key);
  }

  setItem(key: string, value: string): void {
    this.#items.set(key, value);
  }
}
