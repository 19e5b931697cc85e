/** What a restored Python's files and the packed files of a start promise, without a Python. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { answering, packedAnswers } from '../../overrides/src/boot/loading.ts';
import { openPacked, readPacked } from '../../overrides/src/boot/packed.ts';
import { Pending, type LazyFileSystem } from '../../overrides/src/boot/pending.ts';
import { parsePlan } from '../../overrides/src/boot/plan.ts';

const SNAPSHOT = {
  memory: 'm.bin', size: 3, site: 's.bin', folder: '/site', entries: { pack: null, 'one.py': 4 },
  stdlib: { path: '/lib/python.zip', size: 9 }, packages: ['ipython'], folders: ['/home'], files: { '/home/a': 'YQ==' },
};
const PLAN = { schema: 1, lock: '{}', packed: { 'pyodide.asm.wasm': 'w.bin' }, snapshot: SNAPSHOT };

test('a plan is read as the build wrote it', () => {
  assert.deepEqual(parsePlan(PLAN), { lock: '{}', packed: PLAN.packed, snapshot: SNAPSHOT });
});

for (const [what, value] of Object.entries({
  'another schema': { ...PLAN, schema: 2 },
  'no lock': { ...PLAN, lock: undefined },
  'packed files that are not names': { ...PLAN, packed: { a: 1 } },
  'no plan at all': null,
})) {
  test(`${what} is no plan`, () => { assert.equal(parsePlan(value), null); });
}

for (const [what, value] of Object.entries({
  'no size': { ...SNAPSHOT, size: '3' },
  'entries without sizes': { ...SNAPSHOT, entries: ['pack'] },
  'no standard library': { ...SNAPSHOT, stdlib: '/lib/python.zip' },
})) {
  test(`a memory with ${what} is left out, the rest of the plan stays`, () => {
    assert.equal(parsePlan({ ...PLAN, snapshot: value })?.snapshot, null);
  });
}

class Errno extends Error {
  readonly errno: number;

  constructor(errno: number) {
    super(`errno ${errno}`);
    this.errno = errno;
  }
}

interface Node {
  readonly children: Map<string, Node>;
  contents: Uint8Array | null;
  usedBytes: number;
  node_ops: { lookup(parent: Node, name: string): Node; readdir(node: Node): string[] };
}

function folder(): Node {
  return {
    children: new Map(), contents: null, usedBytes: 0,
    node_ops: {
      lookup: () => { throw new Errno(44); },
      readdir: ({ children }) => [...children.keys()],
    },
  };
}

/** MEMFS as far as `Pending` reaches: a tree of nodes with operations, as Emscripten has them. */
class Memory {
  readonly ErrnoError = Errno;
  readonly root = folder();

