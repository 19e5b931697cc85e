/** A backup: a zip with the exact form of the work and real notebooks that open in any Jupyter. */
import { strToU8, zipSync } from 'fflate';
import type { DriveItem } from '../drive/item.ts';
import { digest } from '../notebook/digest.ts';
import { inStep } from '../notebook/known.ts';
import { parseWork, WORK_FILE, writeWork, type StoredEdit, type Work } from '../work/archive.ts';
import { placeOf, type CourseMap } from '../work/course.ts';
import { isNotes } from '../work/notes.ts';
import { fillNotebook, ownNotebook, type NotebookTexts } from '../work/notebook.ts';
import { isEdited } from '../work/records.ts';
import { bad } from '../shape.ts';
import type { Parsed } from '../types.ts';
import { packFiles } from './backup-files.ts';
import { TooLarge, unzip } from './unzip.ts';

/** Largest backup that is read, and largest exact form inside it, in bytes. */
const MOST_ZIPPED = 50_000_000;
const MOST_PLAIN = 100_000_000;

/** A backup, and what could not be put into it. */
export interface Backup {
  readonly blob: Blob;
  readonly problems: readonly string[];
}

/** What a backup needs of the site: the text of a file by its URL relative to the site root, and the map if there is one. */
export interface BackupPorts {
  fetchText(url: string): Promise<string>;
  readonly map: CourseMap | null;
  /** The student's files of the notebook view; none if it was never used. */
  readonly files?: readonly DriveItem[];
}

/** A notebook with the student's texts, ready to be written. `problem` says why the author's text is not in it. */
export interface PackedNotebook {
  readonly path: string;
  readonly json: string;
  readonly problem: string | null;
}

/** The path in the zip: the path in the course where the site keeps notebooks, else the file name. */
function pathInZip(url: string): string {
  const path = url.replace(/^.*?lite\/files\//, '');
  return path === url ? `notebooks/${url.split('/').at(-1) ?? url}` : path;
}

function textsOf(edits: readonly StoredEdit[]): NotebookTexts {
  const own = edits.filter(({ record }) => isEdited(record));
  return {
    cells: new Map(own.filter(({ cell }) => !isNotes(cell)).map(({ cell, record }) => [cell, record.text])),
    notes: own.find(({ cell }) => isNotes(cell))?.record.text ?? '',
  };
}

/** One notebook of the course with the student's texts. `edits` are those of this notebook; `title` and `download` are for where it is now. */
export async function packNotebook(
  edits: readonly StoredEdit[], title: string, download: string | null, fetchText: BackupPorts['fetchText'],
): Promise<PackedNotebook> {
  const texts = textsOf(edits);
  // Should the notebook come back from elsewhere, it can be told what was done to it there.
  const steps = new Map(edits.filter(({ record }) => isEdited(record)).map(({ cell, record }) => [cell, {
    base: record.baseHash || digest(record.baseText), seen: digest(record.text),
  }]));
  const name = `notebooks/${title.replace(/[^\p{L}\p{N} _-]+/gu, ' ').trim().slice(0, 80) || 'notebook'}.ipynb`;
  if (download === null) return { path: name, json: ownNotebook(title, texts), problem: null };
  try {
    const filled = fillNotebook(await fetchText(download), texts, (metadata) => inStep(metadata, steps));
    if (filled.ok) return { path: pathInZip(decodeURIComponent(download)), json: filled.value, problem: null };
    return { path: name, json: ownNotebook(title, texts), problem: `${download}: ${filled.problem}` };
  } catch (error) {
    return { path: name, json: ownNotebook(title, texts), problem: `${download}: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** Packs `work`. Where the author's notebook cannot be had, one with the student's texts alone takes its place, and `problems` says so. */
export async function pack(work: Work, { fetchText, map, files: items = [] }: BackupPorts): Promise<Backup> {
  const packedFiles = packFiles(items);
  const { entries } = packedFiles;
  const exact = strToU8(writeWork(entries.length === 0 ? work : { ...work, files: entries }));
  const files: Record<string, Uint8Array> = { [WORK_FILE]: exact, ...Object.fromEntries(packedFiles.zip) };
  const problems = [...packedFiles.problems];
  const books = new Map<string, StoredEdit[]>();
  for (const edit of work.edits) {
    if (isEdited(edit.record)) books.set(edit.notebook, [...books.get(edit.notebook) ?? [], edit]);
  }
  for (const [notebook, edits] of books) {
    // The map knows where a renamed notebook is; without it the place of the last save must do.
    const place = map ? placeOf(map, notebook) : null;
    const last = edits[0]?.record.place;
    const download = place ? place.download : map ? null : last?.download ?? null;
    const packed = await packNotebook(edits, place?.title || last?.title || notebook, download, fetchText);
    if (packed.problem !== null) problems.push(packed.problem);
    files[free(packed.path, files)] = strToU8(packed.json);
  }
  // fflate knows no shared memory; the copy gives the Blob a plain buffer.
  return { blob: new Blob([new Uint8Array(zipSync(files, { mtime: inZip(work.made) }))], { type: 'application/zip' }), problems };
}

/** The nearest time that a zip can hold: a computer's clock may be off by decades, and its work is as dear. */
function inZip(time: number): number {
  return Math.min(Math.max(time, Date.UTC(1980, 0, 2)), Date.UTC(2099, 11, 30));
}

/** `path`, or a like one that is not taken. */
function free(path: string, files: Readonly<Record<string, unknown>>): string {
  for (let count = 2, name = path; ; count += 1) {
    if (!Object.hasOwn(files, name)) return name;
    name = path.replace(/(\.ipynb)?$/, ` ${count}$1`);
  }
}

/** The work in a backup, be it the zip or its exact form alone. Nothing else in the zip is read. */
export async function unpack(blob: Blob, courseId: string): Promise<Parsed<Work>> {
  if (blob.size > MOST_ZIPPED) return bad('This file is too large to be a backup of course work.');
  const raw = new Uint8Array(await blob.arrayBuffer());
  if (raw[0] !== 0x50 || raw[1] !== 0x4b) return parseText(raw, courseId);
  try {
    const files = unzip(raw, (name) => name === WORK_FILE ? MOST_PLAIN : null);
    if (files instanceof TooLarge) return bad(`${WORK_FILE} in this zip is too large to be course work.`);
    const work = files.get(WORK_FILE);
    return work ? parseText(work, courseId) : bad(`This zip has no ${WORK_FILE}, so it is not a backup of course work.`);
  } catch (error) {
    return bad(`This zip is damaged (${error instanceof Error ? error.message : String(error)}). Nothing was changed.`);
  }
}

function parseText(raw: Uint8Array, courseId: string): Parsed<Work> {
  try {
    // Strict, so that a damaged letter is noticed; a byte order mark, which some editors add, is left out.
    return parseWork(new TextDecoder('utf-8', { fatal: true }).decode(raw), courseId);
  } catch (error) {
    if (error instanceof TypeError) return bad(`${WORK_FILE} is damaged: it is not UTF-8 text. Nothing was changed.`);
    throw error;
  }
}
