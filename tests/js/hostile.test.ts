import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { strToU8, zipSync } from '../../overrides/node_modules/fflate/esm/index.mjs';
import { readBackup } from '../../overrides/src/store/restore.ts';
import { WORK_FILE, writeWork } from '../../overrides/src/work/archive.ts';
import { LONGEST_TEXT } from '../../overrides/src/work/records.ts';
import { record } from './samples.ts';

/** The exact form of a good backup, changed. */
function json(change: object): string {
  const good = { course: { id: 'demo', title: 'Demo' }, made: 1, edits: [{ notebook: 'n', cell: 'c', record: record() }] };
  return JSON.stringify({ ...JSON.parse(writeWork(good)), ...change });
}

function entry(change: object): string {
  return json({ edits: [{ notebook: 'n', cell: 'c', record: record(), ...change }] });
}

function inside(change: object): string {
  return entry({ record: { ...record(), ...change } });
}

function zipped(files: Record<string, string | Uint8Array>): Uint8Array {
  return zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, typeof text === 'string' ? strToU8(text) : text])));
}

/** A zip whose byte `at`, counted from the start of its first local header, is `value`. */
function touched(at: number, value: number): Uint8Array {
  const raw = zipped({ [WORK_FILE]: json({}) });
  raw[at] = value;
  return raw;
}

/** A good backup of one file of the notebook view, its list changed. */
function listing(change: object): string {
  return json({ files: [{ path: 'a.txt', type: 'file', format: 'text', mimetype: 'text/plain', time: 1, size: 1, ...change }] });
}

/** The zip of a backup with one file: `held` are its bytes, `claims` what the list says of it. */
function withFile(held: string | Uint8Array, claims: object, name = 'a.txt'): Uint8Array {
  return zipped({ [WORK_FILE]: listing(claims), [`jupyterlite/${name}`]: held });
}

