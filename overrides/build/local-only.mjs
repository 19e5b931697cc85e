// Takes out of third-party packages what would load code or data from a public server, and what is never reached.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const stub = (name) => fileURLToPath(new URL(`../src/stubs/${name}.ts`, import.meta.url));

/** What is imported → what stands in its place, and why. */
const REPLACED = [
  // Widgets beyond the standard ones come with AMD modules from a CDN; here they are refused with a sentence.
  { from: /thebe-core/, name: /^\.{1,2}\/requireJsLoader$/, to: stub('amd') },
  { from: /thebe-core/, name: /^\.{1,2}\/loader$/, to: stub('amd') },
  // thebe-core's own renderers bring MathJax 2 and React; outputs.ts makes ours.
  { from: /thebe-core/, name: /^\.{1,2}\/rendermime$/, to: stub('rendermime') },
  // The widget manager's package is a JupyterLab plugin: it brings the notebook, the editor and a hundred languages.
  { from: /thebe-core/, name: /^@jupyter-widgets\/jupyterlab-manager$/, to: stub('widgets') },
  // The kernel's wheel addresses assume webpack; the wheels come from the course's lock.
  { from: /pyodide-kernel/, name: /^\.\/_pypi$/, to: stub('pypi') },
];

/** Texts in thebe-core that name public servers as defaults. No such default may survive. */
const ADDRESSES = /(['"`])https?:\/\/(?:cdnjs\.cloudflare\.com|mybinder\.org|cdn\.jsdelivr\.net|localhost)[^'"`]*\1/g;

export const localOnly = {
  name: 'local-only',
  setup(build) {
    for (const { from, name, to } of REPLACED) {
      build.onResolve({ filter: name }, ({ importer }) => (from.test(importer) ? { path: to } : undefined));
    }
    build.onResolve({ filter: /^(url|crypto|fs|ws|http|https)$/ }, ({ path, importer }) => (
      importer.includes('node_modules') ? { path, namespace: 'none' } : undefined
    ));
    // Course files lie in Python's own file system; JupyterLite's drive is not for pages.
    build.onResolve({ filter: /contents\/drivefs$/ }, ({ path, importer }) => (
      /pyodide-kernel\/lib\/worker/.test(importer) ? { path, namespace: 'none' } : undefined
    ));
    build.onLoad({ filter: /.*/, namespace: 'none' }, () => ({ contents: 'export default {};' }));
    // On isolated pages the kernel would take its other worker, whose calls block and can be lost when the page is busy.
    // Ours does without: course files lie in Python's own file system, and questions have their own way.
    build.onLoad({ filter: /pyodide-kernel\/lib\/kernel\.js$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replaceAll('if (crossOriginIsolated)', 'if (false)').replace("import coincident from 'coincident';", ''),
      loader: 'js',
    }));
    build.onLoad({ filter: /thebe-core\/dist\/esm\/(options|config|url)\.js$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replace(ADDRESSES, "''"),
      loader: 'js',
    }));
  },
};
