// Builds the browser side into one folder: `node build.mjs --out DIR [--jupyterlab-staging PATH]`.
//
// The same sources and packages give the same bytes, wherever they lie.
import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { HERE, buildPage, buildBoot, buildDisk, buildReady, buildServiceWorker, buildStyles, buildWorker } from './build/bundles.mjs';
import { copyIcons, copyMathJax } from './build/copies.mjs';
import { refuseForeignUrls } from './build/foreign.mjs';
import { buildLabExtension } from './build/labextension.mjs';

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    'jupyterlab-staging': { type: 'string' },
  },
});
if (values.out === undefined) {
  console.error('build.mjs: --out DIR is missing (the folder that receives the built files; it is emptied first)');
  process.exit(2);
}
const out = resolve(values.out);
process.chdir(HERE);

await rm(out, { recursive: true, force: true });
await buildPage(out);
await buildStyles(out);
await buildDisk(out);
await buildReady(out);
await buildBoot(out);
await buildWorker(out);
await buildServiceWorker(out);
await copyMathJax(`${out}/mathjax`);
await copyIcons(`${out}/icons`);
if (values['jupyterlab-staging'] !== undefined) {
  await buildLabExtension(`${out}/labextension`, resolve(values['jupyterlab-staging']));
}
await refuseForeignUrls(out);
