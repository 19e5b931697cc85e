// The JupyterLab extension, built by JupyterLab's own builder so that it shares the application's packages.
import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { build } from 'esbuild';
import { HERE } from './bundles.mjs';
import { localOnly } from './local-only.mjs';

/** Packages that the extension imports; the application provides them. The builder knows JupyterLab's by itself. */
const APPLICATION = ['@jupyterlab/*', '@lumino/*', '@jupyter/ydoc', '@jupyterlite/apputils', '@jupyterlite/services'];

/** Of these there is one in the page: JupyterLite's, whatever its version. Tests look at what we use of it. */
const SHARED = Object.fromEntries([
  ...['application', 'apputils', 'coreutils', 'docregistry', 'launcher', 'logconsole', 'mainmenu', 'notebook', 'services', 'ui-components'].map((name) => `@jupyterlab/${name}`),
  '@jupyterlite/apputils', '@jupyterlite/services',
].map((name) => [name, { bundled: false, singleton: true, requiredVersion: false }]));

/**
 * What the builder's webpack is told beyond its own settings.
 *
 * By default a module's number comes from its absolute path, and the same sources give other bytes elsewhere. An entry
 * with the extension's own name becomes part of its first script, so that it runs as soon as that has arrived. The
 * kernel's worker is a finished module and stays as it is.
 */
const WEBPACK = `module.exports = {
  entry: { 'satchel-lab': './lib/start.js' },
  optimization: { moduleIds: 'natural', chunkIds: 'natural' },
  module: { rules: [{ test: /\\.worker\\.js$/, type: 'asset/resource', generator: { filename: '[name].[contenthash][ext]' } }] },
};
`;

const WORKER = 'comlink.worker.js';

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

/** Writes the package that the builder takes: its JavaScript, the kernel's worker, and a description. */
async function writePackage(folder) {
  const { version, license } = JSON.parse(await readFile('package.json', 'utf8'));
  await build({
    absWorkingDir: HERE,
    entryPoints: ['src/labext/index.ts', 'src/labext/start.ts'], outdir: `${folder}/lib`, splitting: true,
    bundle: true, format: 'esm', target: 'es2022', legalComments: 'none', logLevel: 'warning',
    // What both entries use lies beside them, so that `import.meta.url` finds the worker there.
    chunkNames: '[name]-[hash]', loader: { '.css': 'text', '.py': 'text', '.svg': 'text' },
    external: APPLICATION, plugins: [localOnly],
  });
  const worker = await readFile(`node_modules/@jupyterlite/pyodide-kernel/lib/${WORKER}`, 'utf8');
  await writeFile(`${folder}/lib/${WORKER}`, worker.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, '\n'));
  await writeFile(`${folder}/package.json`, `${JSON.stringify({
    name: 'satchel-lab',
    version,
    description: "A way back to the book, and the course's Python.",
    license,
    main: 'lib/index.js',
    dependencies: {},
    jupyterlab: { extension: true, outputDir: 'out', webpackConfig: 'webpack.config.cjs', sharedPackages: SHARED },
  }, null, 2)}\n`);
  await writeFile(`${folder}/webpack.config.cjs`, WEBPACK);
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
