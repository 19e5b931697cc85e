/** The files that a notebook may open, for a Python that cannot reach JupyterLite's drive: copied before it starts. */
import type { BootFile } from '../../boot/protocol.ts';

/** The part of `DriveContentsProcessor` that is used here: what the drive would have answered. */
export interface Drive {
  processDriveRequest(request: { method: 'readdir'; path: string }): Promise<string[]>;
  processDriveRequest(request: { method: 'getmode'; path: string }): Promise<number>;
  processDriveRequest(request: { method: 'get'; path: string }): Promise<DriveFile | null>;
}

export interface DriveFile {
  readonly content: unknown;
  readonly format: string | null | undefined;
}

/** Files for Python to fetch when it starts. */
export interface Copies {
  readonly files: readonly BootFile[];
  /** Lets go of the URLs. */
  release(): void;
}

/** A folder's mode in Emscripten's file system. */
const FOLDER = 0o040000;

/** Folders below the notebook's that are looked into. A deeper course has its files in the table of what notebooks open. */
const DEPTH = 4;

/**
 * What lies in `folder` and below, and the course files in `named` wherever they lie; notebooks are left out.
 *
 * What the student changed or added counts, as it does for the drive. Files that cannot be read are left out too: Python
 * then says that they are missing when a cell opens them.
 */
export async function copiesFor(drive: Drive, folder: string, named: readonly string[]): Promise<Copies> {
  const paths = new Set([...named, ...await listed(drive, folder, DEPTH)]);
  const found = await Promise.all([...paths].filter((path) => !path.endsWith('.ipynb')).map((path) => copyOf(drive, path)));
  const files = found.filter((file) => file !== null);
  return { files, release: () => { for (const { url } of files) URL.revokeObjectURL(url); } };
}

async function listed(drive: Drive, folder: string, depth: number): Promise<readonly string[]> {
  if (depth === 0) return [];
  const names = await drive.processDriveRequest({ method: 'readdir', path: folder }).catch(() => []);
  const inside = await Promise.all(names.map(async (name) => {
    const path = folder === '' ? name : `${folder}/${name}`;
    const mode = await drive.processDriveRequest({ method: 'getmode', path }).catch(() => 0);
    return (mode & FOLDER) === FOLDER ? listed(drive, path, depth - 1) : [path];
  }));
  return inside.flat();
}

async function copyOf(drive: Drive, path: string): Promise<BootFile | null> {
  const file = await drive.processDriveRequest({ method: 'get', path }).catch(() => null);
  if (file === null || typeof file.content !== 'string') return null;
  const bytes = file.format === 'base64' ? fromBase64(file.content) : new TextEncoder().encode(file.content);
  return { path, url: URL.createObjectURL(new Blob([bytes])), size: bytes.byteLength };
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
