import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { suite, test } from 'node:test';

const SOURCES = new URL('../../overrides/src', import.meta.url).pathname;

/** What each layer of the page may import, besides itself. */
const MAY_USE: Readonly<Record<string, readonly string[]>> = {
  'types.ts': [], 'shape.ts': ['types.ts'], 'words.ts': ['types.ts'], 'config.ts': ['types.ts', 'shape.ts', 'work'],
  work: ['types.ts', 'shape.ts'],
  launch: ['types.ts', 'shape.ts', 'words.ts', 'work', 'view'],
  hosted: ['types.ts', 'shape.ts', 'running.ts', 'kernel', 'view'],
  run: ['types.ts'],
  notebook: ['types.ts', 'shape.ts', 'work'],
  drive: ['types.ts', 'shape.ts', 'words.ts', 'work', 'notebook'],
  store: ['types.ts', 'shape.ts', 'words.ts', 'work', 'notebook', 'drive'],
  offline: ['types.ts', 'shape.ts', 'words.ts'],
  view: ['types.ts', 'shape.ts', 'words.ts', 'work', 'run', 'store', 'drive', 'offline'],
  disk: ['view'],
  ready: ['types.ts', 'words.ts'],
  'ready/page': ['types.ts', 'shape.ts', 'words.ts', 'config.ts', 'ready', 'view', 'store', 'kernel', 'boot'],
};

/** Names that only exist in a browser. A pure module has no use for them. */
const BROWSER = /\b(document|window|navigator|localStorage|indexedDB|setTimeout|fetch|Date\.now)\b/;

/** Modules that decide and stand beside others that act. */
const DECIDING: ReadonlySet<string> = new Set(['list', 'state', 'range', 'place', 'offer'].map((name) => `offline/${name}.ts`));

function layerOf(path: string): string {
  const [top = path, below] = path.split('/');
  return `${top}/${below}` in MAY_USE ? `${top}/${below}` : top;
}

function faults(path: string, text: string): readonly string[] {
  const layer = layerOf(path);
  const allowed = [layer, ...MAY_USE[layer] ?? []];
  const imports = [...text.matchAll(/(?:from |import\()'(\.[^']+)'/g)].map(([, spec]) => normalize(join(dirname(path), spec ?? '')));
  const wrong = imports.filter((target) => !allowed.includes(layerOf(target))).map((target) => `${path} imports ${target}`);
  // Neither comments nor sentences reach for anything.
  const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '').replace(/'(?:[^'\\\n]|\\.)*'/g, "''");
  const pure = ['work', 'run', 'notebook', 'ready'].includes(layer) || DECIDING.has(path) || ['words.ts', 'shape.ts', 'config.ts'].includes(layer)
    || /^hosted\/(addresses|answers|problems|words)\.ts$/.test(path);
  return pure && BROWSER.test(code) ? [...wrong, `${path} reaches for the browser: ${BROWSER.exec(code)?.[0]}`] : wrong;
}

suite('do the layers hold?', () => {
  const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts') && layerOf(path) in MAY_USE);

  test('every module imports downward only, and pure modules know no browser', () => {
    assert.ok(files.length > 20);
    assert.deepEqual(files.flatMap((path) => faults(path, readFileSync(join(SOURCES, path), 'utf8'))), []);
  });

  test('this check refuses an upward import and a browser name', () => {
    assert.deepEqual(faults('work/edits.ts', "import { el } from '../view/dom.ts';"), ['work/edits.ts imports view/dom.ts']);
    assert.deepEqual(faults('work/edits.ts', 'const now = Date.now();'), ['work/edits.ts reaches for the browser: Date.now']);
    assert.deepEqual(faults('work/edits.ts', '// Date.now() would be wrong here'), []);
  });
});
