import '../../overrides/node_modules/fake-indexeddb/auto/index.mjs';
import assert from 'node:assert/strict';
import { beforeEach, suite, test } from 'node:test';
import { IDBFactory } from '../../overrides/node_modules/fake-indexeddb/build/esm/index.js';
import { planFiles, type Way } from '../../overrides/src/drive/bring.ts';
import { CourseDrive } from '../../overrides/src/drive/course-drive.ts';
import { Drive, type Contents } from '../../overrides/src/drive/drive.ts';
import { bytesOf, fileItem, folderItem, parseItem, stored, valueOf, type DriveItem } from '../../overrides/src/drive/item.ts';
import { sameWork, withoutOutputs } from '../../overrides/src/drive/notebook.ts';

const NAME = 'satchel/demo/lite/contents';
const times = { created: 1_700_000_000_000, modified: 1_700_000_001_000 };

beforeEach(() => { globalThis.indexedDB = new IDBFactory(); });

function text(path: string, body: string): DriveItem {
  return fileItem(path, 'text', body, times, 'text/plain');
}

function book(path: string, ...sources: readonly string[]): DriveItem {
  const cells = sources.map((source, index) => ({ cell_type: 'code', id: `c${index}`, metadata: {}, source, outputs: [], execution_count: null }));
  return fileItem(path, 'json', { cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }, times, 'application/json');
}

function shelf(...items: readonly DriveItem[]): Contents {
  return new Map(items.map((item) => [item.path, item]));
}

/** A database as another program lays it out. */
function foreign(name: string, stores: readonly string[], version = 1): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, version);
    request.onupgradeneeded = () => { for (const store of stores) request.result.createObjectStore(store); };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function names(): Promise<readonly (string | undefined)[]> {
  return (await indexedDB.databases()).map(({ name }) => name);
}

suite('does a look leave everything as it is?', () => {
  for (const [told, hide] of [['where the browser lists its databases', false], ['where it does not', true]] as const) {
    test(`a drive that is not there is not made, ${told}`, async () => {
      const factory = indexedDB;
      if (hide) Reflect.set(factory, 'databases', undefined);
      assert.equal(await new Drive(NAME).contents(), null);
      assert.equal(await new Drive(NAME).read('a.txt'), null);
      await new Drive(NAME).change(() => []);
      Reflect.deleteProperty(factory, 'databases');
      assert.deepEqual(await names(), []);
    });
  }

  test('a database that is no drive is none, and keeps its version', async () => {
    (await foreign(NAME, ['edits'], 3)).close();
    assert.equal(await new Drive(NAME).contents(), null);
    const db = await foreign(NAME, [], 3);
    assert.deepEqual([db.version, [...db.objectStoreNames]], [3, ['edits']]);
    db.close();
  });

  test('no connection stays open', async () => {
    await new Drive(NAME).change(() => [text('a.txt', 'x')]);
    await new Drive(NAME).contents();
    const db = await foreign(NAME, ['more'], 9);
    assert.ok(db.objectStoreNames.contains('more'));
    db.close();
  });
});

suite('is what is written what localForage and JupyterLite would have written?', () => {
  test('a new drive has their stores and version, and the item its properties', async () => {
    await new Drive(NAME).change(() => [text('a/b.txt', 'ü')]);
    const db = await foreign(NAME, [], 4);
    assert.deepEqual([...db.objectStoreNames].sort(), ['checkpoints', 'counters', 'files', 'local-forage-detect-blob-support']);
    db.close();
    assert.deepEqual(stored(text('a/b.txt', 'ü')), {
      name: 'b.txt', path: 'a/b.txt', last_modified: '2023-11-14T22:13:21.000Z', created: '2023-11-14T22:13:20.000Z',
      format: 'text', mimetype: 'text/plain', content: 'ü', size: 2, writable: true, type: 'file',
    });
  });

  test('a layout that localForage has only begun is completed', async () => {
    for (const stores of [[], ['files', 'local-forage-detect-blob-support']]) {
      globalThis.indexedDB = new IDBFactory();
      (await foreign(NAME, stores, 2)).close();
      await new Drive(NAME).change(() => [text('a.txt', 'x')]);
      assert.equal((await new Drive(NAME).read('a.txt'))?.value, 'x');
    }
  });

  test('a connection that does not give way ends the wait with a sentence', { timeout: 20_000 }, async () => {
    const db = await foreign(NAME, [], 1);
    await assert.rejects(new Drive(NAME).change(() => [text('a.txt', 'x')]), /Another tab keeps/);
    db.close();
  });

  test('a failure half way leaves nothing of it', async () => {
    const drive = new Drive(NAME);
    await drive.change(() => [text('a.txt', 'x')]);
    const bad = { ...text('b.txt', 'y'), value: () => undefined };
    await assert.rejects(drive.change(() => [text('a.txt', 'changed'), bad]));
    assert.equal((await drive.read('a.txt'))?.value, 'x');
  });
});

