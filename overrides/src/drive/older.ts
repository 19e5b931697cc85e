/** Finds work of this course in drives of JupyterLite under other names: from before the course had its own, or from another address. */
import { parseAuthor, type AuthorNotebook } from '../notebook/author.ts';
import type { StoredEdit } from '../work/archive.ts';
import type { CourseMap, CourseNotebook } from '../work/course.ts';
import { carry } from './carry.ts';
import { databaseNames } from './database.ts';
import { Drive, type Contents } from './drive.ts';
import type { DriveItem } from './item.ts';
import { guesses, mayBeOlder } from './names.ts';
import { notebookIn, withoutOutputs, type NotebookFile } from './notebook.ts';
import { cellsOf, drivePath, recognise, type Recognised } from './recognise.ts';

/** A drive with work that may be brought in. `newest` is in milliseconds since 1970. */
export interface OlderWork {
  readonly name: string;
  /** Notebooks with work in them, and other files. */
  readonly notebooks: number;
  readonly files: number;
  readonly newest: number;
  readonly edits: readonly StoredEdit[];
  readonly items: readonly DriveItem[];
}

/** What the search needs of the site. */
export interface OlderPorts {
  readonly map: CourseMap;
  /** The absolute URL of JupyterLite here. */
  readonly lite: string;
  fetchText(url: string): Promise<string>;
}

/** All that there is, newest first. Nothing is written. A drive that cannot be read is passed over. */
export async function findOlder(ports: OlderPorts): Promise<readonly OlderWork[]> {
  const names = await databaseNames() ?? guesses(ports.lite);
  const found: OlderWork[] = [];
  for (const name of names.filter((each) => mayBeOlder(each, ports.map.id))) {
    try {
      const contents = await new Drive(name).contents();
      const work = contents && await sift(name, contents, ports);
      if (work) found.push(work);
    } catch (error) {
      console.warn(`satchel: the database “${name}” could not be looked through`, error);
    }
  }
  return found.sort((one, other) => other.newest - one.newest);
}

/** A notebook or file of a drive, with what it was taken for. */
interface Sorted {
  readonly item: DriveItem;
  readonly file: NotebookFile | null;
  readonly found: Recognised;
}

function sorted(item: DriveItem, map: CourseMap): Sorted {
  const file = notebookIn(item);
  return { item, file, found: file === null ? { kind: 'own' } : recognise(item.path, file, map) };
}

/** Of several copies of one notebook that whose texts go to the book: the one in the notebook's place, else the newest. */
function chosen(all: readonly Sorted[]): ReadonlySet<DriveItem> {
  const best = new Map<string, DriveItem>();
  for (const { item, found } of all) {
    if (found.kind !== 'ours' || found.book === null) continue;
    const place = drivePath(found.book);
    const other = best.get(found.book.id);
    if (other === undefined || item.path === place || (other.path !== place && item.modified > other.modified)) best.set(found.book.id, item);
  }
  return new Set(best.values());
}

/** What of a drive is this course's; `null` if there is nothing to bring. */
async function sift(name: string, contents: Contents, { map, fetchText }: OlderPorts): Promise<OlderWork | null> {
  const items = [...contents.values()].filter((item) => item !== null).filter(({ kind }) => kind !== 'directory');
  const all = items.map((item) => sorted(item, map));
  if (!all.some(({ found }) => found.kind === 'ours')) return null;
  // Where another course has been as well, nobody can tell whose the other files are.
  const mixed = all.some(({ found }) => found.kind === 'foreign');
  const leading = chosen(all);
  const edits: StoredEdit[] = [];
  const copies: DriveItem[] = [];
  const worth: DriveItem[] = [];
  for (const { item, file, found } of all) {
    if (found.kind === 'foreign' || (found.kind === 'own' && mixed)) continue;
    const carried = file !== null && found.kind === 'ours' && found.book !== null
      ? carry(cellsOf(file), found.book, found.known, await authorOf(found.book, fetchText), item.modified) : { edits: [], whole: true };
    const leads = leading.has(item);
    if (leads) edits.push(...carried.edits);
    const whole = carried.whole || (!leads && carried.edits.length > 0);
    if (whole) copies.push(withoutOutputs(item));
    if (whole || carried.edits.length > 0) worth.push(item);
  }
  if (worth.length === 0) return null;
  const notebooks = worth.filter((item) => notebookIn(item) !== null).length;
  return {
    name, notebooks, files: worth.length - notebooks, edits, items: copies,
    newest: worth.reduce((newest, { modified }) => Math.max(newest, modified), 0),
  };
}

async function authorOf(book: CourseNotebook, fetchText: OlderPorts['fetchText']): Promise<AuthorNotebook | null> {
  if (book.download === null) return null;
  try {
    const author = parseAuthor(JSON.parse(await fetchText(book.download)));
    return author.ok ? author.value : null;
  } catch (error) {
    console.warn(`satchel: the author's notebook ${book.download} could not be had; texts that differ are asked about`, error);
    return null;
  }
}
