/** The entry of every course page. */
import { BookPage } from './book.ts';
import { parsePage } from './config.ts';
import { Site } from './site.ts';
import type { PageKernel } from './kernel/adapter.ts';
import { TabPython, browserWorld, tabSetup } from './kernel/tab-python.ts';
import { Journal, localWords } from './store/journal.ts';
import { Library, type Bringing } from './store/library.ts';
import type { Clock } from './store/session.ts';
import type { PageConfig, RunResult } from './types.ts';
import type { Mode } from './work/bring.ts';
import { el } from './view/dom.ts';

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
  importWork(blob: Blob, mode?: Mode): Promise<Bringing>;
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

/** The build's configuration; `null` on pages that have none, such as the book's index. */
function readConfig(): PageConfig | null {
  const script = document.getElementById('satchel-page');
  if (!script) return null;
  const parsed = parsePage(JSON.parse(script.textContent ?? ''));
  if (!parsed.ok) throw new Error(`satchel: the page's configuration cannot be used: ${parsed.problem}`);
  return parsed.value;
}

function openBook(site: Site): SatchelApi {
  const { page, store, place } = site;
  const article = document.querySelector<HTMLElement>('article.bd-article') ?? document.querySelector('main') ?? document.body;
  const tab = new TabPython(tabSetup(page, location.href), browserWorld());
  let kernel: PageKernel | null = null;
  const book = new BookPage(page, article, {
    store, clock, place,
    journal: new Journal(localWords(), page.course.id),
    kernel: async () => {
      // The worker starts Python while the kernel's code is still on its way.
      tab.begin();
      const { createKernel } = await import('./kernel/index.ts');
      performance.mark('satchel:kernel-chunk');
      return (kernel = createKernel(page, tab));
    },
    kept: () => tab.kept(),
    tellKept: () => tab.tellOnce(),
    backup: (library) => site.save(library),
    openWorkspace: (opened) => void site.openWorkspace(opened).catch((error: unknown) => {
      article.append(el('p', { class: 'satchel-problem', role: 'alert' }, `Your work could not be shown: ${String(error)}`));
    }),
    changed: () => site.markSoon(),
  });
  const visit = (): void => {
    if (location.hash.startsWith('#cell:')) book.go(decodeURIComponent(location.hash.slice('#cell:'.length)));
  };
  addEventListener('hashchange', visit);
  addEventListener('pagehide', () => {
    book.session.setAside();
    const { state } = book.runner;
    tab.leave(state !== 'off' && state !== 'dead', state === 'busy', kernel?.urls ?? tab.urls);
  });
  // A page out of the browser's memory has given its Python to the pages after it.
  addEventListener('pageshow', ({ persisted }) => { if (persisted) location.reload(); });
  document.addEventListener('visibilitychange', () => {
    void book.session.flush().then(() => { if (!document.hidden) void book.session.refresh(); });
  });
  addEventListener('beforeunload', (event) => {
    const { state } = book.session.report;
    if (book.session.unsaved && (state === 'failed' || state === 'unavailable' || !book.session.setAside())) event.preventDefault();
  });
  const ready = book.open().then(visit);
  return {
    ready,
    cells: () => book.session.ids,
    source: (id) => book.source(id),
    setSource: async (id, text) => { await ready; await book.setSource(id, text); },
    run: async (id) => { await ready; return book.run([id]); },
    exportWork: async () => { await book.session.flush(); return (await site.pack(book.library)).blob; },
    importWork: async (blob, mode = 'merge') => { await book.session.flush(); return site.restore(book.library, blob, mode); },
  };
}

/** A page without cells of its own still lets scripts export and restore the course's work. */
function openReader(site: Site): SatchelApi {
  const library = new Library(site.page, site.store, { unsaved: () => [], changed: async () => site.markSoon(), now: () => clock.now() });
  const none = (id: string): never => { throw new RangeError(`There is no cell “${id}” that runs on this page.`); };
  return {
    ready: Promise.resolve(),
    cells: () => [],
    source: none,
    setSource: async (id) => none(id),
    run: async (id) => none(id),
    exportWork: async () => (await site.pack(library)).blob,
    importWork: (blob, mode = 'merge') => site.restore(library, blob, mode),
  };
}

const config = readConfig();
if (config) {
  const site = new Site(config, location.href, clock);
  window.satchel = config.route === 'book' ? openBook(site) : openReader(site);
  site.markSoon();
}
