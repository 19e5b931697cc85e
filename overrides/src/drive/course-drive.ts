/** The files that a student has in the notebook view of one course: what there is, and what is brought in. */
import { planFiles, type FileChange, type Way } from './bring.ts';
import { Drive, type Contents, type Write } from './drive.ts';
import type { DriveItem } from './item.ts';
import { sameWork } from './notebook.ts';
import { contentsName } from '../work/keys.ts';

/** How much there is. `newest` is in milliseconds since 1970, `size` in bytes. */
export interface DriveFacts {
  readonly notebooks: number;
  readonly files: number;
  readonly size: number;
  readonly newest: number;
  readonly unreadable: number;
}

/** What was brought in, and how to take it back. */
export interface FilesDone {
  readonly changes: readonly FileChange[];
  undo(): Promise<void>;
}

export class CourseDrive {
  readonly #drive: Drive;
  readonly #now: () => number;

  constructor(course: string, now: () => number) {
    this.#drive = new Drive(contentsName(course));
    this.#now = now;
  }

  /** Everything by its path; nothing where the notebook view was never used. */
  async contents(): Promise<Contents> {
    return await this.#drive.contents() ?? new Map();
  }

  async facts(): Promise<DriveFacts> {
    const contents = [...(await this.contents()).values()];
    const files = contents.filter((item) => item !== null).filter(({ kind }) => kind !== 'directory');
    const notebooks = files.filter(({ kind }) => kind === 'notebook').length;
    return {
      notebooks,
      files: files.length - notebooks,
      size: files.reduce((sum, { size }) => sum + size, 0),
      newest: files.reduce((newest, { modified }) => Math.max(newest, modified), 0),
      unreadable: contents.filter((item) => item === null).length,
    };
  }

  /** What `bring` would do. */
  async preview(incoming: readonly DriveItem[], way: Way): Promise<readonly FileChange[]> {
    return planFiles(await this.contents(), incoming, way, this.#now()).changes;
  }

  /** Brings files from elsewhere in, all or none. No file that was here is dropped. */
  async bring(incoming: readonly DriveItem[], way: Way): Promise<FilesDone> {
    let changes: readonly FileChange[] = [];
    let writes: readonly DriveItem[] = [];
    let before: Contents = new Map();
    await this.#drive.change((here) => {
      ({ changes, writes } = planFiles(here, incoming, way, this.#now()));
      before = new Map(here);
      return writes;
    });
    return { changes, undo: () => this.#takeBack(writes, before) };
  }

  /** Puts back what was there. A file that has changed since stays, because that is new work. */
  async #takeBack(writes: readonly DriveItem[], before: Contents): Promise<void> {
    const kept: string[] = [];
    await this.#drive.change((here) => [...writes].reverse().flatMap((write): Write[] => {
      const now = here.get(write.path);
      if (now === undefined) return [];
      if (now === null || !sameWork(now, write)) {
        kept.push(write.path);
        return [];
      }
      if (write.kind === 'directory' && this.#holds(write.path, here, writes)) return [];
      const old = before.get(write.path);
      if (old === undefined) return [{ path: write.path, gone: true }];
      return old === null ? [] : [{ ...old, modified: this.#now() }];
    }));
    if (kept.length > 0) throw new Error(`${kept.map((path) => `“${path}”`).join(', ')} changed since and ${kept.length === 1 ? 'stays' : 'stay'} as it is; all else is taken back.`);
  }

  /** Whether the folder holds what was not brought in with it, or has changed since. */
  #holds(folder: string, here: Contents, writes: readonly DriveItem[]): boolean {
    const brought = new Map(writes.map((write) => [write.path, write]));
    return [...here].some(([path, item]) => {
      const write = brought.get(path);
      return path.startsWith(`${folder}/`) && (write === undefined || item === null || !sameWork(item, write));
    });
  }
}
