// The JupyterLab extension, built by JupyterLab's own builder so that it shares the application's packages.
import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { build } from 'esbuild';
import { HERE } from './bundles.mjs';

/** Packages that the extension imports; the application provides them. */
const IMPORTS = [
  '@jupyterlab/application', '@jupyterlab/coreutils', '@jupyterlab/docregistry', '@jupyterlab/notebook',
  '@lumino/disposable', '@lumino/widgets',
];

/** A place inside node_modules, so that the builder finds our packages and nothing of it is committed. */
const CACHE = 'node_modules/.cache';

/**
 * Builds the extension into `out`. `staging` is the folder `jupyterlab/staging` of an installed JupyterLab, which
 * knows the versions of the packages that are shared.
 */
export async function buildLabExtension(out, staging) {
  await mkdir(CACHE, { recursive: true });
  // A folder of its own: two builds may run at once.
  const work = await mkdtemp(`${CACHE}/satchel-lab-`);
  try {
    await writePackage(work);
    await runBuilder(resolve(work), staging);
    await rm(out, { recursive: true, force: true });
    await cp(`${work}/out`, out, { recursive: true });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Writes the package that the builder takes: one JavaScript file and its description. */
async function writePackage(folder) {
  const { version, license, dependencies } = JSON.parse(await readFile('package.json', 'utf8'));
  await build({
    absWorkingDir: HERE,
    entryPoints: ['src/labext/index.ts'], outfile: `${folder}/lib/index.js`,
    bundle: true, format: 'esm', target: 'es2022', external: IMPORTS, legalComments: 'none', logLevel: 'warning',
  });
  await writeFile(`${folder}/package.json`, `${JSON.stringify({
    name: 'satchel-lab',
    version,
    description: 'Adds a link back to the book to notebooks.',
    license,
    main: 'lib/index.js',
    dependencies: Object.fromEntries(IMPORTS.map((name) => [name, `^${dependencies[name]}`])),
    jupyterlab: { extension: true, outputDir: 'out', webpackConfig: 'webpack.config.cjs' },
  }, null, 2)}\n`);
  // By default a module's number comes from its absolute path, and the same sources give other bytes elsewhere.
  await writeFile(`${folder}/webpack.config.cjs`, "module.exports = { optimization: { moduleIds: 'natural', chunkIds: 'natural' } };\n");
}

/** Runs the builder inside `folder`, so that no path of this machine gets into what it writes. */
async function runBuilder(folder, staging) {
  const builder = resolve('node_modules/@jupyterlab/builder/lib/build-labextension.js');
  const child = spawn(process.execPath, [builder, '--core-path', staging, '.'], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => { output += chunk; });
  const code = await new Promise((done, failed) => {
    child.on('close', done);
    child.on('error', failed);
  });
  if (code !== 0) throw new Error(`The JupyterLab extension could not be built (exit ${code}):\n${output}`);
}
