import '../../overrides/node_modules/fake-indexeddb/auto/index.mjs';
import assert from 'node:assert/strict';
import { beforeEach, suite, test } from 'node:test';
import { deleteDB, openDB } from '../../overrides/node_modules/idb/build/index.js';
import { IDBFactory } from '../../overrides/node_modules/fake-indexeddb/build/esm/index.js';
import type { CellKey } from '../../overrides/src/work/keys.ts';
import { EditStore, NewerWork, StoreUnavailable } from '../../overrides/src/store/store.ts';
import { record } from './samples.ts';

const KEY: CellKey = ['module-1/values', 'c1'];

beforeEach(() => { globalThis.indexedDB = new IDBFactory(); });

function makeStore(patience?: number): EditStore {
  return new EditStore('demo', () => 42, patience);
}

async function raw(): Promise<Awaited<ReturnType<typeof openDB>>> {
  return openDB('satchel/demo');
}

suite('what is in the store?', () => {
  test('what was put, under notebook and cell', async () => {
    const store = makeStore();
    await store.update([KEY], () => record());
    assert.deepEqual(await store.get(KEY), record());
    const db = await raw();
    assert.deepEqual(await db.getAllKeys('edits'), [['module-1/values', 'c1']]);
    db.close();
  });

  test('one notebook\'s cells, or the whole course\'s', async () => {
    const store = makeStore();
    await store.update([['a', '1'], ['a', '2'], ['ab', '1'], ['b', '1']], () => record());
    assert.deepEqual((await store.read('a')).edits.map(({ notebook, cell }) => `${notebook} ${cell}`), ['a 1', 'a 2']);
    assert.equal((await store.read()).edits.length, 4);
  });

  test('nothing under a key that was never used', async () => assert.equal(await makeStore().get(KEY), null));

  test('two courses do not mix', async () => {
    await makeStore().update([KEY], () => record());
    assert.equal(await new EditStore('other', () => 42).get(KEY), null);
  });
});

suite('does a bad value cost anything?', () => {
  test('it is counted, the others are read, and it is moved aside before its place is used', async () => {
    const store = makeStore();
    await store.update([KEY, ['module-1/values', 'c2']], () => record());
    const db = await raw();
    await db.put('edits', { schema: 1, text: 7 }, [...KEY]);
    assert.deepEqual({ ...(await store.read('module-1/values')), edits: undefined }, { edits: undefined, damaged: [], newer: [], unreadable: 1 });
    await store.update([KEY], (current) => {
      assert.equal(current, null);
      return record({ text: 'new' });
    });
    assert.equal((await store.get(KEY))?.text, 'new');
    assert.deepEqual(await db.get('edits', [...KEY, 'unreadable 42']), { schema: 1, text: 7 });
    db.close();
  });

  test('what can be read of it is, and the rest is moved aside all the same', async () => {
    const store = makeStore();
    await store.read();
    const db = await raw();
    const torn = { ...record(), text: undefined, versions: [{ text: 'x = 5', time: 1, why: 'ran' }] };
    await db.put('edits', torn, [...KEY]);
    const { edits, damaged } = await store.read();
    assert.deepEqual([edits[0]?.record.text, damaged], ['x = 5', [KEY]]);
    await store.update([KEY], (current) => record({ text: `${current?.text}5` }));
    assert.equal((await store.get(KEY))?.text, 'x = 55');
    assert.deepEqual(await db.get('edits', [...KEY, 'unreadable 42']), torn);
    db.close();
  });
});

suite('does an old page overwrite a newer one\'s work?', () => {
  test('no: it says so, and everything stays', async () => {
    const store = makeStore();
    await store.update([['n', 'c']], () => record());
    const db = await raw();
    await db.put('edits', { schema: 2, text: 'from the future' }, [...KEY]);
    await assert.rejects(store.update([['n', 'c'], KEY], () => record({ text: 'old' })), (error) => error instanceof NewerWork && error.cell === 'c1');
    assert.deepEqual((await store.read()).newer, [KEY]);
    assert.deepEqual(await db.get('edits', [...KEY]), { schema: 2, text: 'from the future' });
    assert.equal((await store.get(['n', 'c']))?.text, 'x = 2');
    db.close();
  });
});

