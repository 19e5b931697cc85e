import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { strFromU8, strToU8, unzipSync, zipSync } from '../../overrides/node_modules/fflate/esm/index.mjs';
import { pack, unpack } from '../../overrides/src/store/backup.ts';
import { fillNotebook } from '../../overrides/src/work/notebook.ts';
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

async function message(blob: Blob): Promise<string> {
  const parsed = await unpack(blob, 'demo');
  return parsed.ok ? 'accepted' : parsed.problem;
}

function zipped(files: Record<string, string>): Blob {
  return new Blob([new Uint8Array(zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)]))))]);
}

suite('does a backup come back?', () => {
  test('exactly, through the zip and alone', async () => {
    const { blob, problems } = await pack(work, async () => notebook);
    assert.deepEqual(problems, []);
    assert.deepEqual(await unpack(blob, 'demo'), { ok: true, value: work });
    assert.deepEqual(await unpack(new Blob([writeWork(work)]), 'demo'), { ok: true, value: work });
  });

  test('with a real notebook that holds the student\'s text', async () => {
    const { blob } = await pack(work, async (url) => url === 'lite/files/module-1/values.ipynb' ? notebook : '');
    const files = unzipSync(new Uint8Array(await blob.arrayBuffer()));
    assert.deepEqual(Object.keys(files).sort(), ['module-1/values.ipynb', WORK_FILE]);
    const cells = JSON.parse(strFromU8(files['module-1/values.ipynb'] ?? new Uint8Array())).cells;
    assert.deepEqual([cells[1].source, cells[1].outputs, cells[1].execution_count], [['x = 2'], [], null]);
    assert.deepEqual(cells[0].source, ['# Values']);
  });

  test('a notebook that cannot be fetched is named, and the work is still there', async () => {
    const { blob, problems } = await pack(work, async () => { throw new Error('the site answers 404'); });
    assert.match(problems.join(), /values\.ipynb: the site answers 404/);
    assert.ok((await unpack(blob, 'demo')).ok);
  });

  test('a cell that the notebook no longer has is named', async () => {
    const { problems } = await pack({ ...work, edits: [{ notebook: 'n', cell: 'gone', record: record() }] }, async () => notebook);
    assert.match(problems.join(), /no longer in the notebook/);
  });
});

suite('which backups are refused?', () => {
  const json = (change: object): string => JSON.stringify({ ...JSON.parse(writeWork(work)), ...change });
  const edit = (change: object): string => json({ edits: [{ notebook: 'n', cell: 'c', record: record(), ...change }] });
  const refused: readonly (readonly [string, string, RegExp])[] = [
    ['not JSON', '{', /not JSON/],
    ['JSON of another kind', '{"cells": []}', /not a backup/],
    ['a list', '[]', /not a backup/],
    ['a newer schema', json({ schema: 2 }), /newer version/],
    ['another course', json({ course: { id: 'other', title: '<b>Other</b>' } }), /another course/],
    ['no course', json({ course: null }), /which course/],
    ['no edits', json({ edits: undefined }), /damaged/],
    ['edits that are an object', json({ edits: { length: 1 } }), /damaged/],
    ['more cells than any course has', json({ edits: Array.from({ length: 20_001 }, () => 1) }), /more than/],
    ['an entry without a cell', edit({ cell: undefined }), /which cell/],
    ['a cell called __proto__', edit({ cell: '__proto__' }), /which cell/],
    ['a notebook called constructor', edit({ notebook: 'constructor' }), /which cell/],
    ['a cell with control characters', edit({ cell: 'a\u0000b' }), /which cell/],
    ['a cell id without end', edit({ cell: 'x'.repeat(301) }), /which cell/],
    ['a record of a newer schema', edit({ record: { ...record(), schema: 9 } }), /schema is 9/],
    ['a record without text', edit({ record: { ...record(), text: null } }), /text is missing/],
    ['the same cell twice', json({ edits: [1, 2].map(() => ({ notebook: 'n', cell: 'c', record: record() })) }), /twice/],
  ];
  for (const [name, text, sentence] of refused) {
    test(name, async () => {
      assert.match(await message(new Blob([text])), sentence);
      assert.match(await message(zipped({ [WORK_FILE]: text })), sentence);
    });
  }

  test('a zip without the exact form', async () => assert.match(await message(zipped({ 'notes.txt': 'x' })), /no satchel-work\.json/));
  test('the exact form in a folder that climbs out', async () => assert.match(await message(zipped({ [`../${WORK_FILE}`]: writeWork(work) })), /no satchel-work/));
  test('a zip that is cut off', async () => {
    const { blob } = await pack(work, async () => notebook);
    assert.match(await message(blob.slice(0, blob.size - 40)), /damaged/);
  });
  test('a zip that claims to unpack to gigabytes', async () => {
    const raw = new Uint8Array(await zipped({ [WORK_FILE]: writeWork(work) }).arrayBuffer());
    const view = new DataView(raw.buffer);
    // The size in the central directory, which readers go by: signature PK\1\2, uncompressed size at 24.
    const entry = raw.findLastIndex((_, index) => view.byteLength - index > 4 && view.getUint32(index, true) === 0x02014b50);
    view.setUint32(entry + 24, 2_000_000_000, true);
    assert.match(await message(new Blob([raw])), /too large/);
  });
  test('text that is not UTF-8', async () => assert.notEqual(await message(new Blob([new Uint8Array([0xff, 0xfe, 0x00])])), 'accepted'));
  test('an empty file', async () => assert.match(await message(new Blob([])), /not JSON/));

  test('what is not ours is left behind', () => {
    const parsed = parseWork(json({ script: '<script>', edits: [{ notebook: 'n', cell: 'c', record: { ...record(), outputs: ['<img onerror=x>'] }, more: 1 }] }), 'demo');
    assert.ok(parsed.ok);
    assert.deepEqual(parsed.value.edits, [{ notebook: 'n', cell: 'c', record: record() }]);
  });
});

suite('filling a notebook', () => {
  for (const [name, text] of [['not JSON', 'x'], ['no cells', '{}'], ['cells of another type', '{"cells": 3}'], ['a list', '[]']] as const) {
    test(`refused: ${name}`, () => assert.ok(!fillNotebook(text, new Map()).ok));
  }

  test('odd cells are passed on as they are', () => {
    const filled = fillNotebook('{"cells": [null, 3, {"id": 4}, {"cell_type": "code"}]}', new Map([['4', 'x']]));
    assert.ok(filled.ok);
    assert.deepEqual(JSON.parse(filled.value.json), { cells: [null, 3, { id: 4 }, { cell_type: 'code' }] });
    assert.deepEqual(filled.value.missing, ['4']);
  });

  test('lines keep their ends, as the format wants them', () => {
    const filled = fillNotebook('{"cells": [{"id": "a", "cell_type": "raw", "source": ""}]}', new Map([['a', 'one\n\ntwo']]));
    assert.ok(filled.ok);
    assert.deepEqual(JSON.parse(filled.value.json).cells[0].source, ['one\n', '\n', 'two']);
  });
});
