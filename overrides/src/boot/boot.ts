/**
 * The module that the kernel's worker loads in place of `pyodide.mjs`, in the book and in JupyterLite alike.
 *
 * Built into one file, `boot.mjs`, that lies beside `pyodide.mjs`, its lock and its wheels. It makes Pyodide look
 * nowhere but there, counts what is downloaded, and brings course files and questions to Python.
 */
import { countingFetch } from './bytes.ts';
import { fetchFiles, placeFiles, type FileSystem } from './files.ts';
import { bootRequest, pageMessage, type PageMessage, type WorkerMessage } from './protocol.ts';

/** The part of Pyodide's interface that is used here. */
interface Pyodide {
  readonly FS: FileSystem;
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
  if (request === null) return (await load)(pinned);

  const scope = globalThis as unknown as Scope;
  const report = (message: WorkerMessage): void => scope.postMessage(message);
  const plainFetch = scope.fetch.bind(globalThis);
  scope.fetch = countingFetch(plainFetch, HERE, report);
  const files = fetchFiles(request.files, plainFetch, report);

  const pyodide = await (await load)(pinned);
  for (const missing of placeFiles(request, await files, pyodide.FS)) report(missing);
  pyodide.registerJsModule('_satchel_page', { ask: questions(scope, pyodide) });
  return pyodide;
}

async function importPyodide(): Promise<Load> {
  const module: { loadPyodide: Load } = await import(`${HERE}pyodide.mjs`);
  return module.loadPyodide;
}

/** `ask(prompt, password)` for Python: posts a question to the page and resolves with the reply. */
function questions(scope: Scope, pyodide: Pyodide): (prompt: string, password: boolean) => Promise<string> {
  const open = new Map<number, (text: string) => void>();
  let last = 0;
  const handle = (message: PageMessage): void => {
    if (message.satchel === 'interrupt') return pyodide.setInterruptBuffer(new Uint8Array(message.buffer));
    open.get(message.id)?.(message.text);
    open.delete(message.id);
  };
  scope.addEventListener('message', (event) => {
    const message = pageMessage(event.data);
    if (message !== null) handle(message);
  });
  return (prompt, password) => new Promise((resolve) => {
    last += 1;
    open.set(last, resolve);
    scope.postMessage({ satchel: 'ask', id: last, prompt, password });
  });
}
