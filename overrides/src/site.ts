/** What a page needs of the site around it: the store, files, backups, the course's map, the panel, and the marks in the contents. */
import type { Desk, DeskPorts } from './desk.ts';
import type { PackedNotebook } from './store/backup.ts';
import { Journal, localWords } from './store/journal.ts';
import type { Library } from './store/library.ts';
import type { Brought } from './store/restore.ts';
import { firstTime, lastBackup, markBackup } from './store/reminder.ts';
import type { Clock } from './store/session.ts';
import { EditStore } from './store/store.ts';
import type { PageConfig } from './types.ts';
import { articleOf, sorry } from './desk.ts';
import type { KeepOffline } from './keep-offline.ts';
import { cacheNames } from './offline/place.ts';
import type { Elsewhere } from './elsewhere.ts';
import { firstLook } from './store/visit.ts';
import { download } from './view/dom.ts';
import { OWN_TAB } from './view/frame.ts';
import { READY_PAGE } from './view/ready-link.ts';
import { editedPages, markContents, missing } from './view/toc.ts';
import type { Workspace } from './view/workspace.ts';
import type { StoredEdit } from './work/archive.ts';
import type { Mode } from './work/bring.ts';
import { parseCourse, placeOf, standing, type CourseMap } from './work/course.ts';
import { isSitePath, pathBelow } from './work/keys.ts';
import { isNotes } from './work/notes.ts';
import { isEdited, type Place } from './work/records.ts';
import { reminder } from './work/reminder.ts';

/** Said once, after the first edit that a browser keeps. */
const FIRST_SAVE = 'Your work is saved in this browser as you write. Is this a private window? Then it ends with the window: '
  + 'download a backup first, under “My work”.';

/** Said once for what is found. */
const OLDER = 'Older work of yours in this course was found in this browser. “My work” shows it and can bring it in.';

/** What the panel needs of the place it is opened from: a page of the book, or JupyterLite with a notebook. */
export interface PanelHost extends Pick<Desk, 'library' | 'backup'> {
  /** The page in front; `null` where there is none. */
  readonly page: Pick<Desk, 'session' | 'resetPage'> | null;
  flush(): Promise<void>;
}

/** A backup file and what could not be put into it. */
export interface PackedWork {
  readonly blob: Blob;
  readonly problems: readonly string[];
}

export class Site {
  readonly page: PageConfig;
  readonly store: EditStore;
  readonly place: Place;
  /** Is told of all work whenever it has been looked through. */
  onWork: ((edits: readonly StoredEdit[]) => void) | null = null;
  readonly #root: URL;
  readonly #check: string;
  readonly #clock: Clock;
  #map: Promise<CourseMap | null> | null = null;
  #workspace: Workspace | null = null;
  #offline: Promise<KeepOffline> | null = null;
  #looking = false;
  /** What was seen of each notebook's work, and which of it has changed since; `null` before the first look. */
  #seen: Map<string, readonly StoredEdit[]> | null = null;
  readonly #stale = new Set<string>();
  #drawer = '[]';

