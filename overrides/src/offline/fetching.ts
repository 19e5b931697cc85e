/** Fetches the files of an edition and keeps each only if it is the very one that the list names. */
import { sha256 } from './digest.ts';
import { missing, sizeOf, urlOf, type SiteFile, type SiteList } from './list.ts';
import { PAST } from './place.ts';
import type { KeptStore } from './store.ts';

/** A file that is not the one in the list, although it was asked for afresh. */
export class OtherFile extends Error {
  override readonly name = 'OtherFile';
}

/** So many files are fetched at a time. */
const LINES = 4;

export interface FetchPorts {
  readonly root: string;
  readonly store: KeptStore;
  readonly signal: AbortSignal;
  /** Bytes of the edition that are here, while they arrive. */
  progress(done: number): void;
}

/** Brings what is missing of `list`. Rejects where one file fails or the signal stops it; what has arrived is kept. */
export async function fetchAll(list: SiteList, { root, store, signal, progress }: FetchPorts): Promise<void> {
  const have = await store.hashes();
  const queue = [...missing(list, have)];
  let done = sizeOf([...list.files.values()].filter(({ hash }) => have.has(hash)));
  progress(done);
  const inner = new AbortController();
  const either = AbortSignal.any([signal, inner.signal]);
  const line = async (): Promise<void> => {
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
      let arrived = 0;
      const content = await fetchFile(root, file, either, (count) => { done += count - arrived; arrived = count; progress(done); });
      either.throwIfAborted();
      await store.putFile(file.hash, content);
    }
  };
  try {
    await Promise.all(Array.from({ length: LINES }, line));
  } finally {
    // The other lines must not go on after one has failed.
    inner.abort();
  }
  const left = missing(list, await store.hashes());
  if (left.length > 0) throw new Error(`the browser has not kept ${left.length} files, such as ${left[0]?.path}`);
}

/** One file, checked by its hash. A copy between here and the server may be out of date, so it is asked for twice. */
async function fetchFile(root: string, file: SiteFile, signal: AbortSignal, arrived: (count: number) => void): Promise<Blob> {
  const url = urlOf(root, file);
  for (const [address, cache] of [[url, 'no-cache'], [`${url}?sha256=${file.hash}`, 'reload']] as const) {
    const response = await fetch(address, { cache, signal, headers: { [PAST]: '1' }, credentials: 'same-origin' });
    if (!response.ok) throw new OtherFile(`the site answers ${response.status} for “${file.path}”`);
    const content = await body(response, arrived);
    if (content.byteLength === file.size && await sha256(content) === file.hash) {
      arrived(file.size);
      return new Blob([content], { type: response.headers.get('content-type') ?? 'application/octet-stream' });
    }
    arrived(0);
  }
  throw new OtherFile(`“${file.path}” on the site is not the file that the course names`);
}

async function body(response: Response, arrived: (count: number) => void): Promise<ArrayBuffer> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let count = 0;
  const reader = response.body?.getReader();
  for (let next = await reader?.read(); next !== undefined && !next.done; next = await reader?.read()) {
    parts.push(next.value);
    arrived(count += next.value.byteLength);
  }
  return new Blob(parts).arrayBuffer();
}