const DEEP = '['.repeat(100_000);
const TEXTS: readonly (readonly [string, string, RegExp])[] = [
  ['nothing', '', /not JSON/], ['blanks', ' \n ', /not JSON/], ['half a file', json({}).slice(0, 80), /not JSON/],
  ['a page', '<script>alert(1)</script>', /not JSON/], ['an endless nest', DEEP, /not JSON/],
  ['a nest that is JSON', `${'['.repeat(5000)}${']'.repeat(5000)}`, /not a backup/],
  ['null', 'null', /not a backup/], ['true', 'true', /not a backup/], ['a number', '7', /not a backup/], ['a string', '"satchel-work"', /not a backup/],
  ['a list', '[]', /not a backup/], ['an empty object', '{}', /not a backup/], ['a notebook', '{"cells": [], "nbformat": 4}', /not a backup/],
  ['a kind that is only inherited', '{"__proto__": {"kind": "satchel-work"}}', /not a backup/],
  ['another kind', json({ kind: 'other' }), /not a backup/],
  ...[2, 0, -1, 1.5, 1e9, '1', null, [1], true].map((schema) => [`schema ${JSON.stringify(schema)}`, json({ schema }), /newer version/] as const),
  ['no course', json({ course: undefined }), /which course/], ['a course that is a list', json({ course: ['demo'] }), /which course/],
  ['a course without id', json({ course: { title: 'Demo' } }), /which course/], ['an empty course id', json({ course: { id: '' } }), /which course/],
  ['a course called __proto__', json({ course: { id: '__proto__' } }), /which course/],
  ['a course id without end', json({ course: { id: 'd'.repeat(301) } }), /which course/],
  ['another course', json({ course: { id: 'demo2', title: '<img src=x onerror=alert(1)>' } }), /another course/],
  ['a course title of another type', json({ course: { id: 'demo2', title: { toString: 1 } } }), /another course/],
  ['no edits', json({ edits: undefined }), /damaged/], ['edits that are null', json({ edits: null }), /damaged/],
  ['edits that claim a length', json({ edits: { length: 2_000_000_000 } }), /damaged/],
  ['more edits than any course has', json({ edits: new Array(20_001).fill(1) }), /more than/],
  ...[null, 3, 'x', [], true].map((item) => [`an entry that is ${JSON.stringify(item)}`, json({ edits: [item] }), /damaged/] as const),
  ['an entry without a notebook', entry({ notebook: undefined }), /which cell/], ['a notebook that is a number', entry({ notebook: 7 }), /which cell/],
  ['a notebook called constructor', entry({ notebook: 'constructor' }), /which cell/], ['an empty cell', entry({ cell: '' }), /which cell/],
  ['a cell that is a list', entry({ cell: ['c'] }), /which cell/], ['a cell called prototype', entry({ cell: 'prototype' }), /which cell/],
  ['a cell with a line end', entry({ cell: 'a\nb' }), /which cell/], ['a cell with a null', entry({ cell: 'a\u0000' }), /which cell/],
  ['no record', entry({ record: undefined }), /cannot be used/], ['a record that is a string', entry({ record: 'print()' }), /cannot be used/],
  ['a record of a newer schema', inside({ schema: 2 }), /cannot be used/], ['a text that is markup in an object', inside({ text: { html: '<script>' } }), /cannot be used/],
  ['a text without end', inside({ text: 'x'.repeat(LONGEST_TEXT + 1) }), /cannot be used/], ['no base', inside({ baseText: null }), /cannot be used/],
  ['a base without end', inside({ baseText: 'x'.repeat(LONGEST_TEXT + 1) }), /cannot be used/], ['a hash without end', inside({ baseHash: 'x'.repeat(129) }), /cannot be used/],
  ['a time past all calendars', inside({ time: 1e300 }), /cannot be used/], ['a negative time', inside({ time: -1 }), /cannot be used/],
  ['files that are no list', json({ files: 'all' }), /damaged/], ['files that claim a length', json({ files: { length: 2e9 } }), /damaged/],
  ['more files than any course has', json({ files: new Array(2001).fill(1) }), /more than/],
  ...[null, 3, 'x', []].map((item) => [`a file that is ${JSON.stringify(item)}`, json({ files: [item] }), /damaged/] as const),
  ['a file without a path', listing({ path: undefined }), /no path/], ['a path that is a list', listing({ path: ['a'] }), /no path/],
  ...([
    ['', /empty/], ['../evil.py', /out of its folder/], ['a/../../evil.py', /out of its folder/], ['/etc/passwd', /own folder/], ['C:/evil.py', /own folder/], ['RTC:a.ipynb', /own folder/],
    ['..\\evil.py', /backslash/], ['a\\b', /backslash/], ['a\u0000.txt', /control/], ['a\nb', /control/], ['a\ud800', /half a letter/], ['__proto__', /reserved/], ['a/__proto__/b.txt', /reserved/], ['a//b', /empty part/],
    ['./a', /empty part/], ['a/', /empty part/], ['p'.repeat(501), /too long/],
  ] as const).map(([path, sentence]) => [`a file at ${JSON.stringify(path.slice(0, 30))}`, listing({ path }), sentence] as const),
  ['a file that is a link', listing({ type: 'symlink' }), /neither/], ['a type that is only inherited', listing({ type: { toString: 'file' } }), /neither/],
  ['a file in an unknown format', listing({ format: 'pickle' }), /unknown format/], ['a file that does not say its size', listing({ size: '1' }), /how large/],
  ['a file with a size below zero', listing({ size: -1 }), /how large/], ['a file that claims 2 GB', listing({ size: 2e9 }), /too large/],
  ['files that claim too much together', json({ files: [1, 2, 3].map((index) => ({ path: `${index}`, type: 'file', format: 'text', time: 1, size: 19_000_000 })) }), /too large together/],
  ['the same file twice', json({ files: [1, 2].map(() => ({ path: 'a', type: 'file', format: 'text', time: 1, size: 1 })) }), /same file twice/],
  ['the same cell twice', json({ edits: [1, 2].map(() => ({ notebook: 'n', cell: 'c', record: record() })) }), /twice/],
];

const FILES: readonly (readonly [string, Uint8Array, RegExp])[] = [
  ['text in another encoding', new Uint8Array([0xff, 0xfe, 0x7b, 0x00]), /not UTF-8/],
  ['a letter that is damaged', strToU8(json({})).map((byte) => byte === 0x78 ? 0xff : byte), /not UTF-8/],
  ['a picture', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a]), /not UTF-8/],
  ['two letters of a zip', strToU8('PK'), /no satchel-work|damaged/],
  ['an empty zip', zipped({}), /no satchel-work/],
  ['a zip of something else', zipped({ 'homework.docx': 'x' }), /no satchel-work/],
  ...[`../${WORK_FILE}`, `/${WORK_FILE}`, `..\\${WORK_FILE}`, `C:\\${WORK_FILE}`, `a/../${WORK_FILE}`, WORK_FILE.toUpperCase(), `${WORK_FILE}\u0000.txt`]
    .map((name) => [`the exact form under the name ${JSON.stringify(name)}`, zipped({ [name]: json({}) }), /no satchel-work/] as const),
  ['a zip that ends in the middle', zipped({ [WORK_FILE]: json({}) }).slice(0, 100), /damaged/],
  ['a zip packed in an unknown way', touched(8, 99), /damaged/],
  ['a zip whose first block is damaged', touched(50, 0xff), /damaged/],
  ['a zip that swells beyond all work', zipped({ [WORK_FILE]: new Uint8Array(120_000_000) }), /too large/],
  ['a zip in the zip', zipped({ [WORK_FILE]: zipped({ [WORK_FILE]: json({}) }) }), /damaged|not UTF-8|not JSON/],
  ['a file that swells beyond what the list says', withFile(new Uint8Array(3_000_000), { size: 1 }), /larger than the backup says/],
  ['a file that is shorter than the list says', withFile('x', { size: 100 }), /cut off/],
  ['a text that is none', withFile(new Uint8Array([0xff, 0xfe]), { size: 2 }), /not UTF-8/],
  ['a notebook that is not JSON', withFile('<script>', { size: 8, path: 'a.ipynb', type: 'notebook', format: 'json' }, 'a.ipynb'), /not JSON/],
  ['a notebook nested without end', withFile(`${'['.repeat(5000)}${']'.repeat(5000)}`, { size: 10_000, path: 'a.ipynb', type: 'notebook', format: 'json' }, 'a.ipynb'), /nested too deep/],
  ['a notebook nested without end as text', withFile(`{"cells":${'['.repeat(5000)}${']'.repeat(5000)}}`, { size: 10_010, path: 'a.ipynb', format: 'text' }, 'a.ipynb'), /nested too deep/],
  ['a file beyond all backups', new Uint8Array(50_000_001), /too large/],
];