  /** `address` is the page's own absolute URL. */
  constructor(page: PageConfig, address: string, clock: Clock) {
    this.page = page;
    this.#clock = clock;
    this.#root = new URL(page.root, address);
    this.#check = new URL(READY_PAGE, this.#root).href;
    this.store = new EditStore(page.course.id, () => clock.now());
    this.place = {
      page: pathBelow(this.#root.href, address) ?? '',
      title: page.title,
      download: page.download !== null && isSitePath(page.download) ? page.download : null,
    };
  }

  /** What the desk of this page works with; `desk` gives it once it is there. */
  ports(desk: () => Desk): DeskPorts {
    return {
      store: this.store,
      clock: this.#clock,
      place: this.place,
      check: this.#check,
      journal: new Journal(localWords(), this.page.course.id),
      backup: async (library) => {
        const problems = await this.save(library);
        this.lookSoon(desk());
        return problems;
      },
      openWorkspace: () => void this.openWorkspace(hostOf(desk()), null, () => this.#keepOffline(desk())).catch((error: unknown) => sorry(articleOf(document), error)),
      lend: (tab) => void this.#lend(tab, desk()),
      changed: (notebooks) => {
        for (const notebook of notebooks) this.#stale.add(notebook);
        this.lookSoon(desk());
      },
      begun: () => this.#begun(desk()),
    };
  }

  /** Everything the student has done in the course, as a file. */
  async pack(library: Library): Promise<PackedWork> {
    return (await this.#elsewhere()).pack(library);
  }

  /** Hands such a file to the browser's downloads. Resolves with what could not be put into it. */
  async save(library: Library): Promise<readonly string[]> {
    const { blob, problems } = await this.pack(library);
    const now = this.#clock.now();
    const day = new Date(now).toISOString().slice(0, 10);
    download(blob, `${this.page.course.id.replace(/[^\w.-]+/g, '-')}-work-${day}.zip`);
    markBackup(this.page.course.id, now);
    return problems;
  }

  /** Brings such a file in without asking. Rejects with a readable `Error`, having changed nothing, if it cannot be used. */
  async restore(library: Library, blob: Blob, mode: Mode): Promise<Brought> {
    return (await this.#elsewhere()).restore(library, blob, mode);
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

  /** URL of a cell on its page; `page` is relative to the site root. */
  link(page: string, cell: string): string {
    const url = new URL(page, this.#root).href;
    return isNotes(cell) ? `${url}#satchel-notes` : `${url}#cell:${encodeURIComponent(cell)}`;
  }

  /** The work is back in the page. A tab that a framed page has opened of itself asks that page for its work. */
  async arrived(desk: Desk): Promise<void> {
    this.lookSoon(desk);
    this.#attendToOffline(desk).catch((error: unknown) => console.warn('satchel: the kept copy of the course could not be seen to', error));
    const opener: unknown = window.opener;
    if (!window.name.startsWith(OWN_TAB) || !isWindow(opener)) return;
    const { takeOver } = await import('./takeover.ts');
    await takeOver(opener, desk);
  }

  /** Looks through all of the work when the browser has nothing better to do: marks in the contents, drawer, reminder. */
  lookSoon(desk: Desk): void {
    if (this.#looking) return;
    this.#looking = true;
    const look = async (): Promise<void> => {
      this.#looking = false;
      try {
        const edits = await this.#work();
        desk.toolbar.reminder = reminder(edits, lastBackup(this.page.course.id), this.#clock.now());
        this.onWork?.(edits);
        await this.#mark(edits);
        await this.#showDrawer(edits, desk);
        await this.#lookForOlder(desk);
      } catch (error) {
        console.warn('satchel: the work in the course could not be looked through', error);
      }
    };
    if ('requestIdleCallback' in window) requestIdleCallback(() => void look(), { timeout: 1000 });
    else this.#clock.after(200, () => void look());
  }

  /** All of the work. A long course is read once; after that only what has changed. */
  async #work(): Promise<readonly StoredEdit[]> {
    const stale = [...this.#stale];
    this.#stale.clear();
    const seen = this.#seen;
    // Until this look has come to its end, the next one has to be thorough.
    this.#seen = null;
    const now = new Map(seen ?? []);
    if (seen === null) {
      for (const edit of (await this.store.read()).edits) now.set(edit.notebook, [...now.get(edit.notebook) ?? [], edit]);
    } else {
      for (const notebook of stale) now.set(notebook, (await this.store.read(notebook)).edits);
    }
    this.#seen = now;
    return [...now.values()].flat();
  }

  /**
   * Opens the panel with the student's work; what bringing in `file` would change is shown, if there is one. `keepOffline`
   * gives what is behind the section about the kept copy.
   */
  async openWorkspace(desk: PanelHost, file: Blob | null = null, keepOffline: (() => Promise<KeepOffline>) | null = null): Promise<void> {
    const { page } = desk;
    if (this.#workspace === null) {
      const [{ Workspace: Panel }, elsewhere, offline] = await Promise.all([
        import('./view/workspace.ts'), this.#elsewhere(), keepOffline && keepOffline(),
      ]);
      this.#workspace ??= new Panel({
        page: this.page,
        library: desk.library,
        backup: () => desk.backup(),
        download: page && (() => this.savePage(page.session.notebook, desk.library, null)),
        ...elsewhere.panel(desk.library),
        offline: offline && { section: offline.section('h3', 'satchel-offline-title'), look: () => offline.look() },
        resetPage: page && page.session.ids.length > 0 ? () => page.resetPage() : null,
        link: (page, cell) => this.link(page, cell),
        check: this.#check,
        map: () => this.map(),
        lastBackup: () => lastBackup(this.page.course.id),
        now: () => this.#clock.now(),
      });
      document.body.append(this.#workspace.root);
    }
    await desk.flush();
    await this.#workspace.open();
    if (file !== null) await this.#workspace.offer(file);
  }

  /** Asks whether to bring in a file that was dropped on the page. */
  offer(desk: Desk, file: Blob): void {
    this.openWorkspace(hostOf(desk), file).catch((error: unknown) => sorry(articleOf(document), error));
  }

  /** Files, backups and older work; in a chunk of its own. */
  async #elsewhere(): Promise<Elsewhere> {
    const { Elsewhere: Chunk } = await import('./elsewhere.ts');
    return new Chunk({
      course: this.page.course, lite: new URL('lite/', this.#root).href,
      map: () => this.map(), fetchText: (url) => this.fetchText(url), now: () => this.#clock.now(),
    });
  }

  /** The kept copy of the course; in a chunk of its own. A reader who keeps nothing never loads it. */
  #keepOffline(desk: Desk): Promise<KeepOffline> {
    this.#offline ??= import('./keep-offline.ts').then(({ KeepOffline: Chunk }) => new Chunk({
      page: this.page, root: this.#root.href, show: (note) => desk.toolbar.show(note), flush: () => desk.session.flush(), now: () => this.#clock.now(),
    }));
    return this.#offline;
  }

  /** Goes on with what a reader who keeps the course has asked for, and shows the place on this page, if any, to ask for it. */
  async #attendToOffline(desk: Desk): Promise<void> {
    const place = document.getElementById('satchel-keep-offline');
    if (place) place.replaceWith((await this.#keepOffline(desk)).section('h2', 'satchel-offline-here'));
    // Only present on secure origins.
    const { caches: stores } = globalThis as { caches?: CacheStorage };
    const kept = await stores?.has(cacheNames({ course: this.page.course.id, root: this.#root.href }).index).catch(() => false);
    if (kept === true) (await this.#keepOffline(desk)).attend();
  }

  /** Once a visit: says that there is older work, unless that has been said. */
  async #lookForOlder(desk: Desk): Promise<void> {
    if (await firstLook(this.page.course.id) && await (await this.#elsewhere()).news()) desk.toolbar.tell(OLDER);
  }

  async fetchText(url: string): Promise<string> {
    const response = await fetch(new URL(url, this.#root));
    if (!response.ok) throw new Error(`the site answers ${response.status}`);
    return response.text();
  }

  /** Downloads this page's notebook with the student's texts, under a name of its own if one is given. Resolves with what could not be put into it. */
  async savePage(here: string, library: Library, name: string | null): Promise<readonly string[]> {
    const { path, json, problem } = await this.packPage(here, library);
    download(new Blob([json], { type: 'application/x-ipynb+json' }), name ?? path.split('/').at(-1) ?? path);
    return problem === null ? [] : [problem];
  }

  /** This page's notebook with the student's texts. */
  async packPage(here: string, library: Library): Promise<PackedNotebook> {
    const [{ packNotebook }, { edits }] = await Promise.all([import('./store/backup.ts'), library.work()]);
    const own = edits.filter(({ notebook }) => notebook === here);
    return packNotebook(own, this.place.title, this.place.download, (url) => this.fetchText(url));
  }

  async #mark(edits: readonly StoredEdit[]): Promise<void> {
    const here = new Map([[this.page.notebook, this.place.page]]);
    const pages = editedPages(edits, (notebook) => here.get(notebook) ?? null);
    // Only work in notebooks that are not where they were makes it worth asking where they are now.
    const books = editedPages(edits.filter(({ notebook }) => !notebook.startsWith('page:')), (notebook) => here.get(notebook) ?? null);
    const map = missing(this.#root.href, books) ? await this.map() : null;
    markContents(this.#root.href, map === null ? pages : editedPages(edits, (notebook) => placeOf(map, notebook)?.page ?? null));
  }

  /** Shows the texts whose cells are no longer on this page, and those of cells that have come here from another. */
  async #showDrawer(edits: readonly StoredEdit[], desk: Desk): Promise<void> {
    const known = new Set(this.page.cells.map(({ id }) => id));
    const here = desk.session.notebook;
    const candidates = edits.filter(({ notebook, cell, record }) =>
      isEdited(record) && !isNotes(cell) && (notebook === here ? !known.has(cell) : known.has(cell)));
    const map = candidates.length === 0 ? null : await this.map();
    const lost = candidates.filter(({ notebook, cell }) => {
      if (notebook === here) return true;
      // Two notebooks may hold a cell of the same name; only a cell that has moved here is meant.
      const place = map && standing(map, notebook, cell);
      return place?.kind === 'moved' && place.notebook.id === here;
    });
    const shown = JSON.stringify(lost.map(({ notebook, cell, record }) => [notebook, cell, record.revision]));
    // What is shown already keeps its focus and its selection.
    if (shown === this.#drawer) return;
    this.#drawer = shown;
    if (lost.length === 0) return desk.showDrawer(null);
    const { drawer } = await import('./view/drawer.ts');
    desk.showDrawer(drawer(lost, map, {
      here,
      putAway: async ({ notebook, cell }) => (await desk.library.putAway([[notebook, cell]])).undo,
      carry: async ({ notebook, cell }, target) => (await desk.library.carry(notebook, cell, target)).undo,
      link: (page, cell) => this.link(page, cell),
      tell: (words, undo) => desk.toolbar.tell(words, undo),
      now: () => this.#clock.now(),
    }));
  }

  async #lend(tab: Window, desk: Desk): Promise<void> {
    const [{ lend }, { writeWork }] = await Promise.all([import('./view/handover.ts'), import('./work/archive.ts')]);
    lend(tab, async () => {
      await desk.session.flush();
      return writeWork(await desk.library.work());
    });
  }

  /**
   * The first edit is saved. No page can tell a private window reliably; but a browser that has never kept anything of this
   * course is a new one or a private one, and for both this is worth a sentence.
   */
  #begun(desk: Desk): void {
    if (firstTime(this.page.course.id)) desk.toolbar.tell(FIRST_SAVE);
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
}

/** A page of the book as the place from which the panel is opened. */
function hostOf(desk: Desk): PanelHost {
  return { library: desk.library, backup: () => desk.backup(), page: desk, flush: () => desk.session.flush() };
}

/** A window of another site shows hardly anything of itself; that it can be written to is enough. */
function isWindow(value: unknown): value is Window {
  return typeof value === 'object' && value !== null && 'postMessage' in value;
}
