// The bundles that esbuild makes: the page with its chunks, the outputs' styles, and the module that starts Pyodide.
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { localOnly } from './local-only.mjs';

/** The folder overrides/. esbuild would take the one that the process was started in. */
export const HERE = fileURLToPath(new URL('..', import.meta.url));

const COMMON = {
  absWorkingDir: HERE,
  bundle: true,
  format: 'esm',
  target: 'es2022',
  minify: true,
  sourcemap: false,
  legalComments: 'none',
  charset: 'utf8',
  logLevel: 'warning',
};

/** page.js and the chunks that page.js asks for later. All lie side by side, as the kernel's workers need. */
export async function buildPage(out, entryPoints = { page: 'src/page.ts' }) {
  const result = await build({
    ...COMMON,
    entryPoints,
    outdir: out,
    splitting: true,
    metafile: true,
    chunkNames: '[name]-[hash]',
    assetNames: '[name]-[hash]',
    loader: { '.py': 'text', '.html': 'text', '.svg': 'text' },
    // JupyterLab's packages come as modules and as CommonJS; one copy of each is enough.
    mainFields: ['module', 'main'],
    alias: { path: 'path-browserify' },
    define: { 'process.env.NODE_ENV': '"production"', global: 'globalThis' },
    pure: ['console.debug'],
    plugins: [localOnly],
  });
  return result.metafile;
}

/** page.css; kernel.css for outputs and widgets, which only pages that run a cell load; hosted.css for a dialog that few open. */
export async function buildStyles(out) {
  await build({ ...COMMON, entryPoints: { page: 'css/page.css', kernel: 'src/kernel/kernel.css', hosted: 'src/hosted/hosted.css' }, outdir: out, loader: { '.svg': 'dataurl' } });
}

/** disk.js, no module: browsers load none from a folder. */
export async function buildDisk(out) {
  await build({ ...COMMON, format: 'iife', entryPoints: { disk: 'src/disk/disk.ts' }, outdir: out });
}

/** ready.js and ready.css of the page that looks at the browser: in one file each, so that they work where little else does. */
export async function buildReady(out) {
  await build({ ...COMMON, entryPoints: { ready: 'src/ready/page/ready.ts' }, outdir: out, mainFields: ['module', 'main'] });
  await build({ ...COMMON, entryPoints: { ready: 'css/ready.css' }, outdir: out });
}

/** boot.mjs: one file without imports but Pyodide's own. */
export async function buildBoot(out) {
  await build({ ...COMMON, entryPoints: { boot: 'src/boot/boot.ts' }, outdir: out, outExtension: { '.js': '.mjs' } });
}

/** python.worker.js: the worker that holds a page's Python, in one file. */
export async function buildWorker(out) {
  await build({
    ...COMMON,
    entryPoints: { 'python.worker': 'src/worker/python.worker.ts' },
    outdir: out,
    loader: { '.py': 'text' },
    mainFields: ['module', 'main'],
    plugins: [localOnly],
  });
}

/**
 * service-worker.js: the worker of readers who keep the course. A classic script, as JupyterLite's is, which it takes in.
 * And retired-worker.js, which a site can put in its place to be rid of it.
 */
export async function buildServiceWorker(out) {
  const entryPoints = { 'service-worker': 'src/offline/service-worker.ts', 'retired-worker': 'src/offline/retired-worker.ts' };
  await build({ ...COMMON, format: 'iife', entryPoints, outdir: out });
}
