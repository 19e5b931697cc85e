// The bundles that esbuild makes: the page with its chunks, the outputs' styles, and the module that starts Pyodide.
import { existsSync } from 'node:fs';
import { build } from 'esbuild';
import { localOnly } from './local-only.mjs';

const COMMON = {
  bundle: true,
  format: 'esm',
  target: 'es2022',
  minify: true,
  sourcemap: false,
  legalComments: 'none',
  charset: 'utf8',
  logLevel: 'warning',
};

/** page.js, page.css and the chunks that page.js asks for later. All lie side by side, as the kernel's workers need. */
export async function buildPage(out, entryPoints = { page: 'src/page.ts' }) {
  const result = await build({
    ...COMMON,
    entryPoints: { ...entryPoints, ...(existsSync('css/page.css') && entryPoints.page ? { page_css: 'css/page.css' } : {}) },
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

/** kernel.css: how outputs and widgets look. Only pages that run a cell load it. */
export async function buildStyles(out) {
  await build({ ...COMMON, entryPoints: { kernel: 'src/kernel/kernel.css' }, outdir: out, loader: { '.svg': 'dataurl' } });
}

/** boot.mjs: one file without imports but Pyodide's own. */
export async function buildBoot(out) {
  await build({ ...COMMON, entryPoints: { boot: 'src/boot/boot.ts' }, outdir: out, outExtension: { '.js': '.mjs' } });
}
