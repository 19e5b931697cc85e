import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { strFromU8, strToU8, unzipSync, zipSync } from '../../overrides/node_modules/fflate/esm/index.mjs';
import { pack, packNotebook, unpack, type BackupPorts } from '../../overrides/src/store/backup.ts';
import { fileItem, folderItem, type DriveItem } from '../../overrides/src/drive/item.ts';
import { sameWork } from '../../overrides/src/drive/notebook.ts';
import { packFiles } from '../../overrides/src/store/backup-files.ts';
import { readBackup } from '../../overrides/src/store/restore.ts';
import { parseCourse } from '../../overrides/src/work/course.ts';
import { fillNotebook } from '../../overrides/src/work/notebook.ts';
import { NOTES } from '../../overrides/src/work/notes.ts';
import { parseWork, WORK_FILE, writeWork, type Work } from '../../overrides/src/work/archive.ts';
import { record } from './samples.ts';

const work: Work = {
  course: { id: 'demo', title: 'Demo' }, made: 1_700_000_000_000,
  edits: [{ notebook: 'module-1/values', cell: 'c1', record: record() }],
};
const notebook = JSON.stringify({
  cells: [
    { cell_type: 'markdown', id: 'm1', metadata: {}, source: ['# Values'] },
    { cell_type: 'code', id: 'c1', metadata: {}, source: ['x = 1'], outputs: [{ output_type: 'stream' }], execution_count: 4 },
  ],
  metadata: {}, nbformat: 4, nbformat_minor: 5,
});

function site(fetchText: (url: string) => Promise<string>): BackupPorts {
  return { fetchText, map: null };
}

async function notebooks(packed: Blob): Promise<Record<string, { cells: { cell_type: string; source: string[]; outputs?: unknown[]; execution_count?: unknown }[] }>> {
  const files = unzipSync(new Uint8Array(await packed.arrayBuffer()));
  return Object.fromEntries(Object.entries(files).filter(([name]) => name !== WORK_FILE).map(([name, raw]) => [name, JSON.parse(strFromU8(raw))]));
}

async function message(blob: Blob): Promise<string> {
  const parsed = await unpack(blob, 'demo');
  return parsed.ok ? 'accepted' : parsed.problem;
}

function zipped(files: Record<string, string>): Blob {
  return new Blob([new Uint8Array(zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)]))))]);
}

