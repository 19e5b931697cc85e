/** Work from elsewhere that was read and waits to be brought in: texts and files together, and together taken back. */
import type { FileChange } from '../drive/bring.ts';
import type { CourseDrive } from '../drive/course-drive.ts';
import type { DriveItem } from '../drive/item.ts';
import type { OlderWork } from '../drive/older.ts';
import type { Back } from '../notebook/back.ts';
import { good } from '../shape.ts';
import type { Parsed, PageConfig } from '../types.ts';
import type { Work } from '../work/archive.ts';
import type { Mode } from '../work/bring.ts';
import type { Source } from '../work/records.ts';
import { unpack } from './backup.ts';
import { unpackFiles } from './backup-files.ts';
import type { Bringing, Library } from './library.ts';

/** Texts and files from elsewhere. `problems` says which files are listed but not there. */
export interface Incoming {
  readonly work: Work;
  readonly items: readonly DriveItem[];
  readonly from: Extract<Source, 'backup' | 'notebook' | 'file'>;
  readonly problems: readonly string[];
  /** What a single notebook holds besides texts of the book's cells. */
  readonly notebook?: { readonly title: string } & Pick<Back, 'left' | 'missing'>;
}

/** What bringing them in would do or has done. */
export interface Brought extends Bringing {
  readonly files: readonly FileChange[];
}

/** The backup in `blob`, be it the zip or its exact form alone, or a sentence that says what is wrong with it. */
export async function readBackup(blob: Blob, courseId: string): Promise<Parsed<Incoming>> {
  const work = await unpack(blob, courseId);
  if (!work.ok) return work;
  const files = await unpackFiles(blob, work.value.files ?? []);
  return files.ok ? good({ work: work.value, from: 'backup', ...files.value }) : files;
}

/** What was found in an older drive, ready to be brought in. */
export function fromOlder({ edits, items }: OlderWork, course: PageConfig['course'], now: number): Incoming {
  return { work: { course, made: now, edits }, items, from: 'notebook', problems: [] };
}

const LABELS = { backup: 'from backup', notebook: 'earlier', file: 'earlier' } as const;

export async function preview({ work, items, from }: Incoming, mode: Mode, library: Library, drive: CourseDrive): Promise<Brought> {
  const texts = await library.preview(work, mode, from);
  return { ...texts, files: items.length === 0 ? [] : await drive.preview(items, { mode, label: LABELS[from] }) };
}

/** Brings all of it in. What goes wrong half way is taken back. */
export async function bring({ work, items, from }: Incoming, mode: Mode, library: Library, drive: CourseDrive): Promise<Brought & { undo(): Promise<void> }> {
  const files = items.length === 0 ? null : await drive.bring(items, { mode, label: LABELS[from] });
  try {
    const texts = await library.bring(work, mode, from);
    const undo = async (): Promise<void> => {
      await texts.undo();
      await files?.undo();
    };
    return { changes: texts.changes, counts: texts.counts, files: files?.changes ?? [], undo };
  } catch (error) {
    await files?.undo();
    throw error;
  }
}