suite('what of a drive is believed?', () => {
  const good = stored(text('a.txt', 'x'));
  const rows: readonly (readonly [string, unknown, unknown])[] = [
    ['no path', '', good], ['a path that is a number', 7, good], ['a path without end', 'p'.repeat(1001), good], ['null', 'a', null], ['a text', 'a', 'x'], ['a list', 'a', [good]],
    ['another type', 'a', { ...good, type: 'symlink' }], ['another format', 'a', { ...good, format: 'yaml' }], ['no content', 'a', { ...good, content: null }],
    ['content that is no text', 'a', { ...good, content: { x: 1 } }], ['a type that is inherited', 'a', Object.create(good)],
  ];
  for (const [name, key, value] of rows) test(`not: ${name}`, () => assert.ok(!parseItem(key, value).ok));

  test('what JupyterLite writes: new and empty, without a readable time, under another path', () => {
    const empty = parseItem('Untitled', { ...good, path: 'elsewhere', format: 'json', content: '', last_modified: 'yesterday', mimetype: 3 });
    assert.ok(empty.ok);
    assert.deepEqual([empty.value.path, empty.value.size, empty.value.modified, empty.value.mimetype, bytesOf(empty.value)?.length], ['Untitled', 0, 0, 'octet/stream', 0]);
  });

  test('bytes and back, in each format', () => {
    const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => index % 256);
    const binary = valueOf('base64', bytes);
    assert.ok(binary.ok);
    const item = fileItem('a.bin', 'base64', binary.value, times);
    assert.deepEqual([bytesOf(item), item.size], [bytes, 70_000]);
    assert.ok(!valueOf('text', bytes).ok);
    assert.ok(!valueOf('json', new TextEncoder().encode('{')).ok);
    assert.equal(bytesOf({ ...item, value: 'no base64!' }), null);
  });
});

suite('which files are the same work?', () => {
  const plain = book('a.ipynb', 'x = 1');
  const run = fileItem('a.ipynb', 'json', {
    cells: [{ cell_type: 'code', id: 'other', metadata: { trusted: true }, source: ['x = 1'], outputs: [{ output_type: 'display_data', data: { 'text/html': '<script>' } }], execution_count: 3 }],
    metadata: { widgets: { state: 1 }, kernelspec: {} }, nbformat: 4, nbformat_minor: 5,
  }, times);
  test('a notebook that was run, and its text form', () => {
    assert.ok(sameWork(plain, run));
    assert.ok(sameWork(plain, fileItem('b.ipynb', 'text', JSON.stringify(plain.value), times)));
    assert.ok(!sameWork(plain, book('a.ipynb', 'x = 2')));
    assert.ok(!sameWork(plain, book('a.ipynb', 'x = 1', '')));
  });
  test('a file as text and as base64', () => {
    assert.ok(sameWork(text('a.csv', 'a,b'), fileItem('a.csv', 'base64', btoa('a,b'), times)));
    assert.ok(!sameWork(text('a.csv', 'a,b'), text('a.csv', 'a,c')));
    assert.ok(!sameWork(text('a', ''), folderItem('a', 1)));
  });
  test('outputs, trust and widgets do not come along', () => {
    const kept = withoutOutputs(run);
    assert.deepEqual(kept.value, {
      cells: [{ cell_type: 'code', id: 'other', metadata: {}, source: ['x = 1'], outputs: [], execution_count: null }],
      metadata: { kernelspec: {} }, nbformat: 4, nbformat_minor: 5,
    });
    const hidden = withoutOutputs(fileItem('A.IPYNB', 'base64', btoa(JSON.stringify(run.value)), times));
    assert.doesNotMatch(JSON.stringify(hidden.value), /script/);
  });
});

