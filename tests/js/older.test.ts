import '../../overrides/node_modules/fake-indexeddb/auto/index.mjs';
import assert from 'node:assert/strict';
import { beforeEach, suite, test } from 'node:test';
import { IDBFactory } from '../../overrides/node_modules/fake-indexeddb/build/esm/index.js';
import { Drive } from '../../overrides/src/drive/drive.ts';
import { fileItem, type DriveItem } from '../../overrides/src/drive/item.ts';
import { mayBeOlder } from '../../overrides/src/drive/names.ts';
import { findOlder, type OlderWork } from '../../overrides/src/drive/older.ts';
import { digest } from '../../overrides/src/notebook/digest.ts';
import { answer, answered } from '../../overrides/src/store/older-memory.ts';
import { firstLook } from '../../overrides/src/store/visit.ts';
import { parseCourse } from '../../overrides/src/work/course.ts';
import { MemoryWords } from './samples.ts';

/** The author's notebook: cell names and texts. */
const AUTHOR = { a: 'x = 1', b: 'y = 2', c: 'z = 3', d: 'w = 4' };
const PROSE = '# Values';
const OLD = 'JupyterLite Storage - /old/lite/';
const PATH = 'm/values.ipynb';

const parsed = parseCourse({
  schema: 1, course: 'demo',
  notebooks: [
    { id: 'values', title: 'Values', page: 'm/values.html', download: `lite/files/${PATH}`, lite: null, cells: Object.entries(AUTHOR).map(([id, text]) => ({ id, hash: digest(text) })) },
    { id: 'other', title: 'Other', page: 'other.html', download: 'lite/files/other.ipynb', lite: null, cells: [{ id: 'o', hash: digest('o = 1') }] },
  ],
});
assert.ok(parsed.ok);
const map = parsed.value;
const known = [[`text-${digest(PROSE)}`, digest(PROSE)], ...Object.entries(AUTHOR).map(([id, text]) => [id, digest(text)])];
const origin = { course: 'demo', notebook: 'values', known };

/** What a copy knows that started from another text of one cell. */
function knownBut(cell: string, base: string): readonly (readonly string[])[] {
  return known.map((entry) => entry[0] === cell ? [cell, base] : entry);
}

interface Cell { readonly id?: string; readonly cell_type?: string; readonly source: string }

function notebook(path: string, cells: readonly Cell[], satchel?: object, modified = 1000): DriveItem {
  const body = {
    cells: cells.map((cell) => ({ cell_type: 'code', metadata: {}, outputs: [{ output_type: 'stream' }], execution_count: 1, ...cell })),
    metadata: satchel ? { satchel } : {}, nbformat: 4, nbformat_minor: 5,
  };
  return fileItem(path, 'json', body, { created: 1, modified }, 'application/json');
}

/** The author's cells as a copy has them, some with another text. */
function copied(change: Readonly<Record<string, string>> = {}, own: readonly Cell[] = []): readonly Cell[] {
  return [{ id: `text-${digest(PROSE)}`, cell_type: 'markdown', source: PROSE },
    ...Object.entries({ ...AUTHOR, ...change }).map(([id, source]) => ({ id, source })), ...own];
}

async function put(name: string, ...items: readonly DriveItem[]): Promise<void> {
  await new Drive(name).change(() => items);
}

const site = JSON.stringify({ cells: copied().map((cell) => ({ cell_type: 'code', metadata: {}, ...cell })), metadata: { satchel: origin } });

async function found(fetchText: (url: string) => Promise<string> = async () => site): Promise<readonly OlderWork[]> {
  return findOlder({ map, lite: 'http://localhost/course/lite/', fetchText });
}

function texts(work: OlderWork | undefined): Record<string, string> {
  return Object.fromEntries((work?.edits ?? []).map(({ cell, record }) => [cell, record.text]));
}

beforeEach(() => { globalThis.indexedDB = new IDBFactory(); });

