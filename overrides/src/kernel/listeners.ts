/** Callbacks that are told of something, in the order in which they came. */
export class Listeners<T> {
  readonly #listeners = new Set<(value: T) => void>();

  /** Adds one; the returned function takes it out again. */
  add(listener: (value: T) => void): () => void {
    this.#listeners.add(listener);
    return () => { this.#listeners.delete(listener); };
  }

  /** Tells those who are there now; one that leaves meanwhile is still told. */
  tell(value: T): void {
    for (const listener of [...this.#listeners]) listener(value);
  }
}
