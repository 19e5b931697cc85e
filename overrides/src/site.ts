/** What a page needs of the site around it: the store, files, backups, the panel, and the marks in the contents. */
import type { BookPage } from './book.ts';
import type { Bringing, Library } from './store/library.ts';
import type { Clock } from './store/session.ts';
import { EditStore } from './store/store.ts';
import type { PageConfig } from './types.ts';
import { download } from './view/dom.ts';
import { editedPages, markContents } from './view/toc.ts';
import type { Workspace } from './view/workspace.ts';
import type { Mode } from './work/bring.ts';
import { parseCourse, type CourseMap } from './work/course.ts';
import { isSitePath, pathBelow } from './work/keys.ts';
import type { Place } from './work/records.ts';

/** A backup file and what could not be put into it. */
export interface PackedWork {
  readonly blob: Blob;
  readonly problems: readonly string[];
}

export class Site {
  readonly page: PageConfig;
  readonly store: EditStore;
  readonly place: Place;
  readonly #root: URL;
  readonly #clock: Clock;
  #map: Promise<CourseMap | null> | null = null;
  #workspace: Workspace | null = null;

  /** `address` is the page's own absolute URL. */
  constructor(page: PageConfig, address: string, clock: Clock) {
    this.page = page;
    this.#clock = clock;
    this.#root = new URL(page.root, address);
    this.store = new EditStore(page.course.id, () => clock.now());
    this.place = {
      page: pathBelow(this.#root.href, address) ?? '',
      title: page.title,
      download: page.download !== null && isSitePath(page.download) ? page.download : null,
    };
  }

  /** Everything the student has done in the course, as a file. */
  async pack(library: Library): Promise<PackedWork> {
    const [backup, work] = await Promise.all([import('./store/backup.ts'), library.work()]);
    return backup.pack(work, { fetchText: (url) => this.#fetchText(url), map: await this.map() });
  }

  /** Hands such a file to the browser's downloads. Resolves with what could not be put into it. */
  async save(library: Library): Promise<readonly string[]> {
    const { blob, problems } = await this.pack(library);
    const day = new Date(this.#clock.now()).toISOString().slice(0, 10);
    download(blob, `${this.page.course.id.replace(/[^\w.-]+/g, '-')}-work-${day}.zip`);
    return problems;
  }

  /** Brings such a file in without asking. Rejects with a readable `Error`, having changed nothing, if it cannot be used. */
  async restore(library: Library, blob: Blob, mode: Mode): Promise<Bringing> {
    const { unpack } = await import('./store/backup.ts');
    const work = await unpack(blob, this.page.course.id);
    if (!work.ok) throw new Error(work.problem);
    const { changes, counts } = await library.bring(work.value, mode);
    return { changes, counts };
  }

  /** Where everything in the course is now; `null` where that cannot be had, and then what the work itself knows must do. */
  map(): Promise<CourseMap | null> {
    this.#map ??= this.#fetchMap().catch((error: unknown) => {
      console.warn('satchel: the course map could not be had', error);
      this.#map = null;
      return null;
    });
    return this.#map;
  }

  /** Marks the pages with edits in the contents, when the browser has nothing better to do. */
  markSoon(): void {
    const mark = async (): Promise<void> => {
      try {
        markContents(this.#root.href, editedPages((await this.store.read()).edits));
      } catch (error) {
        console.warn('satchel: the marks in the table of contents could not be set', error);
      }
    };
    if ('requestIdleCallback' in window) requestIdleCallback(() => void mark(), { timeout: 1000 });
    else this.#clock.after(200, () => void mark());
  }

  /** Opens the panel with the student's work. */
  async openWorkspace(book: BookPage): Promise<void> {
    if (this.#workspace === null) {
      const [{ Workspace: Panel }, { unpack }] = await Promise.all([import('./view/workspace.ts'), import('./store/backup.ts')]);
      this.#workspace ??= new Panel({
        page: this.page,
        library: book.library,
        backup: () => book.backup(),
        unpack: (file) => unpack(file, this.page.course.id),
        resetPage: () => book.resetPage(),
        putBack: (cell, text) => book.putBack(cell, text),
        link: ({ cell, record }) => `${new URL(record.place.page, this.#root).href}#cell:${encodeURIComponent(cell)}`,
        now: () => this.#clock.now(),
      });
      document.body.append(this.#workspace.root);
    }
    await book.session.flush();
    await this.#workspace.open();
  }

  async #fetchMap(): Promise<CourseMap | null> {
    if (this.page.map === null) return null;
    // An old copy would send the student to where a page was before.
    const response = await fetch(new URL(this.page.map, this.#root), { cache: 'no-cache' });
    if (!response.ok) throw new Error(`the site answers ${response.status}`);
    const map = parseCourse(await response.json());
    if (!map.ok) throw new Error(map.problem);
    if (map.value.id !== this.page.course.id) throw new Error(`it is of another course, ${map.value.id}`);
    return map.value;
  }

  async #fetchText(url: string): Promise<string> {
    const response = await fetch(new URL(url, this.#root));
    if (!response.ok) throw new Error(`the site answers ${response.status}`);
    return response.text();
  }
}
