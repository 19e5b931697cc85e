/** Puts the files that an activity opens into Python's own file system: no service worker, no shared drive. */
import type { BootFile, BootRequest, BytesMessage, MissingMessage } from './protocol.ts';

/** The part of Emscripten's file system that is used here. */
export interface FileSystem {
  mkdirTree(path: string): void;
  writeFile(path: string, data: Uint8Array, options?: { readonly canOwn: boolean }): void;
}

/** A course file that arrived, or why it did not. */
export type FetchedFile =
  | { readonly path: string; readonly bytes: Uint8Array }
  | { readonly path: string; readonly reason: string };

/** Downloads all files at once. Never rejects: a file that fails becomes a reason. */
export async function fetchFiles(
  files: readonly BootFile[],
  get: typeof fetch,
  report: (message: BytesMessage) => void,
): Promise<readonly FetchedFile[]> {
  return Promise.all(files.map(async ({ path, url }) => {
    try {
      const response = await get(url);
      if (!response.ok) return { path, reason: `the server answered ${response.status} ${response.statusText}`.trim() };
      const bytes = new Uint8Array(await response.arrayBuffer());
      report({ satchel: 'bytes', file: path, bytes: bytes.byteLength, done: true });
      return { path, bytes };
    } catch (error) {
      return { path, reason: error instanceof Error ? error.message : String(error) };
    }
  }));
}

/** Writes what arrived below `request.home` and returns what is missing. */
export function placeFiles(request: BootRequest, files: readonly FetchedFile[], fs: FileSystem): readonly MissingMessage[] {
  const missing: MissingMessage[] = [];
  fs.mkdirTree(request.home);
  for (const file of files) {
    if ('reason' in file) {
      missing.push({ satchel: 'missing', path: file.path, reason: file.reason });
      continue;
    }
    const target = `${request.home}/${file.path}`;
    fs.mkdirTree(target.slice(0, target.lastIndexOf('/')));
    fs.writeFile(target, file.bytes);
  }
  return missing;
}
