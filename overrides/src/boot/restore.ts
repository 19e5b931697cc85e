/**
 * Starts Python from a saved memory in which the kernel is already imported.
 *
 * `_loadSnapshot` is private to Pyodide: the version is pinned, the build tries the memory before it ships it, and
 * whoever calls `restorePython` starts the usual way when it rejects.
 */
import { unzipSync } from 'fflate';
import type { FileSystem } from './files.ts';
import { answering, importPacked } from './loading.ts';
import { LaterFiles } from './later.ts';
import { openPacked, readPacked } from './packed.ts';
import type { LazyFileSystem } from './pending.ts';
import type { BootPlan, Snapshot } from './plan.ts';

/** The part of Pyodide's interface that is used here. */
export interface RestoredPyodide {
  readonly FS: FileSystem & LazyFileSystem;
  readonly loadedPackages: Record<string, string>;
  readonly _module: Clock;
  loadPackage(names: readonly string[], options?: object): Promise<unknown>;
  loadPackagesFromImports(code: string, options?: object): Promise<unknown>;
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

/** Python with its kernel imported. `options` are Pyodide's. Rejects when a file is missing or is not the right one. */
export async function restorePython<P extends RestoredPyodide>(plan: BootPlan, snapshot: Snapshot, options: Options, source: Source): Promise<P> {
  const { here, get } = source;
  const packed = (name: string): string => `${here}${plan.packed[name] ?? name}`;
  const memory = readPacked(`${here}${snapshot.memory}`, snapshot.size, get);
  const compiled = openPacked(packed('pyodide.asm.wasm'), 'application/wasm', get).then((response) => WebAssembly.compileStreaming(response));
  // A host's rules may forbid scripts without an address of their own.
  const glue = importPacked(packed('pyodide.asm.js'), get).catch(() => import(`${here}pyodide.asm.js`) as Promise<unknown>);
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
  fetchInTime(pyodide, filesToCome(pyodide, snapshot, source, packed('python_stdlib.zip')));
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
function filesToCome({ FS }: RestoredPyodide, { folder, entries, stdlib, site }: Snapshot, source: Source, packedStdlib: string): LaterFiles {
  const cut = stdlib.path.lastIndexOf('/');
  return new LaterFiles(FS, source.quietly, [
    {
      url: packedStdlib,
      folder: stdlib.path.slice(0, cut),
      entries: { [stdlib.path.slice(cut + 1)]: stdlib.size },
      write: (content) => FS.writeFile(stdlib.path, content, { canOwn: true }),
    },
    { url: `${source.here}${site}`, folder, entries, write: (content) => { unpack(FS, folder, content); } },
  ]);
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

/** A cell that runs puts the download off; packages that are loaded cannot be put into place without the files. */
function fetchInTime(pyodide: RestoredPyodide, later: LaterFiles): void {
  later.afterQuiet();
  const load = pyodide.loadPackagesFromImports.bind(pyodide);
  pyodide.loadPackagesFromImports = (code, options) => {
    later.afterQuiet();
    return load(code, options);
  };
  const usual = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const response = usual(input, init);
    if (/\.(?:whl|zip)$/.test(input instanceof Request ? input.url : String(input))) await later.arrived();
    return response;
  };
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
