import '../../overrides/node_modules/fake-indexeddb/auto/index.mjs';
import assert from 'node:assert/strict';
import { beforeEach, suite, test } from 'node:test';
import { IDBFactory } from '../../overrides/node_modules/fake-indexeddb/build/esm/index.js';
import { CourseDrive } from '../../overrides/src/drive/course-drive.ts';
import { Drive } from '../../overrides/src/drive/drive.ts';
import { fileItem, type DriveItem } from '../../overrides/src/drive/item.ts';
import { filesFor } from '../../overrides/src/store/backup-files.ts';
import { Library } from '../../overrides/src/store/library.ts';
import { bring, fromOlder, preview, type Incoming } from '../../overrides/src/store/restore.ts';
import { EditStore } from '../../overrides/src/store/store.ts';
import { page, record } from './samples.ts';

const NAME = 'satchel/demo/lite/contents';

function file(path: string, body: string): DriveItem {
  return fileItem(path, 'text', body, { created: 1000, modified: 2000 });
}

function backup(...items: readonly DriveItem[]): Incoming {
  const edits = [{ notebook: 'n', cell: 'c', record: record({ text: 'x = 66' }) }];
  return { work: { course: { id: 'demo', title: 'Demo' }, made: 1, edits }, items, from: 'backup', problems: [] };
}

let store: EditStore;
let library: Library;
const drive = new CourseDrive('demo', () => 9000);

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  store = new EditStore('demo', () => 42);
  library = new Library(page(), store, { unsaved: () => [], changed: async () => undefined, now: () => 9000 });
});

async function paths(): Promise<readonly string[]> {
  return [...(await new Drive(NAME).contents() ?? new Map()).keys()];
}

suite('are texts and files brought in together?', () => {
  for (const mode of ['merge', 'replace'] as const) {
    test(`${mode}: the preview changes nothing, undo takes both back, a second time changes nothing`, async () => {
      const incoming = backup(file('a.txt', 'x'));
      const seen = await preview(incoming, mode, library, drive);
      assert.deepEqual([seen.counts.new, seen.files.map(({ kind }) => kind)], [1, ['new']]);
      assert.deepEqual((await indexedDB.databases()).map(({ name }) => name), ['satchel/demo']);
      const done = await bring(incoming, mode, library, drive);
      assert.deepEqual([(await store.get(['n', 'c']))?.text, await paths()], ['x = 66', ['a.txt']]);
      const again = await bring(incoming, mode, library, drive);
      assert.deepEqual([again.counts.same, again.files.map(({ kind }) => kind)], [1, ['same']]);
      await done.undo();
      assert.deepEqual([(await store.get(['n', 'c']))?.text, await paths()], ['x = 1', []]);
    });
  }

  test('a backup without files makes no drive', async () => {
    await bring(backup(), 'merge', library, drive);
    assert.deepEqual((await indexedDB.databases()).map(({ name }) => name), ['satchel/demo']);
  });

  test('when the texts cannot be stored, the files are taken back', async () => {
    store.update = async () => { throw new Error('no room'); };
    await assert.rejects(bring(backup(file('a.txt', 'x')), 'replace', library, drive), /no room/);
    assert.deepEqual(await paths(), []);
  });

  test('what comes from an older place is asked about as a notebook\'s', async () => {
    await store.update([['n', 'c']], () => record({ text: 'x = 5' }));
    const older = { name: 'JupyterLite Storage', notebooks: 1, files: 1, newest: 1, edits: backup().work.edits, items: [file('a.txt', 'older')] };
    await new Drive(NAME).change(() => [file('a.txt', 'mine')]);
    const { files } = await bring(fromOlder(older, page().course, 9000), 'merge', library, drive);
    assert.deepEqual((await store.get(['n', 'c']))?.rival, { text: 'x = 66', time: 1000, from: 'notebook' });
    assert.deepEqual(files.map(({ target, kind }) => [target, kind]), [['a (earlier).txt', 'beside']]);
  });
});

suite('what goes into a backup from a drive?', () => {
  test('nothing where the notebook view was never used, and nothing is made', async () => {
    assert.deepEqual(await filesFor(drive), { items: [], problems: [] });
    assert.deepEqual(await indexedDB.databases(), []);
  });

  test('what cannot be read is named', async () => {
    await new Drive(NAME).change(() => [file('a.txt', 'x'), { ...file('odd', 'x'), value: null }]);
    const { items, problems } = await filesFor(drive);
    assert.deepEqual([items.map(({ path }) => path), problems], [['a.txt'], ['“odd” of the notebook view, which cannot be read']]);
  });

  test('a drive that does not open does not keep the texts from being backed up', async () => {
    Reflect.set(indexedDB, 'databases', async () => { throw new Error('broken'); });
    assert.deepEqual((await filesFor(drive)).problems, ['the files of the notebook view (broken)']);
  });
});
