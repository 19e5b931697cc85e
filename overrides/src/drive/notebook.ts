/** What a notebook file holds of a student's work: its cells. Outputs and what tools note about themselves are no part of it. */
import { isBag, own, type Bag } from '../shape.ts';
import { sourceOf } from '../notebook/source.ts';
import { bytesOf, fileItem, isNotebookPath, valueOf, type DriveItem } from './item.ts';

/** A notebook as JSON with its list of cells. */
export interface NotebookFile {
  readonly body: Bag;
  readonly cells: readonly unknown[];
}

/** Properties of a cell's metadata that tools write by themselves. */
const TOOLS: ReadonlySet<string> = new Set(['trusted', 'execution', 'ExecuteTime', 'collapsed', 'scrolled']);

/** The notebook in `item`, however it is stored; `null` if it holds none. */
export function notebookIn(item: DriveItem): NotebookFile | null {
  if (!isNotebookPath(item.path) || item.kind === 'directory') return null;
  let body = item.value;
  if (item.format !== 'json') {
    const bytes = bytesOf(item);
    const parsed = bytes && valueOf('json', bytes);
    body = parsed?.ok ? parsed.value : null;
  }
  const cells = isBag(body) ? own(body, 'cells') : undefined;
  return isBag(body) && Array.isArray(cells) ? { body, cells } : null;
}

function without(bag: unknown, names: ReadonlySet<string>): Bag {
  return isBag(bag) ? Object.fromEntries(Object.entries(bag).filter(([name]) => !names.has(name))) : {};
}

const TRUST: ReadonlySet<string> = new Set(['trusted']);
const STATE: ReadonlySet<string> = new Set(['widgets']);
const RESULTS: ReadonlySet<string> = new Set(['outputs', 'execution_count']);

/** The item as it may be taken from elsewhere: a notebook without outputs, without trust, without the state of widgets. */
export function withoutOutputs(item: DriveItem): DriveItem {
  const notebook = notebookIn(item);
  if (notebook === null) return item;
  const cells = notebook.cells.map((cell) => {
    if (!isBag(cell)) return cell;
    const none = own(cell, 'cell_type') === 'code' ? { outputs: [], execution_count: null } : {};
    return { ...without(cell, RESULTS), ...none, metadata: without(own(cell, 'metadata'), TRUST) };
  });
  const value = { ...notebook.body, metadata: without(own(notebook.body, 'metadata'), STATE), cells };
  return fileItem(item.path, 'json', value, item, item.mimetype);
}

/** JSON whose properties stand in one order. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (!isBag(value)) return value;
  return Object.fromEntries(Object.keys(value).sort().map((name) => [name, ordered(own(value, name))]));
}

function essence(cell: unknown): unknown {
  if (!isBag(cell)) return cell;
  return [own(cell, 'cell_type'), sourceOf(cell), ordered(own(cell, 'attachments') ?? {}), ordered(without(own(cell, 'metadata'), TOOLS))];
}

/** Whether two items hold the same work: notebooks the same cells, files the same bytes. */
export function sameWork(one: DriveItem, other: DriveItem): boolean {
  if (one.kind === 'directory' || other.kind === 'directory') return one.kind === other.kind;
  const [book, second] = [notebookIn(one), notebookIn(other)];
  if (book && second) return JSON.stringify(book.cells.map(essence)) === JSON.stringify(second.cells.map(essence));
  const [bytes, others] = [bytesOf(one), bytesOf(other)];
  if (bytes === null || others === null) return one.format === other.format && one.value === other.value;
  return bytes.length === others.length && bytes.every((byte, index) => byte === others[index]);
}
