// Compiles Python sources inside wheels and the standard library with the very Python that will run them.
//
//   node compile.mjs RUNTIME_FOLDER JOBS.json OUT_FOLDER
//
// JOBS.json: [{"name": file in RUNTIME_FOLDER, "layout": "wheel" | "zip"}]. Each result has the same name in OUT_FOLDER.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [runtime, jobs, out] = process.argv.slice(2).map((path) => resolve(path));
const { loadPyodide } = await import(pathToFileURL(`${runtime}/pyodide.mjs`).href);
// A fixed seed: the order of sets in compiled constants must not differ from build to build.
const pyodide = await loadPyodide({ indexURL: `${runtime}/`, env: { HOME: '/home/pyodide', PYTHONHASHSEED: '0' } });
pyodide.FS.mkdirTree('/in');
pyodide.FS.mkdirTree('/out');
pyodide.FS.mount(pyodide.FS.filesystems.NODEFS, { root: runtime }, '/in');
pyodide.FS.mount(pyodide.FS.filesystems.NODEFS, { root: out }, '/out');
pyodide.runPython(readFileSync(new URL('./compile_archive.py', import.meta.url), 'utf8'));
const compile = pyodide.globals.get('compile_archive');
for (const { name, layout } of JSON.parse(readFileSync(jobs, 'utf8'))) {
  compile(`/in/${name}`, `/out/${name}`, layout);
  console.log(name);
}