suite('what if something fails?', () => {
  test('a change that throws leaves everything as it was', async () => {
    const store = makeStore();
    await store.update([KEY], () => record());
    await assert.rejects(store.update([KEY, ['n', 'c']], (_, [notebook]) => {
      if (notebook === 'n') throw new Error('no');
      return record({ text: 'half done' });
    }), /no/);
    assert.equal((await store.get(KEY))?.text, 'x = 2');
  });

  test('an open that fails is unavailable, and the next one tries again', async () => {
    const store = makeStore();
    const working = indexedDB;
    const broken = new IDBFactory();
    broken.open = () => { throw new DOMException('blocked', 'SecurityError'); };
    globalThis.indexedDB = broken;
    await assert.rejects(store.get(KEY), (error) => error instanceof StoreUnavailable && /SecurityError/.test(error.message));
    globalThis.indexedDB = working;
    assert.equal(await store.get(KEY), null);
  });

  test('an open that never answers is given up', async () => {
    const hanging = new IDBFactory();
    hanging.open = () => Object.assign(Object.create(IDBOpenDBRequest.prototype), { addEventListener: () => undefined });
    globalThis.indexedDB = hanging;
    await assert.rejects(makeStore(50).get(KEY), /does not answer/);
  });

  test('an empty database that some other script has made is no obstacle', async () => {
    (await openDB('satchel/demo', 1)).close();
    const store = makeStore();
    await store.update([KEY], () => record());
    assert.equal((await store.get(KEY))?.text, 'x = 2');
  });

  test('a connection that another tab asked to close is opened again', async () => {
    const store = makeStore();
    await store.update([KEY], () => record());
    const newer = await openDB('satchel/demo', 2);
    newer.close();
    assert.equal((await store.get(KEY))?.text, 'x = 2');
  });
});

suite('what if a newer version of the site was here?', () => {
  async function newer(): Promise<void> {
    const db = await openDB('satchel/demo', 7, { upgrade: (made, old) => { if (old === 0) made.createObjectStore('edits'); made.createObjectStore('later'); } });
    await db.put('edits', record(), [...KEY]);
    db.close();
  }

  test('its database is read and not written', async () => {
    await newer();
    const store = makeStore();
    assert.equal((await store.get(KEY))?.text, 'x = 2');
    assert.ok(store.outdated);
    await assert.rejects(store.update([KEY], () => record({ text: 'old' })), NewerWork);
    assert.equal((await store.get(KEY))?.text, 'x = 2');
  });

  test('its upgrade is let through, this page hears of it and stops writing', async () => {
    const store = makeStore();
    await store.update([KEY], () => record());
    let heard = 0;
    store.onOutdated = () => { heard += 1; };
    await newer();
    assert.deepEqual([heard, store.outdated], [1, true]);
    await assert.rejects(store.update([KEY], () => record({ text: 'old' })), NewerWork);
  });

  test('deleting the database is no upgrade', async () => {
    const store = makeStore();
    await store.update([KEY], () => record());
    await deleteDB('satchel/demo');
    await store.update([KEY], () => record());
    assert.ok(!store.outdated);
  });
});

suite('what if the storage does not answer?', () => {
  test('patience is for the first time', async () => {
    const hanging = new IDBFactory();
    const opened: string[] = [];
    hanging.open = (name) => {
      opened.push(name);
      return Object.assign(Object.create(IDBOpenDBRequest.prototype), { addEventListener: () => undefined });
    };
    globalThis.indexedDB = hanging;
    const store = makeStore(50);
    await assert.rejects(store.get(KEY), /does not answer/);
    const waits: number[] = [];
    const timer = globalThis.setTimeout;
    globalThis.setTimeout = Object.assign((act: () => void, delay?: number) => { waits.push(delay ?? 0); return timer(act, 0); }, timer);
    await assert.rejects(store.get(KEY), /does not answer/).finally(() => { globalThis.setTimeout = timer; });
    assert.deepEqual([waits, opened.length], [[0], 1]);
  });
});
