/** The entry of every course page. */
import { BookPage } from './book.ts';
import { PageCells } from './cells.ts';
import { parsePage } from './config.ts';
import { Desk, articleOf } from './desk.ts';
import { clock, keepSafe } from './keeping.ts';
import { PageRuns, type PythonSlot } from './running.ts';
import { Site } from './site.ts';
import type { PageKernel } from './kernel/adapter.ts';
import { TabPython, browserWorld, tabSetup } from './kernel/tab-python.ts';
import type { Bringing } from './store/library.ts';
import type { PageConfig, RunResult } from './types.ts';
import { openWays } from './ways.ts';
import type { Mode } from './work/bring.ts';

/** What `window.satchel` offers to tests and scripts. */
export interface SatchelApi {
  /** Resolves when the student's work is back in the page. Nothing of Python is loaded by then. */
  readonly ready: Promise<void>;
  /** Ids of the cells that can be changed here, in page order. On a page that a server runs they cannot be run. */
  cells(): readonly string[];
  source(id: string): string;
  /** As if typed. Resolves when it is saved, or when saving failed. */
  setSource(id: string, text: string): Promise<void>;
  /** Resolves when the run is over; `null` if the cell was taken out of the queue. */
  run(id: string): Promise<RunResult | null>;
  exportWork(): Promise<Blob>;
  /** Brings a backup in. Rejects with a readable `Error` and changes nothing if it cannot be used. */
  importWork(blob: Blob, mode?: Mode): Promise<Bringing>;
}

declare global {
  interface Window {
    satchel?: SatchelApi;
  }
}

/** The build's configuration; `null` on pages that have none, such as the book's index. */
function readConfig(): PageConfig | null {
  const script = document.getElementById('satchel-page');
  if (!script) return null;
  const parsed = parsePage(JSON.parse(script.textContent ?? ''));
  if (!parsed.ok) throw new Error(`satchel: the page's configuration cannot be used: ${parsed.problem}`);
  return parsed.value;
}

function openBook(site: Site, article: HTMLElement): SatchelApi {
  const { page } = site;
  const tab = new TabPython(tabSetup(page, location.href), browserWorld());
  let kernel: PageKernel | null = null;
  const book: BookPage = new BookPage(page, article, {
    ...site.ports(() => book.desk),
    kernel: async () => {
      // The worker starts Python while the kernel's code is still on its way.
      tab.begin();
      const { createKernel } = await import('./kernel/index.ts');
      performance.mark('satchel:kernel-chunk');
      return (kernel = createKernel(page, tab));
    },
    kept: () => tab.kept(),
    tellKept: () => tab.tellOnce(),
  });
  const { desk } = book;
  keepSafe(desk.session);
  addEventListener('pagehide', () => {
    const state = book.runner.ownState;
    tab.leave(state !== 'off' && state !== 'dead', state === 'busy', kernel?.urls ?? tab.urls);
  });
  // A page out of the browser's memory has given its Python to the pages after it.
  addEventListener('pageshow', ({ persisted }) => { if (persisted) location.reload(); });
  const ready = book.open().then(() => visit((id) => book.go(id)));
  openWays(site, desk, book.slot);
  void ready.then(() => site.arrived(desk));
  return {
    ...course(site, desk),
    ready,
    cells: () => book.session.ids,
    source: (id) => book.source(id),
    setSource: async (id, text) => { await ready; await book.setSource(id, text); },
    run: async (id) => { await ready; return book.run([id]); },
  };
}

/** What is said to a student who asks for a cell that runs on a server. */
const NOT_HERE = 'This activity runs on a server: open it there with the button at the top of the page. What you write here is kept.';

/**
 * A page whose cells, if it has any, do not run here: the student can take notes, and has the panel. What runs on a server
 * can be changed all the same, before it goes there and after it has come back.
 */
function openReader(site: Site, article: HTMLElement): SatchelApi {
  const editable = site.page.route === 'hosted';
  const page = editable ? site.page : { ...site.page, cells: [] };
  const desk: Desk = new Desk(page, article, site.ports(() => desk), { cell: (id, own) => cells?.show(id, own) }, null);
  const { session } = desk;
  const refused = (): void => desk.toolbar.notice(NOT_HERE, null);
  const cells = editable ? new PageCells(page, article, desk, () => clock.now(), refused) : null;
  const runs = cells && hostedRuns(desk, cells);
  keepSafe(session);
  addEventListener('pageshow', ({ persisted }) => { if (persisted) void session.refresh(); });
  const ready = session.open().then(() => visit((id) => cells?.go(id)));
  openWays(site, desk, runs?.slot ?? null);
  void ready.then(() => site.arrived(desk));
  return {
    ...course(site, desk),
    ready,
    cells: () => session.ids,
    source: (id) => session.decision(id).text,
    setSource: async (id, text) => { await ready; session.decision(id); await cells?.setSource(id, text); },
    run: async (id) => {
      session.decision(id);
      if (!runs?.active()) throw new Error(NOT_HERE);
      return runs.run([id]);
    },
  };
}

/** Lets a Python on a server run the cells of a page that has none; until then nothing there runs. */
function hostedRuns(desk: Desk, cells: PageCells): { slot: PythonSlot; run: PageRuns['run']; active(): boolean } {
  const runs = new PageRuns({
    desk: () => desk, cells: () => cells, now: () => clock.now(),
    kernel: () => Promise.reject(new Error(NOT_HERE)), tellKept: () => false,
  });
  let active = false;
  return {
    run: (ids) => runs.run(ids),
    active: () => active,
    slot: {
      own: false,
      use: async (kernel, way) => {
        active = true;
        desk.runs(runs.acts, way);
        cells.runs = runs.ofCells;
        await runs.use(kernel);
      },
      giveBack: async () => {
        active = false;
        await runs.use(null);
        cells.runs = null;
        desk.runs(null, null);
      },
    },
  };
}

/** Leads to the cell that the address names, now and whenever it names another. */
function visit(go: (cell: string) => void): void {
  const look = (): void => {
    if (location.hash.startsWith('#cell:')) go(decodeURIComponent(location.hash.slice('#cell:'.length)));
  };
  addEventListener('hashchange', look);
  look();
}

/** What scripts can do with the work in the whole course. */
function course(site: Site, desk: Desk): Pick<SatchelApi, 'exportWork' | 'importWork'> {
  return {
    exportWork: async () => { await desk.session.flush(); return (await site.pack(desk.library)).blob; },
    importWork: async (blob, mode = 'merge') => { await desk.session.flush(); return site.restore(desk.library, blob, mode); },
  };
}

const config = readConfig();
if (config) {
  const site = new Site(config, location.href, clock);
  const article = articleOf(document);
  window.satchel = config.route === 'book' ? openBook(site, article) : openReader(site, article);
}
