/** A backup that was read and waits to be brought in: texts and files together, and together taken back. */
import type { Way, FileChange } from '../drive/bring.ts';
import type { CourseDrive } from '../drive/course-drive.ts';
import type { DriveItem } from '../drive/item.ts';
import { good } from '../shape.ts';
import type { Parsed } from '../types.ts';
import type { Work } from '../work/archive.ts';
import type { Mode } from '../work/bring.ts';
import { unpack } from './backup.ts';
import { unpackFiles } from './backup-files.ts';
import type { Bringing, Library } from './library.ts';

/** What bringing a backup in would do or has done. */
export interface Restored extends Bringing {
  readonly files: readonly FileChange[];
}

/** A backup, read. `problems` says which of its files it lists but does not hold. */
export interface Restoring {
  readonly work: Work;
  readonly items: readonly DriveItem[];
  readonly problems: readonly string[];
}

/** The backup in `blob`, be it the zip or its exact form alone, or a sentence that says what is wrong with it. */
export async function readBackup(blob: Blob, courseId: string): Promise<Parsed<Restoring>> {
  const work = await unpack(blob, courseId);
  if (!work.ok) return work;
  const files = await unpackFiles(blob, work.value.files ?? []);
  return files.ok ? good({ work: work.value, ...files.value }) : files;
}

function way(mode: Mode): Way {
  return { mode, label: 'from backup' };
}

export async function previewBackup({ work, items }: Restoring, mode: Mode, library: Library, drive: CourseDrive): Promise<Restored> {
  const [texts, files] = await Promise.all([library.preview(work, mode), items.length === 0 ? [] : drive.preview(items, way(mode))]);
  return { ...texts, files };
}

/** Brings all of it in. What goes wrong half way is taken back. */
export async function bringBackup({ work, items }: Restoring, mode: Mode, library: Library, drive: CourseDrive): Promise<Restored & { undo(): Promise<void> }> {
  const files = items.length === 0 ? null : await drive.bring(items, way(mode));
  try {
    const texts = await library.bring(work, mode);
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
