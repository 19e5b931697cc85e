/** Reads a notebook that comes back from a server, or from anywhere else, as a stranger's file. */
import { parseAuthor, type AuthorNotebook } from '../notebook/author.ts';
import { bookOf, bringBack, isNotebook, parseBack } from '../notebook/back.ts';
import { bad, good } from '../shape.ts';
import type { PageConfig, Parsed } from '../types.ts';
import type { StoredEdit } from '../work/archive.ts';
import type { CourseMap, CourseNotebook } from '../work/course.ts';
import { plainName } from '../work/file-names.ts';
import { tangled } from './backup-files.ts';
import type { Incoming } from './restore.ts';

/** What is needed of the site and of the store. */
export interface NotebookPorts {
  readonly course: PageConfig['course'];
  map(): Promise<CourseMap | null>;
  fetchText(url: string): Promise<string>;
  /** Everything stored of the student's work. */
  here(): Promise<readonly StoredEdit[]>;
  now(): number;
}

/** Largest notebook that is read, in bytes: pictures of a long training take room. */
const MOST = 50_000_000;

/** A notebook as JSON, out of `file`; `null` if it is meant to be something else. */
async function jsonOf(file: Blob): Promise<Parsed<unknown> | null> {
  // A zip is none, whatever its name.
  if (file.size === 0 || (await file.slice(0, 2).text()) === 'PK') return null;
  const named = file instanceof File && /\.ipynb$/i.test(file.name);
  if (file.size > MOST) return named ? bad('This notebook is too large. Clear its outputs in Jupyter, save it, and try again. Nothing was changed.') : null;
  const bytes = new Uint8Array(await file.arrayBuffer());
  try {
    if (tangled('a.ipynb', 'json', bytes)) return named ? bad('This notebook is damaged: it is nested too deep. Nothing was changed.') : null;
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (isNotebook(value)) return good(value);
    return named ? bad('This file is called a notebook and is none. Nothing was changed.') : null;
  } catch (error) {
    if (!named || !(error instanceof SyntaxError || error instanceof TypeError || error instanceof RangeError)) return null;
    return bad('This notebook is damaged: it is not JSON. Nothing was changed.');
  }
}

/** What there is to bring of the notebook in `file`, or a sentence that says what is wrong with it; `null` if it is no notebook at all. */
export async function readNotebook(file: Blob, ports: NotebookPorts): Promise<Parsed<Incoming> | null> {
  const json = await jsonOf(file);
  if (json === null || !json.ok) return json;
  if (!isNotebook(json.value)) return null;
  const { name, lastModified } = file instanceof File ? file : { name: '', lastModified: ports.now() };
  const parsed = parseBack(json.value, name, Math.min(lastModified, ports.now()));
  if (!parsed.ok) return parsed;
  const map = await ports.map();
  if (map === null) return bad('The course\'s list of notebooks could not be loaded, so nobody can tell which one this is. Nothing was changed; try again.');
  const book = bookOf(parsed.value, map, plainName);
  if (!book.ok) return book;
  const [author, here] = await Promise.all([authorOf(book.value, ports), ports.here()]);
  const { edits, left, missing } = bringBack(parsed.value, book.value, author, here);
  const { id, title } = ports.course;
  return good({
    work: { course: { id, title }, made: 0, edits }, items: [], from: 'file', problems: [], notebook: { title: book.value.title, left, missing },
  });
}

async function authorOf({ download }: CourseNotebook, { fetchText }: NotebookPorts): Promise<AuthorNotebook | null> {
  if (download === null) return null;
  try {
    const author = parseAuthor(JSON.parse(await fetchText(download)));
    return author.ok ? author.value : null;
  } catch (error) {
    console.warn(`satchel: the author's notebook ${download} could not be had; texts that differ are asked about`, error);
    return null;
  }
}