  #walk(path: string): Node {
    let node = this.root;
    for (const part of path.split('/').filter((one) => one !== '')) node = this.lookupNode(node, part);
    return node;
  }

  lookupNode(parent: Node, name: string): Node {
    return parent.children.get(name) ?? parent.node_ops.lookup(parent, name);
  }

  lookupPath(path: string) { return { node: this.#walk(path) }; }

  mkdir(path: string) {
    const cut = path.lastIndexOf('/');
    this.#walk(path.slice(0, cut)).children.set(path.slice(cut + 1), folder());
  }

  writeFile(path: string, data: Uint8Array) {
    const cut = path.lastIndexOf('/');
    const { children } = this.#walk(path.slice(0, cut));
    const name = path.slice(cut + 1);
    const node = children.get(name) ?? folder();
    children.set(name, node);
    node.contents = data;
    node.usedBytes = data.length;
  }

  read(path: string) { return this.#walk(path).contents; }
}

function waiting(fill: (fs: Memory) => void) {
  const fs = new Memory();
  fs.mkdir('/site');
  const pending = new Pending(fs as unknown as LazyFileSystem, '/site', { pack: null, 'one.py': 4 }, () => { fill(fs); });
  return { fs, pending };
}

function arrive(fs: Memory) {
  fs.writeFile('/site/one.py', new Uint8Array([1, 2, 3, 4]));
  fs.writeFile('/site/pack/two.py', new Uint8Array([5]));
}

test('entries can be listed and measured before their content is there', () => {
  const { fs, pending } = waiting(() => assert.fail('nobody looked inside'));
  const { node } = fs.lookupPath('/site');
  assert.deepEqual(node.node_ops.readdir(node), ['pack', 'one.py']);
  assert.equal(fs.lookupPath('/site/one.py').node.usedBytes, 4);
  assert.ok(fs.lookupPath('/site/pack').node);
  assert.ok(pending.open);
});

for (const [how, look] of Object.entries<(fs: Memory) => unknown>({
  'the content of a file': (fs) => fs.read('/site/one.py'),
  'a file in a folder': (fs) => fs.read('/site/pack/two.py'),
  'the list of a folder': (fs) => {
    const { node } = fs.lookupPath('/site/pack');
    assert.deepEqual(node.node_ops.readdir(node), ['two.py']);
  },
})) {
  test(`${how} brings everything, once`, () => {
    let times = 0;
    const { fs, pending } = waiting((memory) => { times += 1; arrive(memory); });
    look(fs);
    assert.deepEqual(fs.read('/site/one.py'), new Uint8Array([1, 2, 3, 4]));
    assert.deepEqual(fs.read('/site/pack/two.py'), new Uint8Array([5]));
    pending.settle();
    assert.equal(times, 1);
    assert.equal(pending.open, false);
  });
}

test('content that cannot be had is an error of input and output, and is asked for again', (t) => {
  t.mock.method(console, 'error', () => undefined);
  let there = false;
  const { fs } = waiting((memory) => {
    if (!there) throw new Error('no answer');
    arrive(memory);
  });
  assert.throws(() => fs.read('/site/one.py'), { errno: 29 });
  assert.throws(() => fs.read('/site/pack/two.py'), { errno: 29 });
  there = true;
  assert.deepEqual(fs.read('/site/pack/two.py'), new Uint8Array([5]));
});

const packed = gzipSync(new Uint8Array([7, 8, 9]));
const serve = (body: Uint8Array | null, status = 200): typeof fetch => async () => new Response(body === null ? null : new Uint8Array(body), { status });

test('a packed file is what was packed', async () => {
  assert.deepEqual(await readPacked('x', 3, serve(packed)), new Uint8Array([7, 8, 9]));
});

for (const [what, size, get] of [
  ['longer than it should be', 2, serve(packed)],
  ['shorter than it should be', 4, serve(packed)],
  ['damaged', 3, serve(packed.subarray(0, 12))],
  ['missing', 3, serve(packed, 404)],
] as const) {
  test(`a packed file that is ${what} is refused`, async () => {
    await assert.rejects(readPacked('x', size, get));
  });
}

test('a packed file comes under the type that its reader needs', async () => {
  const response = await openPacked('x', 'application/wasm', serve(packed));
  assert.equal(response.headers.get('content-type'), 'application/wasm');
});

test('Pyodide gets packed files under their own names, and everything else as before', async (t) => {
  const asked: string[] = [];
  t.mock.method(globalThis, 'fetch', async (input: string) => { asked.push(input); return new Response('usual'); });
  const plan = parsePlan(PLAN);
  assert.ok(plan);
  const answers = packedAnswers(plan, 'https://site/runtime/', serve(packed));
  const seen = await answering(answers, null, async () => [
    (await (await fetch('https://site/runtime/pyodide.asm.wasm')).arrayBuffer()).byteLength,
    await (await fetch('https://site/runtime/other')).text(),
  ]);
  assert.deepEqual(seen, [3, 'usual']);
  assert.deepEqual(asked, ['https://site/runtime/other']);
});

test('after a start that failed, requests are as before', async () => {
  const before = [globalThis.fetch, WebAssembly.instantiateStreaming];
  await assert.rejects(answering({}, Promise.resolve({} as WebAssembly.Module), () => Promise.reject(new Error('no'))));
  assert.deepEqual([globalThis.fetch, WebAssembly.instantiateStreaming], before);
});