suite('does a backup come back?', () => {
  test('exactly, through the zip and alone', async () => {
    const { blob, problems } = await pack(work, site(async () => notebook));
    assert.deepEqual(problems, []);
    assert.deepEqual(await unpack(blob, 'demo'), { ok: true, value: work });
    assert.deepEqual(await unpack(new Blob([writeWork(work)]), 'demo'), { ok: true, value: work });
  });

  test('with a real notebook that holds the student\'s text', async () => {
    const { blob } = await pack(work, site(async (url) => url === 'lite/files/module-1/values.ipynb' ? notebook : ''));
    const files = await notebooks(blob);
    assert.deepEqual(Object.keys(files), ['module-1/values.ipynb']);
    const [title, code] = files['module-1/values.ipynb']?.cells ?? [];
    assert.deepEqual([code?.source, code?.outputs, code?.execution_count], [['x = 2'], [], null]);
    assert.deepEqual(title?.source, ['# Values']);
  });

  test('a notebook that cannot be fetched is named, and the work is in one of its own', async () => {
    const { blob, problems } = await pack(work, site(async () => { throw new Error('the site answers 404'); }));
    assert.match(problems.join(), /values\.ipynb: the site answers 404/);
    assert.ok((await unpack(blob, 'demo')).ok);
    assert.deepEqual((await notebooks(blob))['notebooks/Values.ipynb']?.cells.at(-1)?.source, ['x = 2']);
  });

  test('a cell that the notebook no longer has comes at its end, and the notes after it', async () => {
    const edits = ['gone', NOTES].map((cell) => ({ notebook: 'n', cell, record: record({ text: `text of ${cell}` }) }));
    const { blob, problems } = await pack({ ...work, edits }, site(async () => notebook));
    assert.deepEqual(problems, []);
    const cells = (await notebooks(blob))['module-1/values.ipynb']?.cells ?? [];
    assert.deepEqual(cells.slice(2).map(({ cell_type: kind }) => kind), ['markdown', 'code', 'markdown']);
    assert.deepEqual(cells[3]?.source, ['text of gone']);
    assert.match(cells[4]?.source.join('') ?? '', /## My notes\n\ntext of :notes/);
  });

  test('a renamed notebook is taken from where it is now; one that is gone becomes one of its own', async () => {
    const map = parseCourse({ schema: 1, course: 'demo', notebooks: [{ id: 'n', title: 'New', page: 'new.html', download: 'lite/files/new%20name.ipynb', lite: null, cells: [{ id: 'c1', hash: 'h' }] }] });
    assert.ok(map.ok);
    const edits = ['n', 'gone', 'gone too'].map((notebook) => ({ notebook, cell: 'c1', record: record() }));
    const asked: string[] = [];
    const { blob, problems } = await pack({ ...work, edits }, { map: map.value, fetchText: async (url) => { asked.push(url); return notebook; } });
    assert.deepEqual([asked, problems], [['lite/files/new%20name.ipynb'], []]);
    assert.deepEqual(Object.keys(await notebooks(blob)).sort(), ['new name.ipynb', 'notebooks/Values 2.ipynb', 'notebooks/Values.ipynb']);
  });

  test('one page alone, also without any edit', async () => {
    const packed = await packNotebook([], 'Values', 'lite/files/module-1/values.ipynb', async () => notebook);
    assert.deepEqual([packed.path, JSON.parse(packed.json)], ['module-1/values.ipynb', JSON.parse(notebook)]);
  });
});

suite('does a backup hold the files of the notebook view?', () => {
  const times = { created: 1000, modified: 2000 };
  const book = fileItem('a/my own.ipynb', 'json', { cells: [{ cell_type: 'code', id: 'x', metadata: {}, source: 'q', outputs: [{ output_type: 'stream', name: 'stdout', text: 'hello' }], execution_count: 1 }], metadata: {}, nbformat: 4, nbformat_minor: 5 }, times, 'application/json');
  const files = [folderItem('a', 2000), book, fileItem('a/ü.txt', 'text', 'grüß', times, 'text/plain'), fileItem('pic.png', 'base64', btoa('\x89PNG\0'), times, 'image/png'), fileItem('empty.json', 'json', '', times)];
  const packed = async (items: readonly DriveItem[]): Promise<{ blob: Blob; problems: readonly string[] }> => pack(work, { ...site(async () => notebook), files: items });

  test('as real files, with their outputs', async () => {
    const { blob, problems } = await packed(files);
    assert.deepEqual(problems, []);
    const held = unzipSync(new Uint8Array(await blob.arrayBuffer()));
    const name = (path: string): string => strFromU8(held[`jupyterlite/${path}`] ?? assert.fail(path));
    assert.equal(JSON.parse(name('a/my own.ipynb')).cells[0].outputs[0].text, 'hello');
    assert.deepEqual([name('a/ü.txt'), held['jupyterlite/pic.png'], name('empty.json')], ['grüß', Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0]), '']);
  });

  test('and gives them back, but for outputs', async () => {
    const { blob } = await packed(files);
    const back = await readBackup(blob, 'demo');
    assert.ok(back.ok);
    assert.deepEqual(back.value.problems, []);
    const byPath = new Map(back.value.items.map((item) => [item.path, item]));
    for (const item of files) {
      const other = byPath.get(item.path) ?? assert.fail(item.path);
      assert.ok(sameWork(item, other), item.path);
      assert.deepEqual([other.kind, other.format, other.mimetype, other.modified], [item.kind, item.format, item.mimetype, 2000]);
    }
  });

  test('an older page reads the texts of such a backup: the schema is the same, and what it does not know it leaves', async () => {
    const { blob } = await packed(files);
    const exact = JSON.parse(strFromU8(unzipSync(new Uint8Array(await blob.arrayBuffer()))[WORK_FILE] ?? assert.fail()));
    const { files: listed, ...older } = exact;
    assert.deepEqual(listed.map(({ path, type, size }: { path: string; type: string; size: number }) => [path, type, size > 0]),
      [['a', 'directory', false], ['a/my own.ipynb', 'notebook', true], ['a/ü.txt', 'file', true], ['empty.json', 'file', false], ['pic.png', 'file', true]]);
    assert.deepEqual(older, JSON.parse(writeWork(work)));
  });

  test('what does not fit is named, and the rest is there', () => {
    const sized = (path: string, size: number): DriveItem => fileItem(path, 'text', 'x'.repeat(size), times);
    const deep = fileItem('deep.json', 'json', JSON.parse(`${'['.repeat(300)}${']'.repeat(300)}`), times);
    const odd = [fileItem('bad.bin', 'base64', '?', times), sized('a\\b', 1), deep];
    const limits = { count: 3, each: 1000, all: 1900 };
    const { zip, problems } = packFiles([sized('huge.txt', 1001), sized('b.txt', 700), sized('c.txt', 701), sized('d.txt', 999), ...odd, book], limits);
    assert.deepEqual(problems.map((problem) => problem.split(' of ')[0]).sort(), ['“a\\b”', '“bad.bin”', '“d.txt”', '“deep.json”', '“huge.txt”']);
    assert.deepEqual([...zip.keys()].sort(), ['jupyterlite/a/my own.ipynb', 'jupyterlite/b.txt', 'jupyterlite/c.txt']);
    assert.match(packFiles([sized('a', 1), sized('b', 1)], { ...limits, count: 1 }).problems.join(), /“b” .* at most 1 files/);
    assert.match(packFiles([sized('a', 1000), sized('b', 1000)], limits).problems.join(), /“b” .* too large/);
  });

  test('a notebook of the course and a file called like it both find room', async () => {
    const { blob } = await packed([fileItem('module-1/values.ipynb', 'json', { cells: [] }, times)]);
    assert.deepEqual(Object.keys(await notebooks(blob)).sort(), ['jupyterlite/module-1/values.ipynb', 'module-1/values.ipynb']);
  });
});