suite('is older work of this course found?', () => {
  const ways: readonly (readonly [string, DriveItem])[] = [
    ['by what the notebook says of itself, wherever it lies', notebook('moved/renamed.ipynb', copied({ b: 'y = 22' }), origin)],
    ['by the names of its cells', notebook('elsewhere.ipynb', copied({ b: 'y = 22' }))],
    ['by its path and the author\'s texts', notebook(PATH, [...Object.values({ ...AUTHOR, b: 'y = 22' })].map((source) => ({ source })))],
  ];
  for (const [name, item] of ways) {
    test(name, async () => {
      await put(OLD, item);
      const [work] = await found();
      assert.deepEqual([work?.name, work?.notebooks, work?.files, work?.newest], [OLD, 1, 0, 1000]);
    });
  }

  test('with its other files and own notebooks, and no folder counts', async () => {
    await put(OLD, notebook(PATH, copied({ a: 'mine' }), origin), fileItem('data/mine.csv', 'text', 'a,b', { created: 1, modified: 5000 }), notebook('Untitled.ipynb', [{ source: 'q' }]),
      { ...fileItem('data', 'json', null, { created: 1, modified: 9000 }), kind: 'directory' });
    const [work] = await found();
    assert.deepEqual([work?.notebooks, work?.files, work?.newest, work?.items.map(({ path }) => path).sort()], [2, 1, 5000, ['Untitled.ipynb', 'data/mine.csv']]);
    assert.doesNotMatch(JSON.stringify(work?.items), /output_type/);
  });

  test('in browsers that list no databases, under the names that JupyterLite gave', async () => {
    for (const name of ['JupyterLite Storage', 'JupyterLite Storage - /course/lite/', 'JupyterLite Storage - http://localhost/course/lite/']) {
      globalThis.indexedDB = new IDBFactory();
      await put(name, notebook(PATH, copied({ a: 'mine' }), origin));
      Reflect.set(indexedDB, 'databases', undefined);
      assert.deepEqual((await found()).map((work) => work.name), [name]);
    }
  });

  test('and an earlier identity of the course, by the names of the cells', async () => {
    await put('satchel/demo-2024/lite/contents', notebook(PATH, copied({ a: 'mine' })));
    assert.equal((await found()).length, 1);
  });
});

suite('is nothing else offered?', () => {
  const foreign = { ...origin, course: 'second' };
  const rows: readonly (readonly [string, string, readonly DriveItem[]])[] = [
    ['the course\'s own drive', 'satchel/demo/lite/contents', [notebook(PATH, copied({ a: 'mine' }), origin)]],
    ['a second course that says so, even with the same cells', 'satchel/second/lite/contents', [notebook(PATH, copied({ a: 'mine' }), foreign), fileItem('a.csv', 'text', 'x', { created: 1, modified: 1 })]],
    ['a second course with a notebook at the same path', OLD, [notebook(PATH, [{ source: 'import numpy' }, { source: 'x = 1' }, { source: 'other' }, { source: 'more' }, { source: 'yet more' }])]],
    ['a second course one of whose cells has the same name', OLD, [notebook('first.ipynb', [{ id: 'a', source: 'mine' }, { id: 'q', source: 'q' }])]],
    ['files of nobody knows whom', OLD, [fileItem('a.csv', 'text', 'x', { created: 1, modified: 1 }), notebook('Untitled.ipynb', [{ source: 'x = 1' }])]],
    ['a copy in which nothing was done', OLD, [notebook(PATH, copied(), origin), notebook('other.ipynb', [{ id: 'o', source: 'o = 1' }])]],
    ['a copy that knows only older texts of the author\'s', OLD, [notebook(PATH, copied({ a: 'x = 0' }), { ...origin, known: knownBut('a', digest('x = 0')) })]],
  ];
  for (const [name, database, items] of rows) {
    test(name, async () => {
      await put(database, ...items);
      assert.deepEqual(await found(), []);
    });
  }

  test('a drive of two courses: this one\'s notebooks, and no files', async () => {
    await put(OLD, notebook(PATH, copied({ a: 'mine' }), origin), notebook('theirs.ipynb', copied(), foreign), fileItem('a.csv', 'text', 'x', { created: 1, modified: 1 }));
    const [work] = await found();
    assert.deepEqual([work?.notebooks, work?.files, texts(work), work?.items], [1, 0, { a: 'mine' }, []]);
  });

  test('databases of satchel\'s own are not even opened', () => {
    const rows: readonly (readonly [string, boolean])[] = [['satchel/demo', false], ['satchel/other', false], ['satchel/other/lite/settings', false], ['satchel/demo/lite/contents', false], ['satchel/other/lite/contents', true], ['JupyterLite Storage', true]];
    assert.deepEqual(rows.map(([name]) => mayBeOlder(name, 'demo')), rows.map(([, may]) => may));
  });

  test('a database that cannot be looked through does not hide the others', async () => {
    await new Promise((resolve) => {
      const request = indexedDB.open('broken', 1);
      request.onupgradeneeded = () => { request.result.createObjectStore('files', { keyPath: 'x' }).put({ x: 1 }); };
      request.onsuccess = () => { request.result.close(); resolve(null); };
    });
    await put(OLD, notebook(PATH, copied({ a: 'mine' }), origin));
    assert.equal((await found()).length, 1);
  });
});

