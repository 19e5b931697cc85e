// Bundles lite.js: `node bundle.mjs NODE_MODULES OUT`.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const [modules, out] = process.argv.slice(2);
const { build } = createRequire(`${modules}/`)('esbuild');

await build({
  entryPoints: [fileURLToPath(new URL('lite.js', import.meta.url))],
  nodePaths: [modules],
  outdir: out,
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  mainFields: ['module', 'main'],
  alias: { path: `${modules}/path-browserify` },
  define: { 'process.env.NODE_ENV': '"production"', global: 'globalThis' },
  logLevel: 'warning',
  plugins: [{
    name: 'stock',
    setup({ onLoad, onResolve }) {
      // The kernel's wheels lie beside the bundle; webpack, which the kernel is made for, gives whole addresses as well.
      onLoad({ filter: /pyodide-kernel\/lib\/_pypi\.js$/ }, async ({ path }) => ({
        contents: (await readFile(path, 'utf8')).replace(
          /export \* as (\w+) from '\.\.\/pypi\/(.+)';/g,
          "export const $1 = { default: new URL('$2', import.meta.url).href };",
        ),
      }));
      // Packages made for Node as well ask for its modules and never use them here.
      onResolve({ filter: /^(url|crypto|fs|ws|http|https)$/ }, ({ path }) => ({ path, namespace: 'none' }));
      onLoad({ filter: /.*/, namespace: 'none' }, () => ({ contents: 'export default {};' }));
    },
  }],
});
