import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { AuthorNotebook } from '../../overrides/src/notebook/author.ts';
import { bookOf, bringBack, isNotebook, parseBack, type BackFile } from '../../overrides/src/notebook/back.ts';
import { digest } from '../../overrides/src/notebook/digest.ts';
import { inStep } from '../../overrides/src/notebook/known.ts';
import { likeness, pair, type Given } from '../../overrides/src/notebook/pair.ts';
import { readNotebook, type NotebookPorts } from '../../overrides/src/store/notebook-back.ts';
import { mergeIn } from '../../overrides/src/work/merge.ts';
import { parseCourse, type CourseMap, type CourseNotebook } from '../../overrides/src/work/course.ts';
import { plainName } from '../../overrides/src/work/file-names.ts';
import { NOTES } from '../../overrides/src/work/notes.ts';
import { LONGEST_TEXT, type EditRecord } from '../../overrides/src/work/records.ts';

const CODE = { load: 'rows = load()', train: '# your code here', plot: 'plot(rows)\nshow()', test: 'assert rows' } as const;
const PROSE = { title: '# Training', task: 'Write the training.', end: 'Well done.' } as const;
const ORDER: readonly (readonly [kind: 'code' | 'markdown', id: string, text: string])[] = [
  ['markdown', 'title', PROSE.title], ['code', 'load', CODE.load], ['markdown', 'task', PROSE.task], ['code', 'train', CODE.train],
  ['code', 'plot', CODE.plot], ['code', 'test', CODE.test], ['markdown', 'end', PROSE.end],
];

const author: AuthorNotebook = {
  course: 'demo', notebook: 'gpu', cells: ORDER.map(([kind, id, source]) => ({ id, kind, source, hash: digest(source), body: {} })),
};

function map(id = 'demo'): CourseMap {
  const book = (name: string, cells: readonly (readonly [string, string])[]) => ({
    id: name, title: `The ${name}`, page: `${name}/train.html`, download: `lite/files/${name}/train.ipynb`, lite: null, cells: cells.map(([cell, text]) => ({ id: cell, hash: digest(text) })),
  });
  const parsed = parseCourse({ schema: 1, course: id, notebooks: [book('gpu', Object.entries(CODE)), book('other', [['o1', 'import numpy'], ['o2', 'print(1)']])] });
  assert.ok(parsed.ok);
  return parsed.value;
}

const gpu = map().notebooks.get('gpu') as CourseNotebook;

type Cell = { cell_type: string; id?: string; source: unknown; metadata?: object };

function cells(change: Readonly<Record<string, string>> = {}, ids = true): Cell[] {
  return ORDER.map(([kind, id, text]) => ({ cell_type: kind, ...ids ? { id } : {}, metadata: {}, source: change[id] ?? text }));
}

function file(list: readonly Cell[], { name = 'train.ipynb', metadata = {} as object, time = 5000 } = {}): BackFile {
  const parsed = parseBack({ nbformat: 4, nbformat_minor: 5, metadata, cells: list }, name, time);
  assert.ok(parsed.ok);
  return parsed.value;
}

/** What a notebook that was taken along says of the cell `train`, which held `text` then. */
function taken(text: string): object {
  const known = ORDER.map(([, id, source]) => [id, digest(source)]);
  return inStep({ satchel: { course: 'demo', notebook: 'gpu', known } }, new Map([['train', { base: digest(CODE.train), seen: digest(text) }]])) as object;
}

function record(text: string): EditRecord {
  return {
    schema: 1, revision: 1, text, baseHash: digest(CODE.train), baseText: CODE.train, time: 1000, rival: null, versions: [],
    place: { page: gpu.page, title: gpu.title, download: gpu.download },
  };
}

const texts = (found: ReturnType<typeof bringBack>): Record<string, string> => Object.fromEntries(found.edits.map(({ cell, record: { text } }) => [cell, text]));

