/** One thing in JupyterLite's drive: how the drive stores it, and how a foreign value becomes one. */
import { bad, good, isBag, own, text, type Bag } from '../shape.ts';
import type { Parsed } from '../types.ts';
import type { FileFormat, FileKind } from '../work/files.ts';

/** A file, a notebook or a folder. `value` is JSON for `json`, text for `text`, base64 for `base64`, `null` for a folder. Times are in milliseconds since 1970. */
export interface DriveItem {
  readonly path: string;
  readonly kind: FileKind;
  readonly format: FileFormat;
  readonly mimetype: string;
  readonly value: unknown;
  readonly created: number;
  readonly modified: number;
  /** In bytes, as the drive counts. */
  readonly size: number;
}

const LONGEST_PATH = 1000;
const encoder = new TextEncoder();

/** What JupyterLite calls a file of unknown type. */
const UNKNOWN = 'octet/stream';

function isKind(value: unknown): value is FileKind {
  return value === 'notebook' || value === 'file' || value === 'directory';
}

function isFormat(value: unknown): value is FileFormat {
  return value === 'json' || value === 'text' || value === 'base64';
}

/** A moment as the drive writes it; 0 where it cannot be read. */
function moment(value: unknown): number {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isFinite(time) && time > 0 ? time : 0;
}

/** The item that lies under `key`, or why it is none. */
export function parseItem(key: unknown, value: unknown): Parsed<DriveItem> {
  const path = text(key, LONGEST_PATH);
  if (path === null || path === '') return bad('it has no path');
  if (!isBag(value)) return bad('it is not an object');
  const kind = own(value, 'type');
  const format = own(value, 'format');
  const content = own(value, 'content');
  if (!isKind(kind)) return bad('it is neither a file nor a folder');
  const times = { created: moment(own(value, 'created')), modified: moment(own(value, 'last_modified')) };
  if (kind === 'directory') return good({ path, kind, format: 'json', mimetype: '', value: null, ...times, size: 0 });
  if (!isFormat(format)) return bad('its format is unknown');
  if (content === undefined || content === null) return bad('it has no content');
  if (format !== 'json' && typeof content !== 'string') return bad('its content is not text');
  const mimetype = text(own(value, 'mimetype'), 200) ?? UNKNOWN;
  return good({ path, kind, format, mimetype, value: content, ...times, size: sizeOf(format, content) });
}

function sizeOf(format: FileFormat, value: unknown): number {
  // JupyterLite gives a new file an empty text in any format.
  if (value === '') return 0;
  if (format === 'json') return encoder.encode(JSON.stringify(value)).length;
  if (typeof value !== 'string') return 0;
  if (format === 'text') return encoder.encode(value).length;
  return (value.length * 3) / 4 - (value.match(/=+$/)?.[0].length ?? 0);
}

/** A file or notebook of the student's that is to be put into the drive. */
export function fileItem(
  path: string, format: FileFormat, value: unknown, { created, modified }: Pick<DriveItem, 'created' | 'modified'>, mimetype = UNKNOWN,
): DriveItem {
  return { path, kind: isNotebookPath(path) ? 'notebook' : 'file', format, mimetype, value, created, modified, size: sizeOf(format, value) };
}

export function folderItem(path: string, now: number): DriveItem {
  return { path, kind: 'directory', format: 'json', mimetype: '', value: null, created: now, modified: now, size: 0 };
}

/** JupyterLite takes whatever ends so for a notebook. */
export function isNotebookPath(path: string): boolean {
  return /\.ipynb$/i.test(path);
}

/** The item exactly as the drive stores it. */
export function stored({ path, kind, format, mimetype, value, created, modified, size }: DriveItem): Bag {
  return {
    name: nameOf(path), path, last_modified: new Date(modified).toISOString(), created: new Date(created).toISOString(),
    format, mimetype, content: value, size, writable: true, type: kind,
  };
}

/** The last part of a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The folders that hold `path`, outermost first. */
export function foldersOf(path: string): readonly string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

/** What the file holds, as bytes; `null` if what is stored is no base64. JSON is written as Jupyter writes notebooks. */
export function bytesOf({ format, value }: DriveItem): Uint8Array<ArrayBuffer> | null {
  if (value === '') return new Uint8Array(0);
  if (format === 'json') return encoder.encode(`${JSON.stringify(value, null, 1)}\n`);
  if (typeof value !== 'string') return null;
  if (format === 'text') return encoder.encode(value);
  try {
    return Uint8Array.from(atob(value), (letter) => letter.charCodeAt(0));
  } catch {
    // Not our base64, and nobody else's either.
    return null;
  }
}

/** The drive's value for `bytes`, or what is wrong with them. */
export function valueOf(format: FileFormat, bytes: Uint8Array): Parsed<unknown> {
  if (bytes.length === 0) return good('');
  if (format === 'base64') return good(base64(bytes));
  try {
    const body = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return good(format === 'json' ? JSON.parse(body) : body);
  } catch (error) {
    return bad(error instanceof SyntaxError ? 'it is not JSON' : 'it is not UTF-8 text');
  }
}

function base64(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += 0x8000) parts.push(String.fromCharCode(...bytes.subarray(at, at + 0x8000)));
  return btoa(parts.join(''));
}
