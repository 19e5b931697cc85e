import '../../overrides/node_modules/fake-indexeddb/auto/index.mjs';
import assert from 'node:assert/strict';
import { beforeEach, suite, test } from 'node:test';
import { IDBFactory } from '../../overrides/node_modules/fake-indexeddb/build/esm/index.js';
import { Library } from '../../overrides/src/store/library.ts';
import { lastBackup, markBackup } from '../../overrides/src/store/reminder.ts';
import { EditStore } from '../../overrides/src/store/store.ts';
import type { StoredEdit, Work } from '../../overrides/src/work/archive.ts';
import { NOTES } from '../../overrides/src/work/notes.ts';
import { texts } from '../../overrides/src/work/records.ts';
import { reminder } from '../../overrides/src/work/reminder.ts';
import { MemoryWords, page, record } from './samples.ts';

interface Bench {
  readonly library: Library;
  readonly store: EditStore;
  readonly told: StoredEdit[];
}

beforeEach(() => { globalThis.indexedDB = new IDBFactory(); });

async function bench(here: readonly StoredEdit[]): Promise<Bench> {
  const store = new EditStore('demo', () => 42);
  await store.update(here.map(({ notebook, cell }) => [notebook, cell] as const), (_, [, cell]) =>
    here.find((edit) => edit.cell === cell)?.record ?? assert.fail());
  const told: StoredEdit[] = [];
  return { library: new Library(page(), store, { unsaved: () => [], changed: async (edits) => { told.push(...edits); }, now: () => 9000 }), store, told };
}

function edit(cell: string, text: string, change: Partial<StoredEdit['record']> = {}): StoredEdit {
  return { notebook: 'n', cell, record: record({ text, ...change }) };
}

function work(...edits: readonly StoredEdit[]): Work {
  return { course: { id: 'demo', title: 'Demo' }, made: 1, edits };
}

async function shown(store: EditStore): Promise<Record<string, string>> {
  return Object.fromEntries((await store.read()).edits.map(({ cell, record: { text } }) => [cell, text]));
}

const here = [edit('same', 'x = 5'), edit('both', 'x = 6'), edit('mine', 'x = 7'), edit(NOTES, 'my notes', { baseText: '' })];
const backup = work(edit('same', 'x = 5'), edit('both', 'x = 66'), edit('fresh', 'x = 8'));

suite('bringing a backup in', () => {
  test('the preview says what each mode would do, and does nothing', async () => {
    const { library, store } = await bench(here);
    const before = await store.read();
    assert.deepEqual((await library.preview(backup, 'merge')).counts, { new: 1, same: 1, replaces: 0, asks: 1, resets: 0 });
    const { changes, counts } = await library.preview(backup, 'replace');
    assert.deepEqual(counts, { new: 1, same: 1, replaces: 1, asks: 0, resets: 2 });
    assert.deepEqual(changes.find(({ cell }) => cell === 'both'), { notebook: 'n', cell: 'both', title: 'Values', before: 'x = 6', after: 'x = 66', kind: 'replaces' });
    assert.deepEqual(await store.read(), before);
  });

  test('merge: what is here stays and is asked about, the rest comes in', async () => {
    const { library, store, told } = await bench(here);
    await library.bring(backup, 'merge');
    assert.deepEqual(await shown(store), { same: 'x = 5', both: 'x = 6', mine: 'x = 7', fresh: 'x = 8', [NOTES]: 'my notes' });
    assert.deepEqual((await store.get(['n', 'both']))?.rival, { text: 'x = 66', time: 1000, from: 'backup' });
    assert.ok(told.some(({ cell }) => cell === 'fresh'), 'the page is told');
  });

  test('replace: the work is the backup\'s, and what was here is in the history', async () => {
    const { library, store } = await bench(here);
    await library.bring(backup, 'replace');
    assert.deepEqual(await shown(store), { same: 'x = 5', both: 'x = 66', mine: 'x = 1', fresh: 'x = 8', [NOTES]: '' });
    const held = (await store.read()).edits.flatMap(({ record: kept }) => texts(kept));
    for (const text of ['x = 6', 'x = 7', 'my notes']) assert.ok(held.includes(text), text);
  });

  for (const mode of ['merge', 'replace'] as const) {
    test(`${mode}: a second time changes nothing`, async () => {
      const { library, store } = await bench(here);
      await library.bring(backup, mode);
      const once = await shown(store);
      const { counts } = await library.bring(backup, mode);
      assert.deepEqual(await shown(store), once);
      assert.deepEqual([counts.new, counts.replaces, counts.asks, counts.resets], [0, 0, 0, 0]);
    });

    test(`${mode}: undo brings back each text`, async () => {
      const { library, store } = await bench(here);
      const before = await shown(store);
      const { undo } = await library.bring(backup, mode);
      await undo();
      assert.deepEqual(await shown(store), { ...before, fresh: 'x = 1' });
      assert.equal((await store.get(['n', 'both']))?.rival, null);
    });
  }

  test('into an empty browser it is the same work, record by record', async () => {
    const { library, store } = await bench([]);
    await library.bring(work(...here), 'merge');
    const { edits } = await store.read();
    const plain = (all: readonly StoredEdit[]): unknown => all.map(({ cell, record: { revision, ...rest } }) => ({ cell, ...rest, revision: revision > 0 }))
      .sort((a, b) => a.cell.localeCompare(b.cell));
    assert.deepEqual(plain(edits), plain(here));
  });

  test('saved by another tab after the preview: that text is not overwritten', async () => {
    const { library, store } = await bench(here);
    const read = store.read.bind(store);
    store.read = async () => {
      const found = await read();
      await store.update([['n', 'fresh']], () => record({ text: 'from another tab', time: 50 }));
      return found;
    };
    await library.bring(backup, 'merge');
    assert.ok(texts(await store.get(['n', 'fresh']) ?? assert.fail()).includes('from another tab'));
  });
});

