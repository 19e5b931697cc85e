/** Decides what files from elsewhere make of the files that are here. Nothing that is here is dropped, and a second time changes nothing. */
import type { Mode } from '../work/bring.ts';
import { folderItem, foldersOf, nameOf, type DriveItem } from './item.ts';
import { sameWork } from './notebook.ts';
import type { Contents } from './drive.ts';

/** How files are brought in: as for texts, and what stands in the name of a second one. */
export interface Way {
  readonly mode: Mode;
  readonly label: 'from backup' | 'earlier';
}

/** What becomes of one file. `target` is where it then lies. */
export interface FileChange {
  readonly path: string;
  readonly target: string;
  readonly kind: 'new' | 'same' | 'beside' | 'replaces';
}

export interface FilePlan {
  readonly changes: readonly FileChange[];
  readonly writes: readonly DriveItem[];
}

/** What stands in the name of a file that had to make room. */
const BEFORE = 'before restore';

function labelled(path: string, label: string, count: number): string {
  const name = nameOf(path);
  const dot = name.lastIndexOf('.');
  const [stem, ending] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
  return `${path.slice(0, path.length - name.length)}${stem} (${label}${count === 1 ? '' : ` ${count}`})${ending}`;
}

/** The drive while the plan is made: what is there, and what will be. */
class Shelf {
  readonly #items: Map<string, DriveItem | null>;
  readonly writes: DriveItem[] = [];
  readonly #now: number;

  constructor(here: Contents, now: number) {
    this.#items = new Map(here);
    this.#now = now;
  }

  get(path: string): DriveItem | null | undefined {
    return this.#items.get(path);
  }

  put(item: DriveItem): void {
    for (const folder of foldersOf(item.path)) if (!this.#items.has(folder)) this.#add(folderItem(folder, this.#now));
    this.#add(item);
  }

  #add(item: DriveItem): void {
    this.#items.set(item.path, item);
    this.writes.push(item);
  }

  /** Where a second file goes that is called like one that is there: the first free name, or the one where it lies already. */
  beside(item: DriveItem, label: string): { readonly path: string; readonly there: boolean } {
    for (let count = 1; ; count += 1) {
      const path = labelled(item.path, label, count);
      const other = this.get(path);
      if (other === undefined) return { path, there: false };
      if (other !== null && sameWork(other, item)) return { path, there: true };
    }
  }

  /** `path`, or one like it where no file stands in the place of a folder. */
  reachable(path: string, label: string): string {
    for (const folder of foldersOf(path)) {
      const item = this.get(folder);
      if (item === undefined || item?.kind === 'directory') continue;
      for (let count = 1; ; count += 1) {
        const other = labelled(folder, label, count);
        const taken = this.get(other);
        if (taken === undefined || taken?.kind === 'directory') return this.reachable(`${other}${path.slice(folder.length)}`, label);
      }
    }
    return path;
  }
}

function bringFolder(shelf: Shelf, item: DriveItem): void {
  if (shelf.get(item.path) === undefined) shelf.put(item);
}

function bringFile(shelf: Shelf, item: DriveItem, { mode, label }: Way, now: number): FileChange {
  const path = shelf.reachable(item.path, label);
  const placed = { ...item, path };
  const current = shelf.get(path);
  const change = (target: string, kind: FileChange['kind']): FileChange => ({ path: item.path, target, kind });
  if (current === undefined) {
    shelf.put(placed);
    return change(path, 'new');
  }
  if (current !== null && sameWork(current, placed)) return change(path, 'same');
  // What cannot be read, and a folder, are never replaced.
  if (mode === 'merge' || current === null || current.kind === 'directory') {
    const place = shelf.beside(placed, label);
    if (place.there) return change(place.path, 'same');
    shelf.put({ ...placed, path: place.path });
    return change(place.path, 'beside');
  }
  const kept = shelf.beside(current, BEFORE);
  if (!kept.there) shelf.put({ ...current, path: kept.path });
  // A notebook that is open in another tab is asked about before it is saved over this: by the time, JupyterLite knows.
  shelf.put({ ...placed, created: current.created, modified: now });
  return change(path, 'replaces');
}

/** What bringing `incoming` in would write. `now` is in milliseconds since 1970. */
export function planFiles(here: Contents, incoming: readonly DriveItem[], way: Way, now: number): FilePlan {
  const shelf = new Shelf(here, now);
  const folders = incoming.filter(({ kind }) => kind === 'directory');
  const files = incoming.filter(({ kind }) => kind !== 'directory');
  const changes = files.map((item) => bringFile(shelf, item, way, now));
  for (const folder of folders) bringFolder(shelf, { ...folder, path: shelf.reachable(folder.path, way.label) });
  return { changes, writes: shelf.writes };
}
