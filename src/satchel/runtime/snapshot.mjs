// Saves the memory of a Python that has its kernel imported, so that a reader's browser need not import it again.
//
//   node snapshot.mjs RUNTIME_FOLDER JOB.json OUT_FOLDER
//
// JOB.json: {"stdlib": file in RUNTIME_FOLDER, "wheels": {package: file in RUNTIME_FOLDER}}. Written: `memory.bin`,
// `site.zip` (the packages as they lie in Python's file system, not compressed) and `made.json`.
//
// Uses Pyodide's private options `_makeSnapshot` and `_loadSnapshot`; what is written is tried before it is used.
import nodeCrypto from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

// The same input gives the same memory: clocks and chance are fixed before Pyodide looks at them.
process.env.TZ = 'UTC';
const EPOCH = Date.UTC(2026, 0, 1);
let ticks = 0;
Date.now = () => EPOCH + Math.floor((ticks += 1) / 1000);
performance.now = () => (ticks += 1) / 1000;
let state = 1;
Math.random = () => (state = (state * 16807) % 2147483647) / 2147483647;
nodeCrypto.randomFillSync = (view) => {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = Math.random() * 256;
  return view;
};
syncBuiltinESMExports();

// Node would print the line that threw first, and pyodide.asm.js is one line of a megabyte.
process.on('uncaughtException', (error) => { console.error(error.stack ?? String(error)); process.exit(1); });
const [runtime, jobFile, out] = process.argv.slice(2).map((path) => resolve(path));
const job = JSON.parse(readFileSync(jobFile, 'utf8'));
const { loadPyodide, version } = await import(pathToFileURL(`${runtime}/pyodide.mjs`).href);
const bytes = (name) => new Uint8Array(readFileSync(`${runtime}/${name}`));

// Hash randomisation is on, as in every Pyodide, but with one seed: it is frozen with the memory.
const pyodide = await loadPyodide({
  indexURL: `${runtime}/`,
  stdLibURL: `${runtime}/${job.stdlib}`,
  env: { HOME: '/home/pyodide', LANG: 'C.UTF-8', PYTHONHASHSEED: '20260101' },
  args: [],
  // What Python is called in a browser; here it would be this script, with its path.
  _sysExecutable: './this.program',
  _makeSnapshot: true,
});
const site = pyodide.runPython('import site; site.getsitepackages()[0]');
unpackAll();
pyodide.FS.writeFile(`${site}/../_satchel_boot.py`, readFileSync(new URL('./freeze.py', import.meta.url)));
const frozen = JSON.parse(pyodide.runPython('import _satchel_boot; _satchel_boot.freeze()'));
const memory = pyodide.makeMemorySnapshot();

await tryIt();
packSite();
const stdlib = pyodide.runPython('import sys; next(path for path in sys.path if path.endswith(".zip"))');
writeFileSync(`${out}/memory.bin`, memory);
writeFileSync(`${out}/made.json`, JSON.stringify({
  size: memory.length,
  folder: site,
  entries: Object.fromEntries(entriesOf(site)),
  stdlib: { path: stdlib, size: pyodide.FS.stat(stdlib).size },
  folders: frozen.folders,
  files: frozen.files,
}));

/** The files (with their sizes) and folders (null) of a folder. */
function* entriesOf(folder) {
  for (const name of pyodide.FS.readdir(folder)) {
    if (name === '.' || name === '..') continue;
    const { mode, size } = pyodide.FS.stat(`${folder}/${name}`);
    yield [name, pyodide.FS.isDir(mode) ? null : size];
  }
}

/** Puts the packages where `loadPackage` puts them; that itself would leave JavaScript objects in the memory. */
function unpackAll() {
  const unpack = pyodide.runPython('import pyodide._package_loader; pyodide._package_loader.unpack_buffer');
  const metadata = pyodide.toPy({ INSTALLER: 'pyodide.loadPackage', PYODIDE_SOURCE: 'pyodide' });
  for (const [, filename] of Object.entries(job.wheels).sort()) {
    unpack.callKwargs(bytes(filename), { filename, format: 'wheel', extract_dir: site, metadata });
  }
  metadata.destroy();
  unpack.destroy();
}

/** A snapshot that cannot run a cell is none. */
async function tryIt() {
  const again = await loadPyodide({ indexURL: `${runtime}/`, stdLibURL: `${runtime}/${job.stdlib}`, _loadSnapshot: memory });
  const answer = await again.runPythonAsync(`
import _satchel_boot, pyodide_kernel
_satchel_boot.wake("{}", '[0, 0, ["UTC", "UTC"]]')
(await pyodide_kernel.kernel_instance.run("import colorsys; _ = 6 * 7"))["status"]
`);
  if (answer !== 'ok') throw new Error(`A cell in the restored Python ended with "${answer}"`);
}

/** The packages as files, without the bytecode of what is in memory anyway. */
function packSite() {
  pyodide.FS.mkdirTree('/out');
  pyodide.FS.mount(pyodide.FS.filesystems.NODEFS, { root: out }, '/out');
  pyodide.globals.set('loaded', pyodide.toPy(frozen.modules));
  pyodide.runPython(`
import importlib.util, os, zipfile
skipped = {importlib.util.cache_from_source(path) for path in loaded if path.endswith(".py")}
with zipfile.ZipFile("/out/site.zip", "w", zipfile.ZIP_STORED) as archive:
    for folder, folders, names in os.walk(${JSON.stringify(site)}):
        folders.sort()
        for name in sorted(names):
            path = f"{folder}/{name}"
            if path not in skipped:
                entry = zipfile.ZipInfo(os.path.relpath(path, ${JSON.stringify(site)}), (1980, 1, 1, 0, 0, 0))
                with open(path, "rb") as file:
                    archive.writestr(entry, file.read())
`);
}
