/** The entry of every course page. */
import { BookPage } from './book.ts';
import { parsePage } from './config.ts';
import { download, el } from './view/dom.ts';
import { Journal, localWords } from './store/journal.ts';
import { isSitePath, pathBelow } from './work/keys.ts';
import { Library, type RestoreCount } from './store/library.ts';
import type { Place } from './work/records.ts';
import type { Clock } from './store/session.ts';
import { EditStore } from './store/store.ts';
import { editedPages, markContents } from './view/toc.ts';
import type { PageConfig, RunResult } from './types.ts';
import type { Workspace } from './view/workspace.ts';

/** What `window.satchel` offers to tests and scripts. */
export interface SatchelApi {
  /** Resolves when the student's work is back in the page. Nothing of Python is loaded by then. */
  readonly ready: Promise<void>;
  /** Ids of the cells that can run here, in page order. */
  cells(): readonly string[];
  source(id: string): string;
  /** As if typed. Resolves when it is saved, or when saving failed. */
  setSource(id: string, text: string): Promise<void>;
  /** Resolves when the run is over; `null` if the cell was taken out of the queue. */
  run(id: string): Promise<RunResult | null>;
  exportWork(): Promise<Blob>;
  /** Restores a backup. Rejects with a readable `Error` and changes nothing if it cannot be used. */
  importWork(blob: Blob): Promise<RestoreCount>;
}

declare global {
  interface Window {
    satchel?: SatchelApi;
  }
}

const clock: Clock = {
  now: () => Date.now(),
  after: (delay, act) => {
    const timer = setTimeout(act, delay);
    return () => clearTimeout(timer);
  },
};

function readConfig(): PageConfig {
  const script = document.getElementById('satchel-page');
  if (!script) throw new Error('satchel: this page has no configuration (script#satchel-page)');
  const parsed = parsePage(JSON.parse(script.textContent ?? ''));
  if (!parsed.ok) throw new Error(`satchel: the page's configuration cannot be used: ${parsed.problem}`);
  return parsed.value;
}

const page = readConfig();
const root = new URL(page.root, document.baseURI);
const place: Place = {
  page: pathBelow(root.href, location.href) ?? '',
  title: page.title,
  download: page.download !== null && isSitePath(page.download) ? page.download : null,
};
const store = new EditStore(page.course.id, clock.now);

async function fetchText(url: string): Promise<string> {
  const response = await fetch(new URL(url, root));
  if (!response.ok) throw new Error(`the site answers ${response.status}`);
  return response.text();
}

async function pack(library: Library): Promise<{ blob: Blob; problems: readonly string[] }> {
  const [backup, work] = await Promise.all([import('./store/backup.ts'), library.work()]);
  return backup.pack(work, fetchText);
}

async function restore(library: Library, blob: Blob): Promise<RestoreCount> {
  const { unpack } = await import('./store/backup.ts');
  const work = await unpack(blob, page.course.id);
  if (!work.ok) throw new Error(work.problem);
  return library.restore(work.value);
}

function backupName(): string {
  return `${page.course.id.replace(/[^\w.-]+/g, '-')}-work-${new Date(clock.now()).toISOString().slice(0, 10)}.zip`;
}

/** Marks the table of contents when the browser has nothing better to do. */
function markSoon(): void {
  const mark = async (): Promise<void> => {
    try {
      markContents(root.href, editedPages((await store.read()).edits));
    } catch (error) {
      console.warn('satchel: the marks in the table of contents could not be set', error);
    }
  };
  if ('requestIdleCallback' in window) requestIdleCallback(() => void mark(), { timeout: 1000 });
  else clock.after(200, () => void mark());
}

let workspace: Workspace | null = null;

async function openWorkspace(book: BookPage): Promise<void> {
  if (workspace === null) {
    const [{ Workspace: Panel }, backup] = await Promise.all([import('./view/workspace.ts'), import('./store/backup.ts')]);
    workspace ??= new Panel({
      page,
      library: book.library,
      backup: () => book.backup(),
      unpack: (file) => backup.unpack(file, page.course.id),
      resetPage: () => book.resetPage(),
      putBack: (cell, text) => book.putBack(cell, text),
      link: ({ cell, record }) => `${new URL(record.place.page, root).href}#cell:${encodeURIComponent(cell)}`,
      now: clock.now,
    });
    document.body.append(workspace.root);
  }
  await book.session.flush();
  await workspace.open();
}

function openBook(): SatchelApi {
  const article = document.querySelector<HTMLElement>('article.bd-article') ?? document.querySelector('main') ?? document.body;
  const book = new BookPage(page, article, {
    store, clock, place,
    journal: new Journal(localWords(), page.course.id, page.notebook),
    kernel: async () => (await import('./kernel/index.ts')).createKernel(page),
    backup: async (library) => {
      const { blob, problems } = await pack(library);
      download(blob, backupName());
      return problems;
    },
    openWorkspace: (opened) => void openWorkspace(opened).catch((error: unknown) => {
      article.append(el('p', { class: 'satchel-problem', role: 'alert' }, `Your work could not be shown: ${String(error)}`));
    }),
    changed: markSoon,
  });
  const visit = (): void => {
    if (location.hash.startsWith('#cell:')) book.go(decodeURIComponent(location.hash.slice('#cell:'.length)));
  };
  addEventListener('hashchange', visit);
  addEventListener('pagehide', () => book.session.leave());
  document.addEventListener('visibilitychange', () => {
    void book.session.flush().then(() => { if (!document.hidden) void book.session.refresh(); });
  });
  addEventListener('beforeunload', (event) => {
    const { state } = book.session.report;
    if (book.session.unsaved && (state === 'failed' || state === 'unavailable')) event.preventDefault();
  });
  const ready = book.open().then(visit);
  return {
    ready,
    cells: () => book.session.ids,
    source: (id) => book.source(id),
    setSource: async (id, text) => { await ready; await book.setSource(id, text); },
    run: (id) => book.run([id]),
    exportWork: async () => { await book.session.flush(); return (await pack(book.library)).blob; },
    importWork: async (blob) => { await book.session.flush(); return restore(book.library, blob); },
  };
}

/** A page without cells of its own still lets scripts export and restore the course's work. */
function openReader(): SatchelApi {
  const library = new Library(page, store, { unsaved: () => [], changed: async () => markSoon(), now: clock.now });
  const none = (id: string): never => { throw new RangeError(`There is no cell “${id}” that runs on this page.`); };
  return {
    ready: Promise.resolve(),
    cells: () => [],
    source: none,
    setSource: async (id) => none(id),
    run: async (id) => none(id),
    exportWork: async () => (await pack(library)).blob,
    importWork: (blob) => restore(library, blob),
  };
}

window.satchel = page.route === 'book' ? openBook() : openReader();
markSoon();
