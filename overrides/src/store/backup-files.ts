/** The notebook view's files in a backup: into the zip as real files, and out of it as a stranger's. */
import type { CourseDrive } from '../drive/course-drive.ts';
import { bytesOf, fileItem, folderItem, isNotebookPath, valueOf, type DriveItem } from '../drive/item.ts';
import { withoutOutputs } from '../drive/notebook.ts';
import { bad, good } from '../shape.ts';
import type { Parsed } from '../types.ts';
import { FILE_LIMITS, FILES_FOLDER, pathProblem, type FileEntry, type FileFormat, type FileLimits } from '../work/files.ts';
import { TooLarge, unzip } from './unzip.ts';

/** Files ready for the zip, what the exact form says of them, and what had to be left out. */
export interface PackedFiles {
  readonly zip: ReadonlyMap<string, Uint8Array>;
  readonly entries: readonly FileEntry[];
  readonly problems: readonly string[];
}

/** Files out of a zip, and what of those that it lists is not in it. */
export interface FoundFiles {
  readonly items: readonly DriveItem[];
  readonly problems: readonly string[];
}

/** JSON that is nested deeper than this is no notebook; whatever walks through it would run out of stack. */
const DEEPEST = 200;

function tooDeep(value: unknown, left: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return left === 0 || Object.values(value).some((inner) => tooDeep(inner, left - 1));
}

/** Whether something that is taken for JSON is nested too deep; a notebook is, in whatever form it comes. */
export function tangled(path: string, format: FileFormat, bytes: Uint8Array): boolean {
  const json = format === 'json' || isNotebookPath(path) ? valueOf('json', bytes) : null;
  return json?.ok === true && tooDeep(json.value, DEEPEST);
}

/** Notebooks come first, then small files: what does not fit is what can most easily be had again. */
function byWorth(one: DriveItem, other: DriveItem): number {
  return Number(other.kind === 'notebook') - Number(one.kind === 'notebook') || one.size - other.size;
}

function listed({ path, kind, format, mimetype, modified }: DriveItem, size: number): FileEntry {
  return { path, type: kind, format, mimetype, time: modified, size };
}

/** As many of `items` as the limits allow. */
export function packFiles(items: readonly DriveItem[], limits: FileLimits = FILE_LIMITS): PackedFiles {
  const zip = new Map<string, Uint8Array>();
  const entries: FileEntry[] = [];
  const problems: string[] = [];
  let total = 0;
  for (const item of [...items].sort(byWorth)) {
    const problem = pathProblem(item.path);
    const bytes = item.kind === 'directory' ? new Uint8Array(0) : bytesOf(item);
    const leave = (why: string): void => { problems.push(`“${item.path}” of the notebook view, because ${why}`); };
    if (problem !== null) leave(problem);
    else if (bytes === null) leave('it is damaged');
    else if (tangled(item.path, item.format, bytes)) leave('it is nested too deep');
    else if (entries.length >= limits.count) leave(`a backup holds at most ${limits.count} files`);
    else if (bytes.length > limits.each || total + bytes.length > limits.all) leave('it is too large; download it there');
    else {
      total += bytes.length;
      entries.push(listed(item, bytes.length));
      if (item.kind !== 'directory') zip.set(`${FILES_FOLDER}${item.path}`, bytes);
    }
  }
  return { zip, entries: entries.sort((one, other) => (one.path < other.path ? -1 : 1)), problems };
}

function unpackFile({ path, format, mimetype, time }: FileEntry, bytes: Uint8Array): Parsed<DriveItem> {
  if (tangled(path, format, bytes)) return bad('it is nested too deep');
  const value = valueOf(format, bytes);
  return value.ok ? good(withoutOutputs(fileItem(path, format, value.value, { created: time, modified: time }, mimetype))) : value;
}

/** The files that `entries` list, out of a backup. Outputs that notebooks bring along are left behind. */
export async function unpackFiles(blob: Blob, entries: readonly FileEntry[]): Promise<Parsed<FoundFiles>> {
  if (entries.length === 0) return good({ items: [], problems: [] });
  const raw = new Uint8Array(await blob.arrayBuffer());
  const sizes = new Map(entries.filter(({ type }) => type !== 'directory').map(({ path, size }) => [`${FILES_FOLDER}${path}`, size]));
  let found: ReturnType<typeof unzip>;
  try {
    found = unzip(raw, (name) => sizes.get(name) ?? null);
  } catch (error) {
    return bad(`This zip is damaged (${error instanceof Error ? error.message : String(error)}). Nothing was changed.`);
  }
  if (found instanceof TooLarge) return bad(`“${found.name}” in this zip is larger than the backup says, so it is damaged. Nothing was changed.`);
  const items: DriveItem[] = [];
  const problems: string[] = [];
  for (const entry of entries) {
    const bytes = found.get(`${FILES_FOLDER}${entry.path}`);
    if (entry.type === 'directory') items.push(folderItem(entry.path, entry.time));
    else if (bytes === undefined) problems.push(`“${entry.path}” is not in this file`);
    else {
      const item = bytes.length === entry.size ? unpackFile(entry, bytes) : bad<DriveItem>('it is cut off');
      if (!item.ok) return bad(`The backup is damaged: “${entry.path}” cannot be used, ${item.problem}. Nothing was changed.`);
      items.push(item.value);
    }
  }
  return good({ items, problems });
}

/** The files of `drive` for a backup. What cannot be read is named; the texts are worth a backup without it. */
export async function filesFor(drive: CourseDrive): Promise<{ readonly items: readonly DriveItem[]; readonly problems: readonly string[] }> {
  try {
    const contents = [...await drive.contents()];
    return {
      items: contents.flatMap(([, item]) => item === null ? [] : [item]),
      problems: contents.flatMap(([path, item]) => item === null ? [`“${path}” of the notebook view, which cannot be read`] : []),
    };
  } catch (error) {
    return { items: [], problems: [`the files of the notebook view (${error instanceof Error ? error.message : String(error)})`] };
  }
}