suite('what of a backup is read?', () => {
  const json = (change: object): string => JSON.stringify({ ...JSON.parse(writeWork(work)), ...change });
  test('a zip that is cut off', async () => {
    const { blob } = await pack(work, site(async () => notebook));
    assert.match(await message(blob.slice(0, 120)), /damaged/);
  });
  test('a zip that swells to more than any course work, whatever it claims', async () => {
    const raw = zipSync({ [WORK_FILE]: new Uint8Array(120_000_000) });
    const view = new DataView(raw.buffer, raw.byteOffset);
    view.setUint32(22, 100, true);
    assert.match(await message(new Blob([new Uint8Array(raw)])), /too large/);
  });
  test('what else is in the zip is not unpacked', async () => {
    const raw = zipSync({ 'bomb.bin': new Uint8Array(120_000_000), [WORK_FILE]: strToU8(writeWork(work)), '../../evil.py': strToU8('x') });
    assert.equal(await message(new Blob([new Uint8Array(raw)])), 'accepted');
  });
  test('a zip that lies about its size is taken for what it holds', async () => {
    const raw = new Uint8Array(await zipped({ [WORK_FILE]: writeWork(work) }).arrayBuffer());
    const view = new DataView(raw.buffer);
    // The size in the central directory, which readers go by: signature PK\1\2, uncompressed size at 24.
    const entry = raw.findLastIndex((_, index) => view.byteLength - index > 4 && view.getUint32(index, true) === 0x02014b50);
    view.setUint32(entry + 24, 2_000_000_000, true);
    assert.equal(await message(new Blob([raw])), 'accepted');
  });

  test('what is not ours is left behind', () => {
    const parsed = parseWork(json({ script: '<script>', edits: [{ notebook: 'n', cell: 'c', record: { ...record(), outputs: ['<img onerror=x>'] }, more: 1 }] }), 'demo');
    assert.ok(parsed.ok);
    assert.deepEqual(parsed.value.edits, [{ notebook: 'n', cell: 'c', record: record() }]);
  });
});

suite('filling a notebook', () => {
  for (const [name, text] of [['not JSON', 'x'], ['no cells', '{}'], ['cells of another type', '{"cells": 3}'], ['a list', '[]']] as const) {
    test(`refused: ${name}`, () => assert.ok(!fillNotebook(text, { cells: new Map(), notes: '' }).ok));
  }

  test('odd cells are passed on as they are', () => {
    const filled = fillNotebook('{"cells": [null, 3, {"id": 4}, {"cell_type": "code"}]}', { cells: new Map([['4', 'x']]), notes: ' ' });
    assert.ok(filled.ok);
    const { cells } = JSON.parse(filled.value);
    assert.deepEqual(cells.slice(0, 4), [null, 3, { id: 4 }, { cell_type: 'code' }]);
    assert.deepEqual([cells.length, cells[5].source], [6, ['x']]);
  });

  test('lines keep their ends, as the format wants them', () => {
    const filled = fillNotebook('{"cells": [{"id": "a", "cell_type": "raw", "source": ""}]}', { cells: new Map([['a', 'one\n\ntwo']]), notes: '' });
    assert.ok(filled.ok);
    assert.deepEqual(JSON.parse(filled.value).cells[0].source, ['one\n', '\n', 'two']);
  });
});
