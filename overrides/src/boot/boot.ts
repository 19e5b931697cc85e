/**
 * The module that the kernel's worker loads in place of `pyodide.mjs`, in the book and in JupyterLite alike.
 *
 * Built into one file, `boot.mjs`, that lies beside `pyodide.mjs`, its lock and its wheels. It makes Pyodide look
 * nowhere but there, counts what is downloaded, and brings course files and questions to Python.
 */
import { countingFetch } from './bytes.ts';
import { importsOf } from './magics.ts';
import { fetchFiles, placeFiles, type FileSystem } from './files.ts';
import { pageModule, type Interruptible, type Scope } from './link.ts';
import { answering, packedAnswers } from './loading.ts';
import { bootPlan, type BootPlan } from './plan.ts';
import { bootRequest, type WorkerMessage } from './protocol.ts';
import { restorePython, type RestoredPyodide } from './restore.ts';

interface Packages {
  loadPackagesFromImports(code: string, options?: object): Promise<unknown>;
}

/** The part of Pyodide's interface that is used here. */
interface Pyodide extends Packages, Interruptible {
  readonly FS: FileSystem;
  registerJsModule(name: string, module: object): void;
}

type Load = (options: Record<string, unknown>) => Promise<Pyodide>;

const HERE = new URL('./', import.meta.url).href;

/** The worker's own `fetch`, before anybody counts what it brings. */
const FETCH = globalThis.fetch.bind(globalThis);

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
  const request = bootRequest(satchel);
  if (request === null) return (started ??= start(rest));

  const scope = globalThis as unknown as Scope;
  const report = (message: WorkerMessage): void => scope.postMessage(message);
  const plainFetch = scope.fetch.bind(globalThis);
  scope.fetch = countingFetch(plainFetch, HERE, report);
  const files = fetchFiles(request.files, plainFetch, report);

  const pyodide = await (started ??= start(rest));
  for (const missing of placeFiles(request, await files, pyodide.FS)) report(missing);
  pyodide.registerJsModule('_satchel_page', pageModule(scope, pyodide, request.folder));
  return pyodide;
}

async function start({ lockFileURL: _, ...options }: Record<string, unknown>): Promise<Pyodide> {
  const plan = bootPlan();
  if (plan?.snapshot) {
    try {
      return withMagics(await restorePython<Pyodide & RestoredPyodide>(plan, plan.snapshot, options, { here: HERE, get: globalThis.fetch, quietly: FETCH }));
    } catch (error) {
      console.warn('satchel: Python could not be restored from its saved memory and starts the usual way', error);
    }
  }
  return withMagics(await startUsual(plan, options));
}

/** Pyodide's own start, from packed files where there are some. */
async function startUsual(plan: BootPlan | null, options: Record<string, unknown>): Promise<Pyodide> {
  const { loadPyodide: load }: { loadPyodide: Load } = await import(`${HERE}pyodide.mjs`);
  // With `packageBaseUrl` set, Pyodide knows no address of a public file server.
  const pinned = { ...options, indexURL: HERE, packageBaseUrl: HERE, lockFileURL: `${HERE}pyodide-lock.json` };
  if (plan === null || typeof DecompressionStream === 'undefined') return load(pinned);
  return answering(packedAnswers(plan, HERE, globalThis.fetch), null, () => load(pinned));
}

function withMagics<P extends Packages>(pyodide: P): P {
  const load = pyodide.loadPackagesFromImports.bind(pyodide);
  pyodide.loadPackagesFromImports = (code, options) => load(importsOf(code), options);
  return pyodide;
}
