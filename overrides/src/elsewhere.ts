/** What the student has beside the store of edits: files of the notebook view, backups, older work. In a chunk of its own. */
import { CourseDrive } from './drive/course-drive.ts';
import { findOlder, type OlderWork } from './drive/older.ts';
import { pack, type Backup } from './store/backup.ts';
import { filesFor } from './store/backup-files.ts';
import type { Library } from './store/library.ts';
import { answer, answered } from './store/older-memory.ts';
import { readNotebook } from './store/notebook-back.ts';
import { bring, fromOlder, preview, readBackup, type Brought } from './store/restore.ts';
import type { PageConfig } from './types.ts';
import type { BackupPorts } from './view/workspace-backup.ts';
import type { FactsPorts } from './view/workspace-facts.ts';
import type { OlderPorts } from './view/workspace-older.ts';
import type { Mode } from './work/bring.ts';
import type { CourseMap } from './work/course.ts';

/** What is needed of the site. */
export interface ElsewherePorts {
  readonly course: PageConfig['course'];
  /** The absolute URL of JupyterLite here. */
  readonly lite: string;
  map(): Promise<CourseMap | null>;
  fetchText(url: string): Promise<string>;
  now(): number;
}

/** The parts of the panel that this stands behind. */
export type ElsewherePanel = Pick<BackupPorts, 'read' | 'preview' | 'bring'> & Pick<FactsPorts, 'files'> & Pick<OlderPorts, 'older'>;

export class Elsewhere {
  readonly #ports: ElsewherePorts;
  readonly #drive: CourseDrive;

  constructor(ports: ElsewherePorts) {
    this.#ports = ports;
    this.#drive = new CourseDrive(ports.course.id, ports.now);
  }

  /** Everything the student has done in the course, as a file. */
  async pack(library: Library): Promise<Backup> {
    const [files, work, map] = await Promise.all([filesFor(this.#drive), library.work(), this.#ports.map()]);
    const { blob, problems } = await pack(work, { fetchText: (url) => this.#ports.fetchText(url), map, files: files.items });
    return { blob, problems: [...problems, ...files.problems] };
  }

  /** Brings such a file in without asking. Rejects with a readable `Error`, having changed nothing, if it cannot be used. */
  async restore(library: Library, blob: Blob, mode: Mode): Promise<Brought> {
    const backup = await readBackup(blob, this.#ports.course.id);
    if (!backup.ok) throw new Error(backup.problem);
    const { changes, counts, files } = await bring(backup.value, mode, library, this.#drive);
    return { changes, counts, files };
  }

  panel(library: Library): ElsewherePanel {
    const { course, now } = this.#ports;
    return {
      read: async (file) => await readNotebook(file, {
        course, now, map: () => this.#ports.map(), fetchText: (url) => this.#ports.fetchText(url), here: async () => (await library.all()).edits,
      }) ?? readBackup(file, course.id),
      preview: (work, mode) => preview(work, mode, library, this.#drive),
      bring: (work, mode) => bring(work, mode, library, this.#drive),
      files: () => this.#drive.facts(),
      older: {
        find: async () => (await this.#older()).filter((work) => !['later', 'brought'].includes(answered(course.id, work) ?? '')),
        bring: (work) => bring(fromOlder(work, course, now()), 'merge', library, this.#drive),
        answer: (work, words) => answer(course.id, work, words),
      },
    };
  }

  /** Whether there is older work of which the student has not been told; from now on they have. */
  async news(): Promise<boolean> {
    const { id } = this.#ports.course;
    const fresh = (await this.#older()).filter((work) => answered(id, work) === null);
    for (const work of fresh) answer(id, work, 'told');
    return fresh.length > 0;
  }

  /** Work of this course under other names; none where nobody knows what the course consists of. */
  async #older(): Promise<readonly OlderWork[]> {
    const map = await this.#ports.map();
    return map === null ? [] : findOlder({ map, lite: this.#ports.lite, fetchText: (url) => this.#ports.fetchText(url) });
  }
}