suite('what comes back of a notebook?', () => {
  test('of one that nobody has changed, nothing', () => {
    for (const ids of [true, false]) assert.deepEqual(bringBack(file(cells({}, ids)), gpu, author, []), { edits: [], left: [], missing: 0 });
  });

  for (const ids of [true, false]) {
    test(`changed cells, ${ids ? 'by their ids' : 'without any ids'}, as edits of the author's text`, () => {
      const found = bringBack(file(cells({ train: 'model.fit(rows)', plot: 'plot(rows, colour="red")\nshow()' }, ids)), gpu, author, []);
      assert.deepEqual(texts(found), { train: 'model.fit(rows)', plot: 'plot(rows, colour="red")\nshow()' });
      assert.deepEqual(found.edits.map(({ record: { baseHash, baseText, time } }) => [baseHash, baseText, time]), [
        [digest(CODE.train), CODE.train, 5000], [digest(CODE.plot), CODE.plot, 5000],
      ]);
    });

    test(`${ids ? 'with' : 'without'} ids: a cell that is new stays in the file, one that was deleted stays in the book`, () => {
      const changed = cells({ train: 'model.fit(rows)' }, ids);
      changed.splice(1, 0, { cell_type: 'code', ...ids ? { id: 'mine' } : {}, source: '!nvidia-smi' });
      const found = bringBack(file(changed.filter(({ source }) => source !== CODE.test)), gpu, author, []);
      assert.deepEqual([texts(found), found.left, found.missing], [{ train: 'model.fit(rows)' }, [{ kind: 'code', text: '!nvidia-smi' }], 1]);
    });
  }

  test('prose that was changed stays in the file, an empty cell is nothing', () => {
    const found = bringBack(file([...cells({ task: 'I wrote it.', load: '  ' }), { cell_type: 'code', source: '' }]), gpu, author, []);
    assert.deepEqual([found.edits, found.left], [[], [{ kind: 'markdown', text: 'I wrote it.' }]]);
  });

  test('a text that has gone on from the one that is here takes its place without a question, one that has not is asked about', () => {
    const metadata = taken('model = 1');
    const here = [{ notebook: 'gpu', cell: 'train', record: record('model = 1') }];
    const [edit] = bringBack(file(cells({ train: 'model = 2' }), { metadata }), gpu, author, here).edits;
    assert.ok(edit);
    const merged = mergeIn(record('model = 1'), edit.record, 'file');
    assert.deepEqual([merged.text, merged.rival, merged.versions.map(({ text }) => text)], ['model = 2', null, ['model = 1', 'model = 1'].slice(0, merged.versions.length)]);
    assert.ok(merged.versions.some(({ text }) => text === 'model = 1'));
    const [other] = bringBack(file(cells({ train: 'model = 2' }), { metadata }), gpu, author, [{ notebook: 'gpu', cell: 'train', record: record('model = 9') }]).edits;
    assert.ok(other);
    const asked = mergeIn(record('model = 9'), other.record, 'file');
    assert.deepEqual([asked.text, asked.rival?.text], ['model = 9', 'model = 2']);
  });

  test('on another computer, all that went along', () => {
    assert.deepEqual(texts(bringBack(file(cells({ train: 'model = 1' }), { metadata: taken('model = 1') }), gpu, author, [])), { train: 'model = 1' });
  });

  test('the notes at its end', () => {
    const found = bringBack(file([...cells(), { cell_type: 'markdown', id: 'satchel-notes', source: '## My notes\n\nAsk.' }]), gpu, author, []);
    assert.deepEqual([texts(found), found.left], [{ [NOTES]: 'Ask.' }, []]);
  });

  test('a copy of another edition is asked about, for nobody knows the author\'s text that it started from', () => {
    const older = cells({ train: 'fit()', title: '# Old', task: 'Old task.', end: 'Old end.' });
    assert.deepEqual(bringBack(file(older), gpu, author, []).edits.map(({ record: { baseHash, baseText } }) => [baseHash, baseText]), [['', '']]);
  });

  test('without the author\'s notebook, the map will do', () => {
    assert.deepEqual(texts(bringBack(file(cells({ train: 'fit()' })), gpu, null, [])), { train: 'fit()' });
  });
});

