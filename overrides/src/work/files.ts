/** The files of the notebook view in a backup: what the exact form says of them. Each lies in the zip as a real file. */
import { amount, bad, good, instant, isBag, list, own, text } from '../shape.ts';
import type { Parsed } from '../types.ts';

export type FileKind = 'notebook' | 'file' | 'directory';
/** How the notebook view keeps a file: as JSON, as text, or as base64. */
export type FileFormat = 'json' | 'text' | 'base64';

/** What a backup says of one file. `time` is in milliseconds since 1970, `size` in bytes. */
export interface FileEntry {
  readonly path: string;
  readonly type: FileKind;
  readonly format: FileFormat;
  readonly mimetype: string;
  readonly time: number;
  readonly size: number;
}

/** Where the files lie in the zip. */
export const FILES_FOLDER = 'jupyterlite/';
/** How much of the notebook view a backup holds: files, bytes of one, bytes of all. The zip has to stay below what any edition of the site reads. */
export interface FileLimits {
  readonly count: number;
  readonly each: number;
  readonly all: number;
}

export const FILE_LIMITS: FileLimits = { count: 2000, each: 20_000_000, all: 40_000_000 };

/** Why a file with this path can be neither in a backup nor in the drive; `null` if it can. */
export function pathProblem(path: string): string | null {
  if (path === '') return 'its path is empty';
  if (path.length > 500) return 'its path is too long';
  if (/[\u0000-\u001f\u007f]/.test(path)) return 'its path holds a control character';
  if (/\p{Surrogate}/u.test(path)) return 'its path holds half a letter';
  if (path.includes('\\')) return 'its path holds a backslash';
  if (path.startsWith('/') || /^[^/]*:/.test(path)) return 'its path does not begin in the notebook view\'s own folder';
  const parts = path.split('/');
  if (parts.includes('..')) return 'its path leads out of its folder';
  if (parts.some((part) => part === '' || part === '.')) return 'its path has an empty part';
  return parts.includes('__proto__') ? 'its path holds a name that is reserved' : null;
}

function isKind(value: unknown): value is FileKind {
  return value === 'notebook' || value === 'file' || value === 'directory';
}

function isFormat(value: unknown): value is FileFormat {
  return value === 'json' || value === 'text' || value === 'base64';
}

function parseEntry(value: unknown, index: number): Parsed<FileEntry> {
  const place = `file ${index + 1}`;
  if (!isBag(value)) return bad(`${place} is not an object`);
  const path = own(value, 'path');
  const type = own(value, 'type');
  const format = own(value, 'format');
  const size = amount(own(value, 'size'));
  if (typeof path !== 'string') return bad(`${place} has no path`);
  const problem = pathProblem(path);
  if (problem !== null) return bad(`${place} is refused, because ${problem}`);
  if (!isKind(type)) return bad(`${place} is neither a file nor a folder`);
  if (!isFormat(format)) return bad(`${place} has an unknown format`);
  if (size === null) return bad(`${place} does not say how large it is`);
  if (size > FILE_LIMITS.each) return bad(`${place} claims to be too large`);
  return good({ path, type, format, mimetype: text(own(value, 'mimetype'), 200) ?? '', time: instant(own(value, 'time')) ?? 0, size });
}

/** The list of files in a backup; older backups have none. */
export function parseFiles(value: unknown): Parsed<readonly FileEntry[]> {
  if (value === undefined) return good([]);
  if (Array.isArray(value) && value.length > FILE_LIMITS.count) return bad(`it claims more than ${FILE_LIMITS.count} files`);
  const entries = list(value, parseEntry);
  if (!entries.ok) return entries;
  if (new Set(entries.value.map(({ path }) => path)).size !== entries.value.length) return bad('it holds the same file twice');
  if (entries.value.reduce((sum, { size }) => sum + size, 0) > FILE_LIMITS.all) return bad('its files claim to be too large together');
  return entries;
}
