/** What a page needs of the site around it: the store of the work, files and backups, the panel, and the kept copy. */
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
import { Looking } from './looking.ts';
import type { KeepOffline } from './keep-offline.ts';
import { cacheNames } from './offline/place.ts';
import type { Elsewhere } from './elsewhere.ts';
import { download } from './view/dom.ts';
import { OWN_TAB } from './view/frame.ts';
import { READY_PAGE } from './view/ready-link.ts';
import type { Workspace } from './view/workspace.ts';
import { Whereabouts } from './whereabouts.ts';
import type { Mode } from './work/bring.ts';
import { isSitePath, pathBelow } from './work/keys.ts';
import type { Place } from './work/records.ts';

/** Said once, after the first edit that a browser keeps. */
const FIRST_SAVE = 'Your work is saved in this browser as you write. Is this a private window? Then it ends with the window: '
  + 'download a backup first, under “My work”.';

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
  readonly where: Whereabouts;
  readonly looking: Looking;
  readonly #check: string;
  readonly #clock: Clock;
  #workspace: Workspace | null = null;
  #offline: Promise<KeepOffline> | null = null;

  /** `address` is the page's own absolute URL. */
  constructor(page: PageConfig, address: string, clock: Clock) {
    this.page = page;
    this.#clock = clock;
    this.where = new Whereabouts(page, address);
    const { root } = this.where;
    this.#check = new URL(READY_PAGE, root).href;
    this.store = new EditStore(page.course.id, () => clock.now());
    this.place = {
      page: pathBelow(root.href, address) ?? '',
      title: page.title,
      download: page.download !== null && isSitePath(page.download) ? page.download : null,
    };
    this.looking = new Looking({
      page, clock, place: this.place, store: this.store, where: this.where, news: async () => (await this.#elsewhere()).news(),
    });
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
        this.looking.soon(desk());
        return problems;
      },
      openWorkspace: () => void this.openWorkspace(hostOf(desk()), null, () => this.#keepOffline(desk())).catch((error: unknown) => sorry(articleOf(document), error)),
      lend: (tab) => void this.#lend(tab, desk()),
      changed: (notebooks) => {
        this.looking.changed(notebooks);
        this.looking.soon(desk());
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

  /** The work is back in the page. A tab that a framed page has opened of itself asks that page for its work. */
  async arrived(desk: Desk): Promise<void> {
    this.looking.soon(desk);
    this.#attendToOffline(desk).catch((error: unknown) => console.warn('satchel: the kept copy of the course could not be seen to', error));
    const opener: unknown = window.opener;
    if (!window.name.startsWith(OWN_TAB) || !isWindow(opener)) return;
    const { takeOver } = await import('./takeover.ts');
    await takeOver(opener, desk);
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
        link: (page, cell) => this.where.link(page, cell),
        check: this.#check,
        map: () => this.where.map(),
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
      course: this.page.course, lite: new URL('lite/', this.where.root).href,
      map: () => this.where.map(), fetchText: (url) => this.where.fetchText(url), now: () => this.#clock.now(),
    });
  }

  /** The kept copy of the course; in a chunk of its own. A reader who keeps nothing never loads it. */
  #keepOffline(desk: Desk): Promise<KeepOffline> {
    this.#offline ??= import('./keep-offline.ts').then(({ KeepOffline: Chunk }) => new Chunk({
      page: this.page, root: this.where.root.href, show: (note) => desk.toolbar.show(note), flush: () => desk.session.flush(), now: () => this.#clock.now(),
    }));
    return this.#offline;
  }

  /** Goes on with what a reader who keeps the course has asked for, and shows the place on this page, if any, to ask for it. */
  async #attendToOffline(desk: Desk): Promise<void> {
    const place = document.getElementById('satchel-keep-offline');
    if (place) place.replaceWith((await this.#keepOffline(desk)).section('h2', 'satchel-offline-here'));
    // Only present on secure origins.
    const { caches: stores } = globalThis as { caches?: CacheStorage };
    const kept = await stores?.has(cacheNames({ course: this.page.course.id, root: this.where.root.href }).index).catch(() => false);
    if (kept === true) (await this.#keepOffline(desk)).attend();
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
    return packNotebook(own, this.place.title, this.place.download, (url) => this.where.fetchText(url));
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

}

/** A page of the book as the place from which the panel is opened. */
function hostOf(desk: Desk): PanelHost {
  return { library: desk.library, backup: () => desk.backup(), page: desk, flush: () => desk.session.flush() };
}

/** A window of another site shows hardly anything of itself; that it can be written to is enough. */
function isWindow(value: unknown): value is Window {
  return typeof value === 'object' && value !== null && 'postMessage' in value;
}
