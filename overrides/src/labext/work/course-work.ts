/** The student's work in the course as all open notebooks of JupyterLite share it: one store, one line to other tabs, one backup. */
import { PageConfig } from '@jupyterlab/coreutils';
import { clock } from '../../keeping.ts';
import { parseAuthor, type AuthorNotebook } from '../../notebook/author.ts';
import { Site } from '../../site.ts';
import { Journal, localWords } from '../../store/journal.ts';
import { Library } from '../../store/library.ts';
import type { EditStore } from '../../store/store.ts';
import { Tabs } from '../../store/tabs.ts';
import type { PageConfig as CoursePage } from '../../types.ts';
import type { StoredEdit } from '../../work/archive.ts';
import type { CourseNotebook } from '../../work/course.ts';
import type { NotebookWork } from './notebook-work.ts';

/** Where the site keeps the files that JupyterLite shows, relative to its root. */
const FILES = 'lite/files/';

/** One course's work in this window. */
export class CourseWork {
  readonly id: string;
  readonly site: Site;
  readonly library: Library;
  readonly #open = new Set<NotebookWork>();
  readonly #tabs: Tabs;
  #asked = false;

  readonly #save: () => Promise<void>;

  /** `root` is the site's absolute URL. `save` saves the files of all open notebooks. */
  constructor(course: { readonly id: string; readonly title: string }, root: string, save: () => Promise<void>) {
    this.#save = save;
    this.id = course.id;
    this.site = new Site(pageOf(course, root), window.location.href, clock);
    this.library = new Library({ course }, this.site.store, {
      now: () => clock.now(),
      unsaved: () => [...this.#open].flatMap(({ session }) => session.ids.flatMap((cell): StoredEdit[] => {
        const record = session.record(cell);
        return record ? [{ notebook: session.notebook, cell, record }] : [];
      })),
      changed: async (edits) => {
        const books = new Map<string, string[]>();
        for (const { notebook, cell } of edits) books.set(notebook, [...books.get(notebook) ?? [], cell]);
        for (const [notebook, cells] of books) this.#tabs.tell({ notebook, cells });
        await this.#refresh(new Set(books.keys()));
      },
    });
    this.#tabs = new Tabs(course.id, ({ notebook }) => void this.#refresh(new Set([notebook])));
  }

  readonly clock = clock;

  get store(): EditStore {
    return this.site.store;
  }

  /** A place for the last words of one notebook in this window. */
  journal(): Journal {
    return new Journal(localWords(), this.id);
  }

  /** The course's notebook at `path` inside JupyterLite as the site has it now; `null` if the course has none there. */
  async notebookAt(path: string): Promise<{ readonly place: CourseNotebook; readonly author: AuthorNotebook } | null> {
    const map = await this.site.where.map();
    if (map === null) throw new Error('the site does not say where the course\'s notebooks are');
    const place = [...map.notebooks.values()].find(({ download }) => download !== null && decodeURIComponent(download) === `${FILES}${path}`);
    if (place?.download == null) return null;
    const author = parseAuthor(JSON.parse(await this.site.where.fetchText(place.download)));
    if (!author.ok) throw new Error(`${place.download}: ${author.problem}`);
    return { place, author: author.value };
  }

  /** Where in JupyterLite the course has the notebook now; `null` if it has none of that identity. */
  async pathOf(notebook: string): Promise<string | null> {
    const download = (await this.site.where.map())?.notebooks.get(notebook)?.download;
    return download?.startsWith(FILES) === true ? decodeURIComponent(download.slice(FILES.length)) : null;
  }

  /** The work of a notebook that is open now; the returned function says that it is closed. */
  add(work: NotebookWork): () => void {
    this.#open.add(work);
    return () => { this.#open.delete(work); };
  }

  /** These cells are in the store now. */
  saved(work: NotebookWork, cells: readonly string[]): void {
    this.#tabs.tell({ notebook: work.session.notebook, cells });
    if (this.#asked) return;
    this.#asked = true;
    // Only present on secure origins. The answer may be no; the panel "My work" says which it is.
    const storage: StorageManager | undefined = navigator.storage;
    storage?.persist().catch((error: unknown) => console.warn('persistent storage was refused', error));
  }

  async flush(): Promise<void> {
    await Promise.all([...this.#open].map(({ session }) => session.flush()));
  }

  /** Downloads everything as a backup; resolves with what could not be put into it. */
  async backup(): Promise<readonly string[]> {
    await this.flush();
    const problems: string[] = [];
    // A browser that takes no files any more is a reason for a backup, not against one.
    await this.#save().catch((error: unknown) => {
      problems.push(`a notebook could not be saved first, so its newest own cells are missing (${error instanceof Error ? error.message : String(error)})`);
    });
    return [...problems, ...await this.site.save(this.library)];
  }

  /** Opens the panel with the student's work. A single notebook is reset and downloaded by its File menu. */
  async openPanel(): Promise<void> {
    await this.site.openWorkspace({ library: this.library, backup: () => this.backup(), page: null, flush: () => this.flush() });
  }

  async #refresh(notebooks: ReadonlySet<string>): Promise<void> {
    await Promise.all([...this.#open].filter(({ session }) => notebooks.has(session.notebook)).map(({ session }) => session.refresh()));
  }
}

/** The course of this JupyterLite, as its configuration names it; `null` where it names none. */
export function courseHere(): { readonly id: string; readonly title: string } | null {
  const id = PageConfig.getOption('satchelCourse');
  return id === '' ? null : { id, title: PageConfig.getOption('appName') || id };
}

/** JupyterLite's window in the terms of a page of the book. */
function pageOf(course: { readonly id: string; readonly title: string }, root: string): CoursePage {
  return {
    schema: 1, course, notebook: '', title: course.title, root, assets: '', route: 'lite', lite: null,
    download: null, map: 'satchel-course.json', cwd: '', files: [], hubs: [], packages: [], cells: [],
  };
}
