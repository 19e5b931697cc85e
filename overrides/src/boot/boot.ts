/**
 * The module that the kernel's worker loads in place of `pyodide.mjs`, in the book and in JupyterLite alike.
 *
 * Built into one file, `boot.mjs`, that lies beside `pyodide.mjs`, its lock and its wheels. It makes Pyodide look
 * nowhere but there, counts what is downloaded, and brings course files and questions to Python.
 */
import { countingFetch } from './bytes.ts';
import { importsOf } from './magics.ts';
import { fetchFiles, placeFiles, type FileSystem } from './files.ts';
import { pageModule, type Scope } from './link.ts';
import { bootRequest, type WorkerMessage } from './protocol.ts';

/** The part of Pyodide's interface that is used here. */
interface Pyodide {
  readonly FS: FileSystem;
  loadPackagesFromImports(code: string, options?: object): Promise<unknown>;
  registerJsModule(name: string, module: object): void;
  setInterruptBuffer(buffer: Uint8Array): void;
}

type Load = (options: Record<string, unknown>) => Promise<Pyodide>;

const HERE = new URL('./', import.meta.url).href;

/** A worker holds one Python. JupyterLite's is started before a notebook asks for it, and then asked for once more. */
let started: Promise<Pyodide> | null = null;

/**
 * Pyodide's `loadPyodide`, with every URL set to files beside this module.
 *
 * `options.satchel` (a `BootRequest`) is the page's wish; without it only the URLs are set. A second call gets the Python
 * of the first, with the wish of the second. Rejects as Pyodide does.
 */
export async function loadPyodide(options: Record<string, unknown> = {}): Promise<unknown> {
  const { satchel, ...rest } = options;
  // With `packageBaseUrl` set, Pyodide knows no address of a public file server.
  const pinned = { ...rest, indexURL: HERE, lockFileURL: `${HERE}pyodide-lock.json`, packageBaseUrl: HERE };
  const request = bootRequest(satchel);
  if (request === null) return (started ??= start(pinned));

  const scope = globalThis as unknown as Scope;
  const report = (message: WorkerMessage): void => scope.postMessage(message);
  const plainFetch = scope.fetch.bind(globalThis);
  scope.fetch = countingFetch(plainFetch, HERE, report);
  const files = fetchFiles(request.files, plainFetch, report);

  const pyodide = await (started ??= start(pinned));
  for (const missing of placeFiles(request, await files, pyodide.FS)) report(missing);
  pyodide.registerJsModule('_satchel_page', pageModule(scope, pyodide, request.folder));
  return pyodide;
}

async function start(options: Record<string, unknown>): Promise<Pyodide> {
  const load = await importPyodide();
  return withMagics(await load(options));
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
