/** Puts a student's texts into the author's notebook, or into one of their own. */
import { bad, good, isBag, own, type Bag } from '../shape.ts';
import type { Parsed } from '../types.ts';

/** A student's texts for one notebook: by cell, and notes for the end. */
export interface NotebookTexts {
  readonly cells: ReadonlyMap<string, string>;
  readonly notes: string;
}

/** Ids of the cells that hold what the author's notebook has no place for, and how the notes begin there. */
export const EARLIER_CELL = 'satchel-earlier';
export const NOTES_CELL = 'satchel-notes';
export const NOTES_HEAD = '## My notes\n\n';

const EARLIER = '## From your earlier work\n\nThese cells are no longer in the author\'s notebook.';

/** Text as the notebook format stores it: lines that keep their line ends. */
export function sourceLines(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function code(id: string, text: string): Bag {
  return { cell_type: 'code', id, metadata: {}, execution_count: null, outputs: [], source: sourceLines(text) };
}

function markdown(id: string, text: string): Bag {
  return { cell_type: 'markdown', id, metadata: {}, source: sourceLines(text) };
}

/** What the author's notebook has no place for: cells that were taken out of it, then the student's notes. */
function rest(lost: ReadonlyMap<string, string>, notes: string): readonly Bag[] {
  const earlier = lost.size === 0 ? [] : [markdown(EARLIER_CELL, EARLIER), ...[...lost].map(([id, text]) => code(id, text))];
  return notes.trim() === '' ? earlier : [...earlier, markdown(NOTES_CELL, `${NOTES_HEAD}${notes}`)];
}

/**
 * The notebook in `json` with the student's texts. Outputs of replaced cells go, as they belong to the old text. Texts of
 * cells that it does not have, and notes, come at its end. `mark` makes the notebook's metadata say what it holds.
 */
export function fillNotebook(json: string, texts: NotebookTexts, mark: (metadata: unknown) => unknown = (same) => same): Parsed<string> {
  let notebook: unknown;
  try {
    notebook = JSON.parse(json);
  } catch (error) {
    return bad(`the notebook is not JSON (${error instanceof Error ? error.message : String(error)})`);
  }
  const cells = isBag(notebook) ? own(notebook, 'cells') : undefined;
  if (!isBag(notebook) || !Array.isArray(cells)) return bad('the notebook has no list of cells');
  const lost = new Map(texts.cells);
  const filled = cells.map((cell: unknown): unknown => {
    const id = isBag(cell) ? own(cell, 'id') : undefined;
    const text = typeof id === 'string' ? texts.cells.get(id) : undefined;
    if (!isBag(cell) || typeof id !== 'string' || text === undefined) return cell;
    lost.delete(id);
    const fresh: Bag = own(cell, 'cell_type') === 'code' ? { outputs: [], execution_count: null } : {};
    return { ...cell, ...fresh, source: sourceLines(text) };
  });
  return good(written({ ...notebook, metadata: mark(own(notebook, 'metadata')), cells: [...filled, ...rest(lost, texts.notes)] }));
}

/** A notebook that holds nothing but the student's texts, for pages whose notebook the course no longer has. */
export function ownNotebook(title: string, texts: NotebookTexts): string {
  const metadata = { kernelspec: { name: 'python3', display_name: 'Python 3', language: 'python' } };
  return written({ cells: [markdown('satchel-title', `# ${title}`), ...rest(texts.cells, texts.notes)], metadata, nbformat: 4, nbformat_minor: 5 });
}

function written(notebook: Bag): string {
  return `${JSON.stringify(notebook, null, 1)}\n`;
}