suite('whose notebook is it?', () => {
  const known = (changed: BackFile): string => {
    const found = bookOf(changed, map(), plainName);
    return found.ok ? found.value.id : found.problem;
  };

  test('by what it says, by its cells, by its name and a cell', () => {
    assert.equal(known(file([], { metadata: { satchel: { course: 'demo', notebook: 'other' } } })), 'other');
    assert.equal(known(file(cells({}, false), { name: 'whatever.ipynb' })), 'gpu');
    assert.equal(known(file([{ cell_type: 'code', source: CODE.load }, { cell_type: 'code', source: 'my()' }], { name: 'train (my work) (1).ipynb' })), 'gpu');
  });

  test('another course\'s, a stranger\'s and an old one\'s are refused', () => {
    assert.match(known(file(cells(), { metadata: { satchel: { course: 'demo2', notebook: 'gpu' } } })), /another course/);
    assert.match(known(file([{ cell_type: 'code', source: 'import numpy' }, { cell_type: 'code', source: 'a' }, { cell_type: 'code', source: 'b' }], { name: 'x.ipynb' })), /not one of this course/);
    assert.match(known(file([], {})), /not one of this course/);
    assert.match(known(file(cells(), { metadata: { satchel: { course: 'demo', notebook: 'gone' } } })), /no longer has/);
  });
});

suite('which cell is which?', () => {
  const given = (id: string | null, source: string, kind = 'code'): Given => ({ id, kind, source, hash: digest(source) });
  const wanted = (id: string, source: string, kind = 'code') => ({ id, kind, source, hashes: new Set([digest(source)]) });

  test('a copied cell with the same name is the first of the two', () => {
    assert.deepEqual([...pair([given('a', '1'), given('a', '2')], [wanted('a', '1')])], [[0, 'a']]);
  });

  test('the same text twice goes in order', () => {
    assert.deepEqual([...pair([given(null, 'x'), given(null, 'x')], [wanted('a', 'x'), wanted('b', 'x')])], [[0, 'a'], [1, 'b']]);
  });

  test('a cell that became prose is not that cell', () => {
    assert.deepEqual([...pair([given('a', 'x', 'markdown')], [wanted('a', 'x')])], []);
  });

  test('of several, those that are alike; nothing that is not', () => {
    const pairs = pair([given(null, 'total = sum(values) / 2'), given(null, 'entirely other words')], [wanted('a', 'print(1)'), wanted('b', 'total = sum(values)'), wanted('c', 'zzz')]);
    assert.deepEqual([...pairs], [[0, 'b']]);
  });

  test('likeness', () => {
    assert.deepEqual([likeness('a b', 'a b'), likeness('a', 'b'), likeness('', '')], [1, 0, 0]);
  });
});

const PORTS: NotebookPorts = {
  course: { id: 'demo', title: 'Demo' }, map: async () => map(), here: async () => [], now: () => 9000,
  fetchText: async () => JSON.stringify({ metadata: { satchel: { course: 'demo', notebook: 'gpu', known: ORDER.map(([, id, text]) => [id, digest(text)]) } }, cells: cells() }),
};

function upload(body: string | Uint8Array, name = 'train.ipynb'): File {
  return new File([typeof body === 'string' ? body : new Uint8Array(body)], name, { lastModified: 5000 });
}

function book(change: object = {}): string {
  return JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells: cells({ train: 'fit()' }), ...change });
}

