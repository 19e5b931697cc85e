/** The exact form of a backup: `satchel-work.json`. A backup is foreign ground; it is parsed, and nothing in it is run or shown. */
import { parseFiles, type FileEntry } from './files.ts';
import { isIdentity, keyText } from './keys.ts';
import { parseRecord, type EditRecord } from './records.ts';
import { amount, bad, good, isBag, list, own, text } from '../shape.ts';
import type { Parsed } from '../types.ts';

/** A record and where it belongs. */
export interface StoredEdit {
  readonly notebook: string;
  readonly cell: string;
  readonly record: EditRecord;
}

/** All of a student's work in one course. `made` is in milliseconds since 1970. */
export interface Work {
  readonly course: { readonly id: string; readonly title: string };
  readonly made: number;
  readonly edits: readonly StoredEdit[];
  /** The files of the notebook view that lie beside it in the zip, if there are any. Older pages do not look at it. */
  readonly files?: readonly FileEntry[];
}

/** Name of the exact form inside the backup. */
export const WORK_FILE = 'satchel-work.json';
const KIND = 'satchel-work';
const MOST_EDITS = 20_000;

export function writeWork(work: Work): string {
  return `${JSON.stringify({ schema: 1, kind: KIND, ...work }, null, 1)}\n`;
}

function parseEdit(value: unknown, index: number): Parsed<StoredEdit> {
  const place = `entry ${index + 1} of the backup`;
  if (!isBag(value)) return bad(`${place} is not an object`);
  const notebook = own(value, 'notebook');
  const cell = own(value, 'cell');
  if (!isIdentity(notebook) || !isIdentity(cell)) return bad(`${place} does not say which cell it belongs to`);
  const record = parseRecord(own(value, 'record'));
  return record.ok ? good({ notebook, cell, record: record.value }) : bad(`${place} cannot be used: ${record.problem}`);
}

/** The work in `json` if it belongs to the course `courseId`, else a sentence for the student. */
export function parseWork(json: string, courseId: string): Parsed<Work> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return bad(`${WORK_FILE} is damaged: it is not JSON. Nothing was changed.`);
  }
  if (!isBag(value) || own(value, 'kind') !== KIND) return bad('This is not a backup of course work.');
  if (own(value, 'schema') !== 1) {
    return bad('This backup was made by a newer version of the course site. Open the newest version and restore it there.');
  }
  const course = own(value, 'course');
  const id = isBag(course) ? own(course, 'id') : undefined;
  const title = isBag(course) ? text(own(course, 'title'), 1000) : null;
  if (!isIdentity(id)) return bad('The backup does not say which course it belongs to.');
  if (id !== courseId) return bad(`This backup belongs to another course (“${title || id}”). Nothing was changed.`);
  const raw = own(value, 'edits');
  if (Array.isArray(raw) && raw.length > MOST_EDITS) return bad(`The backup claims more than ${MOST_EDITS} cells. Nothing was changed.`);
  const edits = list(raw, parseEdit);
  if (!edits.ok) return bad(`The backup is damaged: ${edits.problem}. Nothing was changed.`);
  const keys = new Set(edits.value.map((edit) => keyText([edit.notebook, edit.cell])));
  if (keys.size !== edits.value.length) return bad('The backup is damaged: it holds the same cell twice. Nothing was changed.');
  const files = parseFiles(own(value, 'files'));
  if (!files.ok) return bad(`The backup is damaged: ${files.problem}. Nothing was changed.`);
  const work = { course: { id, title: title ?? id }, made: amount(own(value, 'made')) ?? 0, edits: edits.value };
  return good(files.value.length === 0 ? work : { ...work, files: files.value });
}