suite('what becomes of files from elsewhere?', () => {
  const merge: Way = { mode: 'merge', label: 'from backup' };
  const replace: Way = { mode: 'replace', label: 'from backup' };
  const after = (here: Contents, ...writes: readonly DriveItem[]): Contents => new Map([...here, ...writes.map((item) => [item.path, item] as const)]);

  test('absent, equal, different: in both modes, and a second time nothing', () => {
    const here = shelf(text('same.txt', 'x'), text('both.v1.txt', 'mine'), text('mine.txt', 'only here'));
    const incoming = [text('same.txt', 'x'), text('both.v1.txt', 'theirs'), book('new/a.ipynb', '1')];
    for (const [way, kind, target, kept] of [[merge, 'beside', 'both.v1 (from backup).txt', null], [replace, 'replaces', 'both.v1.txt', 'both.v1 (before restore).txt']] as const) {
      const { changes, writes } = planFiles(here, incoming, way, 9000);
      assert.deepEqual(changes.map((change) => [change.path, change.kind]), [['same.txt', 'same'], ['both.v1.txt', kind], ['new/a.ipynb', 'new']]);
      const now = after(here, ...writes);
      assert.equal(now.get(target)?.value, 'theirs');
      assert.equal(now.get(kept ?? 'both.v1.txt')?.value, 'mine');
      assert.equal(now.get('new')?.kind, 'directory');
      assert.equal(now.get('mine.txt')?.value, 'only here');
      const again = planFiles(now, incoming, way, 9000);
      assert.deepEqual([again.writes, again.changes.filter((change) => change.kind !== 'same')], [[], []]);
    }
  });

  test('names that are taken are left alone', () => {
    const here = shelf(text('a', '1'), text('a (from backup)', '2'), text('.env', '1'));
    const { changes } = planFiles(here, [text('a', '3'), text('.env', '2')], merge, 1);
    assert.deepEqual(changes.map(({ target }) => target), ['a (from backup 2)', '.env (from backup)']);
  });

  test('a file where a folder is wanted, a folder where a file is wanted', () => {
    const here = shelf(text('data', 'a file'), folderItem('notes', 1));
    const { changes, writes } = planFiles(here, [folderItem('data', 1), text('data/a.txt', 'x'), text('notes', 'y')], replace, 1);
    assert.deepEqual(changes.map(({ target, kind }) => [target, kind]), [['data (from backup)/a.txt', 'new'], ['notes (from backup)', 'beside']]);
    assert.ok(writes.every(({ path }) => path !== 'data'));
  });

  test('what cannot be read is not replaced', () => {
    const { changes, writes } = planFiles(new Map([['a.txt', null]]), [text('a.txt', 'x')], replace, 1);
    assert.deepEqual([changes[0]?.kind, writes.map(({ path }) => path)], ['beside', ['a (from backup).txt']]);
  });
});

suite('can bringing in be taken back?', () => {
  const drive = new CourseDrive('demo', () => 1_800_000_000_000);
  const raw = new Drive(NAME);
  const paths = async (): Promise<readonly string[]> => [...(await raw.contents() ?? new Map()).keys()];

  test('all of it, in both modes', async () => {
    for (const mode of ['merge', 'replace'] as const) {
      globalThis.indexedDB = new IDBFactory();
      await raw.change(() => [text('a.txt', 'mine')]);
      const done = await drive.bring([text('a.txt', 'theirs'), text('deep/er/b.txt', 'new')], { mode, label: 'from backup' });
      assert.equal((await paths()).length, 5);
      await done.undo();
      assert.deepEqual(await paths(), ['a.txt']);
      assert.equal((await raw.read('a.txt'))?.value, 'mine');
    }
  });

  test('but not what has changed since', async () => {
    const done = await drive.bring([text('f/a.txt', 'theirs'), text('b.txt', 'new')], { mode: 'merge', label: 'from backup' });
    await raw.change(() => [text('f/a.txt', 'gone on')]);
    await assert.rejects(done.undo(), /“f\/a\.txt” changed since and stays/);
    assert.deepEqual(await paths(), ['f', 'f/a.txt']);
    assert.equal((await raw.read('f/a.txt'))?.value, 'gone on');
  });

  test('the facts count what there is', async () => {
    await drive.bring([text('f/a.txt', 'xyz'), book('b.ipynb', '1')], { mode: 'merge', label: 'from backup' });
    const { notebooks, files, size, newest, unreadable } = await drive.facts();
    assert.deepEqual([notebooks, files, newest, unreadable], [1, 1, times.modified, 0]);
    assert.ok(size > 100);
    assert.deepEqual(await new CourseDrive('other', () => 1).facts(), { notebooks: 0, files: 0, size: 0, newest: 0, unreadable: 0 });
  });
});
