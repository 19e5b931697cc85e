/**
 * The module that the kernel's worker loads in place of `pyodide.mjs`, in the book and in JupyterLite alike.
 *
 * Built into one file, `boot.mjs`, that lies beside `pyodide.mjs`, its lock and its wheels. It makes Pyodide look
 * nowhere but there, counts what is downloaded, and brings course files and questions to Python.
 */
import { countingFetch } from './bytes.ts';
import { importsOf } from './magics.ts';
import { fetchFiles, placeFiles, type FileSystem } from './files.ts';
import { awaitLine } from './shared-line.ts';
import { bootRequest, pageMessage, type PageMessage, type WorkerMessage } from './protocol.ts';

/** The part of Pyodide's interface that is used here. */
interface Pyodide {
  readonly FS: FileSystem;
  loadPackagesFromImports(code: string, options?: object): Promise<unknown>;
  registerJsModule(name: string, module: object): void;
  setInterruptBuffer(buffer: Uint8Array): void;
}

type Load = (options: Record<string, unknown>) => Promise<Pyodide>;

/** The worker's global scope, as far as it is used here. */
interface Scope {
  fetch: typeof fetch;
  postMessage(message: WorkerMessage): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<unknown>) => void): void;
}

const HERE = new URL('./', import.meta.url).href;

/**
 * Pyodide's `loadPyodide`, with every URL set to files beside this module.
 *
 * `options.satchel` (a `BootRequest`) is the page's wish; without it only the URLs are set. Rejects as Pyodide does.
 */
export async function loadPyodide(options: Record<string, unknown> = {}): Promise<unknown> {
  const { satchel, ...rest } = options;
  // With `packageBaseUrl` set, Pyodide knows no address of a public file server.
  const pinned = { ...rest, indexURL: HERE, lockFileURL: `${HERE}pyodide-lock.json`, packageBaseUrl: HERE };
  const load = importPyodide();
  const request = bootRequest(satchel);
  if (request === null) return withMagics(await (await load)(pinned));

  const scope = globalThis as unknown as Scope;
  const report = (message: WorkerMessage): void => scope.postMessage(message);
  const plainFetch = scope.fetch.bind(globalThis);
  scope.fetch = countingFetch(plainFetch, HERE, report);
  const files = fetchFiles(request.files, plainFetch, report);

  const pyodide = withMagics(await (await load)(pinned));
  for (const missing of placeFiles(request, await files, pyodide.FS)) report(missing);
  pyodide.registerJsModule('_satchel_page', pageModule(scope, pyodide, request.folder));
  return pyodide;
}

function withMagics(pyodide: Pyodide): Pyodide {
  const load = pyodide.loadPackagesFromImports.bind(pyodide);
  pyodide.loadPackagesFromImports = (code, options) => load(importsOf(code), options);
  return pyodide;
}

async function importPyodide(): Promise<Load> {
  const module: { loadPyodide: Load } = await import(`${HERE}pyodide.mjs`);
  return module.loadPyodide;
}

/** What Python's `_satchel_page` module offers. Answers are `undefined` (Python's `None`) when the cell was stopped. */
interface PageModule {
  readonly folder: string;
  /** Posts a question and resolves with the answer. */
  ask(prompt: string, password: boolean): Promise<string | undefined>;
  /** Whether `ask_now` works: the page shares memory with this worker. */
  can_ask_now(): boolean;
  /** Posts a question and blocks until the answer is there. */
  ask_now(prompt: string, password: boolean): string | undefined;
}

function pageModule(scope: Scope, pyodide: Pyodide, folder: string): PageModule {
  const open = new Map<number, (text: string | undefined) => void>();
  let line: SharedArrayBuffer | null = null;
  let last = 0;
  const post = (prompt: string, password: boolean, blocking: boolean): number => {
    last += 1;
    scope.postMessage({ satchel: 'ask', id: last, prompt, password, blocking });
    return last;
  };
  const handle = (message: PageMessage): void => {
    if (message.satchel === 'share') {
      pyodide.setInterruptBuffer(new Uint8Array(message.interrupt));
      line = message.line;
      return;
    }
    open.get(message.id)?.(message.text ?? undefined);
    open.delete(message.id);
  };
  scope.addEventListener('message', (event) => {
    const message = pageMessage(event.data);
    if (message !== null) handle(message);
  });
  return {
    folder,
    ask: (prompt, password) => new Promise((resolve) => { open.set(post(prompt, password, false), resolve); }),
    can_ask_now: () => line !== null,
    ask_now: (prompt, password) => {
      if (line === null) throw new Error('The page shares no memory with Python');
      post(prompt, password, true);
      return awaitLine(line) ?? undefined;
    },
  };
}
