/** Files that are stored compressed (gzip), so that a host that compresses nothing sends few bytes all the same. */
import { gunzipSync } from 'fflate';

type Fetch = typeof fetch;

/** The file's content while it arrives, with the type that its user asks for. Rejects when the file is not to be had. */
export async function openPacked(url: string, type: string, get: Fetch, init: RequestInit = {}): Promise<Response> {
  const response = await get(url, init);
  if (!response.ok || response.body === null) throw new Error(`${url}: the server answered ${response.status}`);
  return new Response(response.body.pipeThrough(new DecompressionStream('gzip')), { headers: { 'Content-Type': type } });
}

/** The file's content, `size` bytes long. A file that is shorter or longer is refused: it is not the one that was made. */
export async function readPacked(url: string, size: number, get: Fetch): Promise<Uint8Array> {
  const { body } = await openPacked(url, 'application/octet-stream', get);
  const bytes = new Uint8Array(size);
  let at = 0;
  if (body === null) throw new Error(`${url} has no content`);
  for (const reader = body.getReader(); ;) {
    const { value, done } = await reader.read();
    if (done) break;
    if (at + value.length > size) throw new Error(`${url} is longer than ${size} bytes`);
    bytes.set(value, at);
    at += value.length;
  }
  if (at !== size) throw new Error(`${url} has ${at} of ${size} bytes`);
  return bytes;
}

/** The file's content at once: this stops the worker until it is there. Throws when it is not to be had. */
export function readPackedNow(url: string): Uint8Array {
  const request = new XMLHttpRequest();
  request.open('GET', url, false);
  request.responseType = 'arraybuffer';
  request.send();
  if (request.status !== 200) throw new Error(`${url}: the server answered ${request.status}`);
  return gunzipSync(new Uint8Array(request.response as ArrayBuffer));
}
