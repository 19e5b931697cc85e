/** The list of the published files, `offline.json`, and which of them an address means. */
import { amount, bad, good, isBag, list, own, text } from '../shape.ts';
import type { Parsed } from '../types.ts';

/** One published file: `path` below the site root, `size` in bytes, `hash` its SHA-256 in hex. */
export interface SiteFile {
  readonly path: string;
  readonly size: number;
  readonly hash: string;
}

/** Everything that one edition of the site consists of. `edition` names it: the SHA-256 over its files. */
export interface SiteList {
  readonly edition: string;
  readonly files: ReadonlyMap<string, SiteFile>;
}

/** What an address means in an edition: a file, or another address that a server would send the browser to. */
export type Meaning = { readonly file: SiteFile } | { readonly folder: string };

const HASH = /^[0-9a-f]{64}$/;

export function isHash(value: unknown): value is string {
  return typeof value === 'string' && HASH.test(value);
}

/** The list that `source` holds, or what is wrong with it. */
export function parseList(source: string): Parsed<SiteList> {
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch {
    return bad('the list of files is no JSON');
  }
  if (!isBag(value) || own(value, 'schema') !== 1) return bad('the list of files is of a kind that this page does not know');
  const edition = own(value, 'edition');
  if (!isHash(edition)) return bad('the list of files does not say which edition it is of');
  const files = list(own(value, 'files'), parseFile);
  if (!files.ok) return files;
  if (files.value.length === 0) return bad('the list of files is empty');
  return good({ edition, files: new Map(files.value.map((file) => [file.path, file])) });
}

function parseFile(value: unknown, index: number): Parsed<SiteFile> {
  const [path, size, hash] = Array.isArray(value) ? value as readonly unknown[] : [];
  const name = text(path, 1000);
  const bytes = amount(size);
  return name && bytes !== null && isHash(hash) ? good({ path: name, size: bytes, hash }) : bad(`entry ${index} of the list of files is damaged`);
}

/** Bytes that the edition takes, or `files` of it; the same content under two names is kept once. */
export function sizeOf(files: Iterable<SiteFile>): number {
  return [...new Map([...files].map(({ hash, size }) => [hash, size])).values()].reduce((sum, size) => sum + size, 0);
}

/** The path below `root` that `address` has, without query and anchor; `null` if it lies elsewhere. Both are absolute. */
export function sitePath(root: string, address: string): string | null {
  const base = new URL(root);
  const url = new URL(address);
  if (url.origin !== base.origin || !url.pathname.startsWith(base.pathname)) return null;
  try {
    return decodeURIComponent(url.pathname.slice(base.pathname.length));
  } catch {
    return null;
  }
}

/** What `path` means, by the customs of static hosts; `null` if the edition has nothing there. */
export function meaning({ files }: SiteList, path: string): Meaning | null {
  const folder = path === '' || path.endsWith('/');
  const file = files.get(folder ? `${path}index.html` : path) ?? (folder ? undefined : files.get(`${path}.html`));
  if (file !== undefined) return { file };
  return !folder && files.has(`${path}/index.html`) ? { folder: `${path}/` } : null;
}

/** The absolute URL of a file of the site at `root`. */
export function urlOf(root: string, { path }: SiteFile): string {
  return new URL(path.split('/').map(encodeURIComponent).join('/'), root).href;
}

/** The files of `wanted` that are not among the contents in `have`, each content once, in the order of the list. */
export function missing(wanted: SiteList, have: ReadonlySet<string>): readonly SiteFile[] {
  const seen = new Set(have);
  return [...wanted.files.values()].filter(({ hash }) => !seen.has(hash) && seen.add(hash));
}
