/** Puts a student's texts into the author's notebook. */
import { bad, good, isBag, own, type Bag } from '../shape.ts';
import type { Parsed } from '../types.ts';

/** A notebook with the student's texts: the file's content, and the cells that it does not have. */
export interface FilledNotebook {
  readonly json: string;
  readonly missing: readonly string[];
}

/** Text as the notebook format stores it: lines that keep their line ends. */
export function sourceLines(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** The notebook in `json` with the cells named in `texts` replaced. Outputs of replaced cells go, as they belong to the old text. */
export function fillNotebook(json: string, texts: ReadonlyMap<string, string>): Parsed<FilledNotebook> {
  let notebook: unknown;
  try {
    notebook = JSON.parse(json);
  } catch (error) {
    return bad(`the notebook is not JSON (${error instanceof Error ? error.message : String(error)})`);
  }
  const cells = isBag(notebook) ? own(notebook, 'cells') : undefined;
  if (!isBag(notebook) || !Array.isArray(cells)) return bad('the notebook has no list of cells');
  const missing = new Set(texts.keys());
  const filled = cells.map((cell: unknown): unknown => {
    const id = isBag(cell) ? own(cell, 'id') : undefined;
    const text = typeof id === 'string' ? texts.get(id) : undefined;
    if (!isBag(cell) || typeof id !== 'string' || text === undefined) return cell;
    missing.delete(id);
    const code: Bag = own(cell, 'cell_type') === 'code' ? { outputs: [], execution_count: null } : {};
    return { ...cell, ...code, source: sourceLines(text) };
  });
  return good({ json: `${JSON.stringify({ ...notebook, cells: filled }, null, 1)}\n`, missing: [...missing] });
}
