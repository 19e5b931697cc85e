/** A backup: a zip with the exact form of the work and real notebooks that open in any Jupyter. */
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { isSitePath } from '../work/keys.ts';
import { fillNotebook } from '../work/notebook.ts';
import { sameText } from '../work/records.ts';
import { bad } from '../shape.ts';
import type { Parsed } from '../types.ts';
import { parseWork, WORK_FILE, writeWork, type Work } from '../work/archive.ts';

/** Largest backup that is read, and largest exact form inside it, in bytes. */
const MOST_ZIPPED = 50_000_000;
const MOST_PLAIN = 100_000_000;

/** A backup, and what could not be put into it. */
export interface Backup {
  readonly blob: Blob;
  readonly problems: readonly string[];
}

/** The notebook's path in the zip: its path in the course where the site keeps notebooks, else its file name. */
function pathInZip(url: string): string {
  const path = url.replace(/^.*?lite\/files\//, '');
  return path === url ? `notebooks/${url.split('/').at(-1) ?? url}` : path;
}

/**
 * Packs `work`. `fetchText` gives the text of a file of the site by its URL relative to the site root; where it fails,
 * the notebook is left out and named in `problems`, and the exact form still holds everything.
 */
export async function pack(work: Work, fetchText: (url: string) => Promise<string>): Promise<Backup> {
  const files: Record<string, Uint8Array> = { [WORK_FILE]: strToU8(writeWork(work)) };
  const problems: string[] = [];
  const books = new Map<string, Map<string, string>>();
  for (const { cell, record } of work.edits) {
    const url = record.place.download;
    if (url === null || sameText(record.text, record.baseText)) continue;
    const texts = books.get(url) ?? new Map<string, string>();
    books.set(url, texts.set(cell, record.text));
  }
  for (const [url, texts] of books) {
    try {
      const filled = fillNotebook(await fetchText(url), texts);
      if (!filled.ok) problems.push(`${url}: ${filled.problem}`);
      else {
        files[pathInZip(url)] = strToU8(filled.value.json);
        if (filled.value.missing.length > 0) {
          problems.push(`${url}: ${filled.value.missing.length} of your cells are no longer in the notebook; they are in ${WORK_FILE}`);
        }
      }
    } catch (error) {
      problems.push(`${url}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  // fflate knows no shared memory; the copy gives the Blob a plain buffer.
  return { blob: new Blob([new Uint8Array(zipSync(files, { mtime: work.made }))], { type: 'application/zip' }), problems };
}

/** The work in a backup, be it the zip or its exact form alone. Nothing else in the zip is read. */
export async function unpack(blob: Blob, courseId: string): Promise<Parsed<Work>> {
  if (blob.size > MOST_ZIPPED) return bad('This file is too large to be a backup of course work.');
  const raw = new Uint8Array(await blob.arrayBuffer());
  if (raw[0] !== 0x50 || raw[1] !== 0x4b) return parseText(raw, courseId);
  let tooLarge = false;
  try {
    const files = unzipSync(raw, {
      filter: ({ name, originalSize }) => {
        if (name !== WORK_FILE || !isSitePath(name)) return false;
        tooLarge = originalSize > MOST_PLAIN;
        return !tooLarge;
      },
    });
    const work = files[WORK_FILE];
    if (tooLarge) return bad(`${WORK_FILE} in this zip is too large to be course work.`);
    return work ? parseText(work, courseId) : bad(`This zip has no ${WORK_FILE}, so it is not a backup of course work.`);
  } catch (error) {
    return bad(`This zip is damaged (${error instanceof Error ? error.message : String(error)}). Nothing was changed.`);
  }
}

function parseText(raw: Uint8Array, courseId: string): Parsed<Work> {
  if (raw.length > MOST_PLAIN) return bad('This file is too large to be a backup of course work.');
  return parseWork(strFromU8(raw), courseId);
}
