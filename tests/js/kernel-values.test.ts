import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { explain, missingSentence, plainName, readable } from '../../overrides/src/kernel/errors.ts';
import { hasFormula } from '../../overrides/src/kernel/latex.ts';
import { Download, labelOf } from '../../overrides/src/kernel/progress.ts';
import { parseRuntime, readRuntime } from '../../overrides/src/kernel/runtime.ts';

const written = {
  schema: 1, pyodide: '0.28.3', python: '3.13', kernel_packages: ['ipython'],
  boot_files: ['pyodide.mjs', 'pyodide.asm.wasm', 'ipython-9.0.2-py3-none-any.whl'],
  sizes: { 'pyodide.mjs': 10, 'pyodide.asm.wasm': 100, 'ipython-9.0.2-py3-none-any.whl': 50, 'numpy-2.2.5-cp313.whl': 40 },
};

suite('which runtime folders are accepted?', () => {
  test('what the build writes', () => {
    const runtime = parseRuntime(JSON.stringify(written));
    assert.deepEqual(runtime?.kernelPackages, ['ipython']);
    assert.equal(runtime?.sizes.get('pyodide.asm.wasm'), 100);
  });
  for (const [name, change] of [
    ['another schema', { schema: 2 }], ['no sizes', { sizes: null }], ['a size that is no number', { sizes: { x: '1' } }],
    ['packages that are no list', { kernel_packages: 'ipython' }], ['no boot files', { boot_files: undefined }],
  ] as const) {
    test(`not ${name}`, () => assert.equal(parseRuntime(JSON.stringify({ ...written, ...change })), null));
  }
  for (const [name, get, words] of [
    ['is not there', () => new Response('', { status: 404 }), /no usable runtime \(runtime\.json: 404\).*upload/],
    ['is no JSON', () => new Response('<html>'), /damaged/],
    ['cannot be reached', () => { throw new TypeError('Failed to fetch'); }, /did not answer.*connection/],
  ] as const) {
    test(`says what to do when it ${name}`, async () => {
      await assert.rejects(readRuntime('https://x/runtime/runtime.json', () => Promise.resolve().then(get)), words);
    });
  }
});

suite('how far is the download?', () => {
  const download = (): Download => new Download(new Map(Object.entries(written.sizes)), written.boot_files);
  const came = (file: string, bytes: number) => ({ satchel: 'bytes', file, bytes, done: false }) as const;

  test('at the start: nothing of everything', () => assert.deepEqual(download().now(), { loaded: 0, total: 160, label: 'Python' }));
  test('modules count with the first file behind them', () => {
    assert.deepEqual(download().add(came('pyodide.asm.wasm', 30)), { loaded: 40, total: 160, label: 'Python' });
  });
  test('a package that comes later joins the total', () => {
    const all = download();
    all.finish();
    assert.deepEqual(all.add(came('numpy-2.2.5-cp313.whl', 15)), { loaded: 175, total: 200, label: 'numpy' });
  });
  test('more bytes than announced never exceed the total', () => {
    const { loaded, total } = download().add(came('pyodide.asm.wasm', 500));
    assert.ok(loaded <= total);
  });
  test('done is done, whatever came from a cache', () => assert.deepEqual(download().finish(), { loaded: 160, total: 160, label: 'Python' }));
  test('files have names that readers know', () => {
    assert.equal(labelOf('scikit_learn-1.7.0-cp313-cp313-pyodide_2025_0_wasm32.whl'), 'scikit_learn');
    assert.equal(labelOf('pyodide-lock.json'), 'Python');
    assert.equal(labelOf('data/x.csv'), 'data/x.csv');
  });
});

suite('how do errors read?', () => {
  test('by their plain name', () => {
    assert.equal(plainName("<class 'ZeroDivisionError'>"), 'ZeroDivisionError');
    assert.equal(plainName("<class 'json.decoder.JSONDecodeError'>"), 'JSONDecodeError');
    assert.equal(plainName('ValueError'), 'ValueError');
  });
  test('a package that is not there gets a sentence', () => {
    assert.match(explain('ModuleNotFoundError', "No module named 'torch.nn'", []) ?? '', /"torch" is not part of this course's Python/);
  });
  test('a course file that did not arrive gets its reason', () => {
    const missing = [{ path: 'm/data/x.csv', reason: 'the server answered 404' }];
    const value = "[Errno 44] No such file or directory: 'data/x.csv'";
    assert.equal(explain('FileNotFoundError', value, missing), missingSentence({ path: 'm/data/x.csv', reason: 'the server answered 404' }));
    assert.equal(explain('FileNotFoundError', "No such file: 'other.csv'", missing), null);
  });
  test('others speak for themselves', () => assert.equal(explain('ValueError', 'no', []), null));
  test('a cause is wrapped once', () => {
    const once = readable('boom', 'Python did not start');
    assert.equal(once.message, 'Python did not start: boom');
    assert.equal(readable(once, 'Python did not start').message, once.message);
  });
});

suite('is MathJax needed?', () => {
  for (const text of ['$x^2$', '$$x$$', '\\(x\\)', '\\[x\\]', '\\begin{align}x\\end{align}']) test(`for ${text}`, () => assert.ok(hasFormula(text)));
  for (const text of ['', '12', 'costs $5', 'x < y']) test(`not for ${JSON.stringify(text)}`, () => assert.ok(!hasFormula(text)));
});
