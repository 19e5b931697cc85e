/**
 * Starts Python from a saved memory in which the kernel is already imported.
 *
 * `_loadSnapshot` is private to Pyodide: the version is pinned, the build tries the memory before it ships it, and
 * whoever calls `restorePython` starts the usual way when it rejects.
 */
import { unzipSync } from 'fflate';
import type { FileSystem } from './files.ts';
import { answering, importPacked } from './loading.ts';
import { openPacked, readPacked, readPackedNow } from './packed.ts';
import { Pending, type LazyFileSystem } from './pending.ts';
import type { BootPlan, Snapshot } from './plan.ts';

/** The part of Pyodide's interface that is used here. */
export interface RestoredPyodide {
  readonly FS: FileSystem & LazyFileSystem;
  readonly loadedPackages: Record<string, string>;
  readonly _module: Clock;
  loadPackage(names: readonly string[], options?: object): Promise<unknown>;
  runPython(code: string): unknown;
}

/** What C knows about the time zone: addresses in memory, and the function that fills them. */
interface Clock {
  readonly HEAP32: Int32Array;
  readonly HEAPU32: Uint32Array;
  readonly _timezone: number;
  readonly _daylight: number;
  readonly _tzname: number;
  __tzset_js(timezone: number, daylight: number, winter: number, summer: number): void;
  UTF8ToString(address: number): string;
}

/** Where the files are (`here`, ending with a slash), and the worker's own ways to fetch them. */
export interface Source {
  readonly here: string;
  readonly get: typeof fetch;
  /** Like `get`, but nobody needs to hear about it. */
  readonly quietly: typeof fetch;
}

type Options = Readonly<Record<string, unknown>>;

/** Pyodide fetches these itself: the one is compiled already, the other comes later. */
const NOTHING = async (): Promise<Response> => new Response(new Uint8Array());

/** Milliseconds after a start before the files of modules in memory are fetched: the first cell goes first. */
const AFTERWARDS = 2500;

/** Python with its kernel imported. `options` are Pyodide's. Rejects when a file is missing or is not the right one. */
export async function restorePython<P extends RestoredPyodide>(plan: BootPlan, snapshot: Snapshot, options: Options, { here, get, quietly }: Source): Promise<P> {
  const packed = (name: string): string => `${here}${plan.packed[name] ?? name}`;
  const memory = readPacked(`${here}${snapshot.memory}`, snapshot.size, get);
  const compiled = openPacked(packed('pyodide.asm.wasm'), 'application/wasm', get).then((response) => WebAssembly.compileStreaming(response));
  const glue = importPacked(packed('pyodide.asm.js'), get);
  const { loadPyodide } = await import(`${here}pyodide.mjs`) as { loadPyodide: (options: Options) => Promise<P> };
  mark('glue', glue);
  mark('compiled', compiled);
  mark('memory', memory);
  await Promise.all([glue, compiled, memory]);

  const { packages = [], env = {}, ...rest } = options as { packages?: readonly string[]; env?: Record<string, string> };
  const answers = { [`${here}pyodide.asm.wasm`]: NOTHING, [`${here}python_stdlib.zip`]: NOTHING };
  const pyodide = await answering(answers, compiled, () => loadPyodide({
    ...rest, env, indexURL: here, packageBaseUrl: here, lockFileContents: plan.lock, _loadSnapshot: memory,
  }));
  performance.mark('satchel:restored');
  makeHome(pyodide, snapshot);
  awaitFiles(pyodide, snapshot, `${here}${snapshot.site}`, packed('python_stdlib.zip'), quietly);
  for (const name of snapshot.packages) pyodide.loadedPackages[name] = 'default channel';
  wake(pyodide, env);
  performance.mark('satchel:awake');
  const others = packages.filter((name) => !snapshot.packages.includes(name));
  if (others.length > 0) await pyodide.loadPackage(others);
  return pyodide;
}

/** Leaves a mark for whoever profiles a start. */
function mark(name: string, done: Promise<unknown>): void {
  done.then(() => performance.mark(`satchel:${name}`), () => undefined);
}

function makeHome({ FS }: RestoredPyodide, { folders, files }: Snapshot): void {
  for (const folder of folders) FS.mkdirTree(folder);
  for (const [path, content] of Object.entries(files)) FS.writeFile(path, Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0)));
}

/** The files behind the modules in memory: found at once, fetched later or when they are looked at. */
function awaitFiles(pyodide: RestoredPyodide, snapshot: Snapshot, siteUrl: string, stdlibUrl: string, get: typeof fetch): void {
  const { FS } = pyodide;
  const { folder, entries, stdlib } = snapshot;
  const arrived = new Map<string, Uint8Array>();
  const content = (url: string): Uint8Array => arrived.get(url) ?? readPackedNow(url);
  const cut = stdlib.path.lastIndexOf('/');
  const pending = [
    {
      url: stdlibUrl,
      files: new Pending(FS, stdlib.path.slice(0, cut), { [stdlib.path.slice(cut + 1)]: stdlib.size }, () => {
        FS.writeFile(stdlib.path, content(stdlibUrl), { canOwn: true });
      }),
    },
    { url: siteUrl, files: new Pending(FS, folder, entries, () => unpack(FS, folder, content(siteUrl))) },
  ];
  setTimeout(() => void fetchAll(), AFTERWARDS);

  async function fetchAll(): Promise<void> {
    for (const { url, files } of pending) {
      if (!files.open) continue;
      try {
        const response = await openPacked(url, 'application/zip', get, { priority: 'low' });
        arrived.set(url, new Uint8Array(await response.arrayBuffer()));
        files.settle();
      } catch (error) {
        // Asked for again when somebody looks for one of the files.
        console.warn('satchel: the files of Python\'s modules have not arrived', error);
      }
      arrived.delete(url);
    }
  }
}

function unpack(FS: FileSystem, folder: string, archive: Uint8Array): void {
  const made = new Set<string>();
  for (const [name, bytes] of Object.entries(unzipSync(archive))) {
    const path = `${folder}/${name}`;
    const parent = path.slice(0, path.lastIndexOf('/'));
    if (!made.has(parent)) FS.mkdirTree(parent);
    made.add(parent);
    FS.writeFile(path, bytes, { canOwn: true });
  }
}

/** Gives Python the surroundings of this browser in place of those of the computer that saved the memory. */
function wake(pyodide: RestoredPyodide, env: Readonly<Record<string, string>>): void {
  const clock = pyodide._module;
  const [winter = 0, summer = 0] = clock.HEAPU32.subarray(clock._tzname >>> 2, (clock._tzname >>> 2) + 2);
  clock.__tzset_js(clock._timezone, clock._daylight, winter, summer);
  const zone = [
    clock.HEAP32[clock._timezone >>> 2], clock.HEAP32[clock._daylight >>> 2],
    [clock.UTF8ToString(winter), clock.UTF8ToString(summer)],
  ];
  // As Emscripten does on an ordinary start.
  const language = `${(navigator.languages[0] ?? 'C').replace('-', '_')}.UTF-8`;
  const environment = JSON.stringify({ LANG: language, ...env });
  // JSON's strings are Python's.
  pyodide.runPython(`import _satchel_boot; _satchel_boot.wake(${JSON.stringify(environment)}, ${JSON.stringify(JSON.stringify(zone))}); del _satchel_boot`);
}