suite('starting over', () => {
  test('reset the course: the author\'s texts, notes stay, undo', async () => {
    const { library, store } = await bench(here);
    const before = await shown(store);
    const { cells, undo } = await library.resetAll();
    assert.equal(cells, 3);
    assert.deepEqual(await shown(store), { same: 'x = 1', both: 'x = 1', mine: 'x = 1', [NOTES]: 'my notes' });
    await undo();
    assert.deepEqual(await shown(store), before);
  });
});

suite('texts that have lost their place', () => {
  test('put away: no longer an edit, still in the history, undo', async () => {
    const { library, store } = await bench(here);
    const { undo } = await library.putAway([['n', 'mine']]);
    const kept = await store.get(['n', 'mine']);
    assert.deepEqual([kept?.text, kept?.versions.map(({ text }) => text)], ['x = 1', ['x = 7']]);
    await undo();
    assert.equal((await store.get(['n', 'mine']))?.text, 'x = 7');
  });

  test('carried to the cell\'s new notebook, where another text is waiting', async () => {
    const target = { id: 'm', title: 'New', page: 'new.html', download: null, lite: null, cells: new Map([['mine', 'h']]) };
    const { library, store } = await bench(here);
    await store.update([['m', 'mine']], () => record({ text: 'x = 70' }));
    const { undo } = await library.carry('n', 'mine', target);
    assert.equal((await store.get(['n', 'mine']))?.text, 'x = 1');
    assert.deepEqual((await store.get(['m', 'mine']))?.rival, { text: 'x = 7', time: 1000, from: 'moved' });
    await undo();
    assert.deepEqual([(await store.get(['n', 'mine']))?.text, (await store.get(['m', 'mine']))?.text], ['x = 7', 'x = 70']);
    await assert.rejects(library.carry('n', 'nothing', target), /no work for the cell/);
  });
});

suite('is it time for a backup?', () => {
  const DAY = 86_400_000;
  const old = edit('c', 'x', { time: 100 * DAY });
  const rows: readonly (readonly [string, readonly StoredEdit[], number | null, number, RegExp | null])[] = [
    ['no work', [], null, 200 * DAY, null],
    ['fresh work, never backed up', [old], null, 101 * DAY, null],
    ['work of a week, never backed up', [old], null, 107 * DAY, /no backup yet: 1 cell/],
    ['much work, never backed up', Array.from({ length: 20 }, () => old), null, 100 * DAY, /20 cells/],
    ['all of it backed up', [old], 101 * DAY, 300 * DAY, null],
    ['changed since, backup is young', [edit('c', 'x', { time: 110 * DAY })], 105 * DAY, 111 * DAY, null],
    ['changed since, backup is old', [edit('c', 'x', { time: 110 * DAY })], 100 * DAY, 116 * DAY, /16 days old; 1 cell changed/],
    ['back to the author\'s text', [edit('c', 'x = 1', { time: 0 })], null, 300 * DAY, null],
  ];
  for (const [name, edits, last, now, expected] of rows) {
    test(name, () => {
      const told = reminder(edits, last, now);
      if (expected === null) assert.equal(told, null);
      else assert.match(told ?? '', expected);
    });
  }

  test('the last backup is remembered by course; nonsense is not', () => {
    const words = new MemoryWords();
    assert.equal(lastBackup('demo', words), null);
    markBackup('demo', 5000, words);
    assert.deepEqual([lastBackup('demo', words), lastBackup('other', words)], [5000, null]);
    words.setItem('satchel/demo/backup', 'yesterday');
    assert.equal(lastBackup('demo', words), null);
    assert.equal(lastBackup('demo', null), null);
  });
});
