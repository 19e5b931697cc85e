/**
 * A line of text in shared memory, for browsers that cannot pause Python but can make its worker wait.
 *
 * Layout: a state and the text's length in bytes (32 bits each), then UTF-8.
 */
const EMPTY = 0;
const TEXT = 1;
const NONE = 2;
const HEAD = 8;

/** Room for one answer; longer ones are cut at a character's end. */
export const LINE_BYTES = 64 * 1024;

/** Shared memory for one line. */
export function makeLine(): SharedArrayBuffer {
  return new SharedArrayBuffer(HEAD + LINE_BYTES);
}

/** Page side: puts `text` (null: no answer) in and wakes the worker. */
export function writeLine(line: SharedArrayBuffer, text: string | null): void {
  const head = new Int32Array(line, 0, 2);
  // `encodeInto` refuses shared memory in some browsers.
  const scratch = new Uint8Array(LINE_BYTES);
  const { written } = new TextEncoder().encodeInto(text ?? '', scratch);
  new Uint8Array(line, HEAD).set(scratch.subarray(0, written));
  Atomics.store(head, 1, written);
  Atomics.store(head, 0, text === null ? NONE : TEXT);
  Atomics.notify(head, 0);
}

/** Worker side: waits until the page has written, and empties the line. Blocks its thread. */
export function awaitLine(line: SharedArrayBuffer): string | null {
  const head = new Int32Array(line, 0, 2);
  while (Atomics.load(head, 0) === EMPTY) Atomics.wait(head, 0, EMPTY);
  const state = Atomics.exchange(head, 0, EMPTY);
  if (state === NONE) return null;
  const bytes = new Uint8Array(line, HEAD, Atomics.load(head, 1)).slice();
  return new TextDecoder().decode(bytes);
}
