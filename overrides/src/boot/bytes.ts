/** Counts the bytes of downloads as they arrive, so that the page can show megabytes instead of a spinner. */
import type { BytesMessage } from './protocol.ts';

type Fetch = typeof fetch;

/** Bytes between two messages for one file: fine enough for a bar, coarse enough to cost nothing. */
const STEP = 256 * 1024;

/**
 * A `fetch` that reports the body's bytes for URLs below `base` and is `inner` for everything else.
 *
 * The response keeps its headers, so WebAssembly still compiles while it streams in.
 */
export function countingFetch(inner: Fetch, base: string, report: (message: BytesMessage) => void): Fetch {
  return async (input, init) => {
    const response = await inner(input, init);
    const file = fileBelow(base, input);
    if (file === null || !response.ok || response.body === null) return response;
    const { status, statusText, headers } = response;
    return new Response(response.body.pipeThrough(counter(file, report)), { status, statusText, headers });
  };
}

/** The path of a request below `base`, without query; null when it lies elsewhere. */
export function fileBelow(base: string, input: RequestInfo | URL): string | null {
  const url = input instanceof Request ? input.url : String(input);
  const path = new URL(url, base).href.split(/[?#]/, 1)[0] ?? '';
  return path.startsWith(base) ? decodeURIComponent(path.slice(base.length)) : null;
}

/** Passes chunks on and reports them in steps. */
export function counter(file: string, report: (message: BytesMessage) => void): TransformStream<Uint8Array, Uint8Array> {
  let pending = 0;
  return new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      controller.enqueue(chunk);
      pending += chunk.byteLength;
      if (pending < STEP) return;
      report({ satchel: 'bytes', file, bytes: pending, done: false });
      pending = 0;
    },
    flush() {
      report({ satchel: 'bytes', file, bytes: pending, done: true });
    },
  });
}
