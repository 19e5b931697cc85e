import assert from 'node:assert/strict';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, suite, test } from 'node:test';
import { refuseForeignUrls } from '../../overrides/build/foreign.mjs';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'satchel-built-'));
  await mkdir(join(folder, 'mathjax'));
});
afterEach(() => rm(folder, { recursive: true }));

suite('may the built files name this server?', () => {
  const refused = [
    ['page.js', 'import("https://unpkg.com/x@1/index.js")'],
    ['kernel.css', '@import url(https://fonts.googleapis.com/css?family=Roboto);'],
    ['mathjax/tex.js', 'const a = "https://cdn.jsdelivr.net/npm/";'],
  ] as const;
  for (const [name, text] of refused) {
    test(`${name} may not: ${text}`, async () => {
      await writeFile(join(folder, name), text);
      await assert.rejects(refuseForeignUrls(folder), (error: Error) => error.message.includes(name));
    });
  }

  test('documentation and namespaces are not fetched', async () => {
    await writeFile(join(folder, 'page.js'), 'const a = "http://www.w3.org/2000/svg", b = "https://pyodide.org";');
    await refuseForeignUrls(folder);
  });
});