suite('is a notebook read as a stranger\'s file?', () => {
  test('a good one is offered, with its cell and nothing of its outputs', async () => {
    const outputs = cells({ train: 'fit()' }).map((cell) => ({ ...cell, outputs: [{ output_type: 'display_data', data: { 'text/html': '<img src=x onerror=alert(1)>' } }] }));
    const read = await readNotebook(upload(book({ cells: outputs })), PORTS);
    assert.ok(read?.ok);
    assert.deepEqual([read.value.from, read.value.work.edits.map(({ cell, record: { text } }) => [cell, text])], ['file', [['train', 'fit()']]]);
    assert.doesNotMatch(JSON.stringify(read.value), /onerror/);
  });

  test('a list of lines and a byte order mark are as good', async () => {
    const read = await readNotebook(upload(`\ufeff${book({ cells: cells({}).map((cell) => cell.id === 'train' ? { ...cell, source: ['a\n', 'b'] } : cell) })}`), PORTS);
    assert.ok(read?.ok);
    assert.equal(read.value.work.edits[0]?.record.text, 'a\nb');
  });

  test('a time of tomorrow is taken for now', async () => {
    const read = await readNotebook(new File([book()], 'train.ipynb', { lastModified: 1e14 }), PORTS);
    assert.ok(read?.ok);
    assert.equal(read.value.work.edits[0]?.record.time, 9000);
  });

  const refused: readonly (readonly [string, string | Uint8Array, RegExp])[] = [
    ['no JSON', '<script>alert(1)</script>', /not JSON/], ['half a file', book().slice(0, 60), /not JSON/], ['bytes', new Uint8Array([0xff, 0xfe, 0]), /not JSON/],
    ['another thing', '{"cells": 1}', /called a notebook and is none/], ['a list', '[]', /is none/], ['null', 'null', /is none/],
    ['only inherited', '{"__proto__": {"nbformat": 4, "cells": []}}', /is none/],
    ['nested without end', `{"nbformat":4,"cells":${'['.repeat(5000)}${']'.repeat(5000)}}`, /nested too deep/],
    ['an old format', book({ nbformat: 3 }), /old or unknown/], ['a newer format', book({ nbformat: 5 }), /old or unknown/], ['a format as text', book({ nbformat: '4' }), /old or unknown/],
    ['a cell that is a number', book({ cells: [7] }), /cell 1/], ['a cell without a text', book({ cells: [{ cell_type: 'code' }] }), /cell 1/],
    ['a text that is an object', book({ cells: [{ cell_type: 'code', source: { toString: 'x' } }] }), /cell 1/],
    ['lines that are numbers', book({ cells: [{ cell_type: 'code', source: [1] }] }), /cell 1/], ['a cell without a type', book({ cells: [{ source: 'x' }] }), /cell 1/],
    ['a text without end', book({ cells: [{ cell_type: 'code', source: 'x'.repeat(LONGEST_TEXT + 1) }] }), /too long/],
    ['cells without end', book({ cells: new Array(5001).fill({ cell_type: 'code', source: 'x' }) }), /more than 5000/],
    ['another course', book({ metadata: { satchel: { course: 'evil', notebook: 'gpu' } } }), /another course/],
    ['nothing of this course', book({ cells: [{ cell_type: 'code', source: 'evil()' }] }), /not one of this course/],
    ['too much', new Uint8Array(50_000_001).fill(32), /too large/],
  ];
  for (const [name, body, sentence] of refused) {
    test(name, async () => {
      const read = await readNotebook(upload(body), PORTS);
      assert.ok(read && !read.ok);
      assert.match(read.problem, sentence);
      assert.match(read.problem, /Nothing was changed/);
      assert.ok(read.problem.length < 300);
    });
  }

  test('ids that reach for objects are no ids', async () => {
    const read = await readNotebook(upload(book({ cells: cells({ train: 'fit()' }).map((cell) => cell.id === 'title' ? { ...cell, id: '__proto__' } : cell) })), PORTS);
    assert.ok(read?.ok);
    assert.equal(Reflect.get({}, 'text'), undefined);
  });

  test('what is no notebook is left to the reader of backups', async () => {
    for (const [body, name] of [['PK\u0003\u0004', 'a.ipynb'], ['{"kind": "satchel-work"}', 'work.json'], ['', 'a.ipynb'], ['nonsense', 'a.zip']] as const) {
      assert.equal(await readNotebook(upload(body, name), PORTS), null);
    }
    assert.equal(isNotebook(JSON.parse('{"nbformat": 4, "cells": {}}')), false);
  });

  test('without the course\'s map nobody can tell, and a missing author\'s notebook does not matter', async () => {
    const lost = await readNotebook(upload(book()), { ...PORTS, map: async () => null });
    assert.ok(lost && !lost.ok);
    assert.match(lost.problem, /try again/);
    assert.ok((await readNotebook(upload(book()), { ...PORTS, fetchText: async () => { throw new Error('404'); } }))?.ok);
  });
});