async function problem(raw: Uint8Array): Promise<string> {
  const parsed = await readBackup(new Blob([new Uint8Array(raw)]), 'demo');
  return parsed.ok ? 'accepted' : parsed.problem;
}

suite('is a hostile backup refused with a sentence?', () => {
  test('this table asks enough', () => assert.ok(TEXTS.length + FILES.length >= 100, String(TEXTS.length + FILES.length)));

  for (const [name, text, sentence] of TEXTS) {
    test(name, async () => {
      for (const raw of [strToU8(text), zipped({ [WORK_FILE]: text })]) {
        const told = await problem(raw);
        assert.match(told, sentence);
        assert.ok(told.length < 300, 'a sentence, not the file');
      }
    });
  }

  for (const [name, raw, sentence] of FILES) test(name, async () => assert.match(await problem(raw), sentence));

  test('nothing of it reaches other objects', () => {
    assert.equal(Reflect.get({}, 'kind'), undefined);
    assert.equal(Reflect.get([], 'record'), undefined);
  });
});

suite('is a good backup accepted?', () => {
  test('with a file, and nothing of the zip that is not listed', async () => {
    const raw = zipped({ [WORK_FILE]: listing({}), 'jupyterlite/a.txt': 'x', 'jupyterlite/b.txt': 'y', 'jupyterlite/../c.txt': 'z', 'jupyterlite/bomb': new Uint8Array(3_000_000) });
    const parsed = await readBackup(new Blob([new Uint8Array(raw)]), 'demo');
    assert.ok(parsed.ok);
    assert.deepEqual(parsed.value.items.map(({ path, value }) => [path, value]), [['a.txt', 'x']]);
  });

  test('without the files that it lists: the texts come, and the files are named', async () => {
    for (const raw of [strToU8(listing({})), zipped({ [WORK_FILE]: listing({}) })]) {
      const parsed = await readBackup(new Blob([new Uint8Array(raw)]), 'demo');
      assert.ok(parsed.ok);
      assert.deepEqual([parsed.value.items, parsed.value.problems], [[], ['“a.txt” is not in this file']]);
    }
  });

  test('outputs of a notebook in it are left behind, whatever it claims to be', async () => {
    const book = JSON.stringify({ cells: [{ cell_type: 'code', metadata: { trusted: true }, source: 'x', outputs: [{ data: { 'text/html': '<img onerror>' } }] }], metadata: {} });
    for (const [format, type, path] of [['json', 'notebook', 'a.ipynb'], ['text', 'file', 'a.ipynb'], ['base64', 'file', 'b.IPYNB']]) {
      const parsed = await readBackup(new Blob([new Uint8Array(withFile(book, { path, type, format, size: book.length }, path))]), 'demo');
      assert.ok(parsed.ok);
      assert.doesNotMatch(JSON.stringify(parsed.value.items), /onerror|trusted|"outputs":\[\{/);
      assert.match(JSON.stringify(parsed.value.items), /"source":"x"/);
    }
  });

  test('plain, zipped, and with a byte order mark', async () => {
    assert.equal(await problem(strToU8(json({}))), 'accepted');
    assert.equal(await problem(zipped({ [WORK_FILE]: json({}) })), 'accepted');
    assert.equal(await problem(strToU8(`\ufeff${json({})}`)), 'accepted');
  });

  test('what looks like markup is text like any other', async () => {
    const text = '<script>alert(1)</script>"><img src=x onerror=alert(1)>';
    const parsed = await readBackup(new Blob([entry({ record: record({ text }) })]), 'demo');
    assert.ok(parsed.ok);
    assert.equal(parsed.value.work.edits[0]?.record.text, text);
  });
});