suite('what is a text of the student\'s, and from what did it start?', () => {
  test('known: the author\'s present text, an older one, none', async () => {
    await put(OLD, notebook(PATH, copied({ a: 'x = 11', b: 'y = 22', c: '  ' }), { ...origin, known: knownBut('b', 'older') }));
    const [work] = await found();
    const bases = work?.edits.map(({ cell, record }) => [cell, record.text, record.baseHash, record.baseText, record.time, record.place.page]);
    assert.deepEqual(bases, [['a', 'x = 11', digest('x = 1'), 'x = 1', 1000, 'm/values.html'], ['b', 'y = 22', 'older', '', 1000, 'm/values.html']]);
  });

  test('a copy that does not say: the student is asked', async () => {
    await put(OLD, notebook(PATH, copied({ a: 'x = 11' })));
    const [work] = await found();
    assert.deepEqual(work?.edits.map(({ record }) => [record.baseHash, record.baseText]), [['', '']]);
  });

  test('also where the author\'s notebook cannot be had', async () => {
    await put(OLD, notebook(PATH, copied({ a: 'x = 11' }), origin));
    const [work] = await found(async () => { throw new Error('404'); });
    assert.deepEqual([texts(work), work?.edits[0]?.record.baseText], [{ a: 'x = 11' }, '']);
  });

  const whole: readonly (readonly [string, readonly Cell[], boolean])[] = [
    ['only texts of the course\'s cells', copied({ a: 'mine' }), false],
    ['a cell of the student\'s own', copied({}, [{ id: 'new', source: 'mine' }]), true],
    ['an empty cell more', copied({ a: 'mine' }, [{ id: 'new', source: '' }]), false],
    ['prose of the student\'s own', copied({}, [{ id: 'p', cell_type: 'markdown', source: 'my notes' }]), true],
    ['changed prose', [{ id: `text-${digest(PROSE)}`, cell_type: 'markdown', source: 'changed' }, ...copied().slice(1)], true],
    ['another order', [...copied().slice(2), ...copied().slice(0, 2)], true],
    ['a cell that was deleted', copied({ a: 'mine' }).filter(({ id }) => id !== 'c'), false],
    ['the same cell twice', copied({}, [{ id: 'a', source: 'a second text' }]), true],
  ];
  for (const [name, cells, kept] of whole) {
    test(`${name}: the copy is ${kept ? 'kept as a file too' : 'not needed'}`, async () => {
      await put(OLD, notebook(PATH, cells, origin));
      assert.equal((await found())[0]?.items.length ?? 0, Number(kept));
    });
  }

  test('of two copies the one in its place leads, the other is kept whole', async () => {
    await put(OLD, notebook(PATH, copied({ a: 'in place' }), origin, 1000), notebook('m/values-Copy1.ipynb', copied({ a: 'the copy' }), origin, 2000));
    const [work] = await found();
    assert.deepEqual([texts(work), work?.items.map(({ path }) => path), work?.newest], [{ a: 'in place' }, ['m/values-Copy1.ipynb'], 2000]);
  });

  test('a notebook that the course no longer has is kept whole', async () => {
    await put(OLD, notebook('gone.ipynb', copied({ a: 'mine' }), { ...origin, notebook: 'gone' }));
    assert.deepEqual((await found())[0]?.items.map(({ path }) => path), ['gone.ipynb']);
  });
});

suite('is the answer remembered?', () => {
  const work = { name: OLD, newest: 1000 };
  test('by drive and newest time', () => {
    const words = new MemoryWords();
    assert.equal(answered('demo', work, words), null);
    answer('demo', work, 'later', words);
    assert.deepEqual([answered('demo', work, words), answered('demo', { ...work, newest: 2000 }, words), answered('other', work, words)], ['later', null, null]);
    answer('demo', work, null, words);
    assert.equal(answered('demo', work, words), null);
    words.setItem(`satchel/demo/older/${OLD}`, 'perhaps 5000');
    assert.equal(answered('demo', work, words), null);
    assert.equal(answered('demo', work, null), null);
  });

  test('a visit looks once, and only where there is something', async () => {
    const words = new MemoryWords();
    Object.defineProperty(globalThis, 'sessionStorage', { value: words, configurable: true });
    assert.equal(await firstLook('demo'), false);
    await put('satchel/demo/lite/contents', notebook(PATH, copied(), origin));
    words.clear();
    assert.equal(await firstLook('demo'), false);
    await put(OLD, notebook(PATH, copied(), origin));
    words.clear();
    assert.deepEqual([await firstLook('demo'), await firstLook('demo')], [true, false]);
    Object.defineProperty(globalThis, 'sessionStorage', { get: () => { throw new Error('blocked'); }, configurable: true });
    assert.equal(await firstLook('demo'), false);
  });
});
