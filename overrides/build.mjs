// Builds the browser side: `node build.mjs --out DIR`.
import { build } from 'esbuild';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { out: { type: 'string' } } });
if (!values.out) throw new Error('build.mjs: --out DIR is required (the folder that receives the built files)');

await build({
  entryPoints: { page: 'src/page.ts' },
  outdir: values.out,
  bundle: true, splitting: true, format: 'esm', target: 'es2022', minify: true, legalComments: 'none',
});
