import '../../overrides/node_modules/fake-indexeddb/auto/index.mjs';
import assert from 'node:assert/strict';
import { beforeEach, suite, test } from 'node:test';
import { IDBFactory } from '../../overrides/node_modules/fake-indexeddb/build/esm/index.js';
import { chosen, reset } from '../../overrides/src/work/edits.ts';
import { Journal } from '../../overrides/src/store/journal.ts';
import { Session, type StorageReport } from '../../overrides/src/store/session.ts';
import { EditStore } from '../../overrides/src/store/store.ts';
import type { PageConfig } from '../../overrides/src/types.ts';
import { cell, MemoryWords, page, place, StillClock } from './samples.ts';

interface Bench {
  readonly session: Session;
  readonly store: EditStore;
  readonly clock: StillClock;
  readonly reports: StorageReport[];
  readonly saved: string[];
}

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  words.clear();
});

const words = new MemoryWords();

function bench(config: PageConfig = page(), clock = new StillClock()): Bench {
  const store = new EditStore(config.course.id, () => clock.now(), 200);
  const reports: StorageReport[] = [];
  const saved: string[] = [];
  const session = new Session(config, place, store, new Journal(words, config.course.id, config.notebook), clock, {
    cell: () => undefined, storage: (report) => reports.push(report), saved: (cells) => saved.push(...cells),
  });
  return { session, store, clock, reports, saved };
}

const revised = page({ cells: [cell({ source: 'x = 10', hash: 'new-1' }), cell({ id: 'c2', source: 'y = 10', hash: 'new-2' })] });

suite('are edits there after a reload?', () => {
  test('typed, saved, read again', async () => {
    const first = bench();
    await first.session.open();
    first.session.type('c1', 'x = 5');
    assert.equal(first.session.report.state, 'saving');
    await first.session.flush();
    assert.equal(first.session.report.state, 'saved');
    assert.deepEqual(first.saved, ['c1']);
    const second = bench();
    await second.session.open();
    assert.deepEqual(second.session.decision('c1'), { state: 'edited', text: 'x = 5', against: null, since: 10_000 });
    assert.equal(second.session.report.state, 'saved');
  });

  test('a save starts by itself soon after a key', async () => {
    const { session, clock, store } = bench();
    await session.open();
    session.type('c1', 'x = 5');
    clock.pass(249);
    assert.equal(await store.get(['module-1/values', 'c1']), null);
    clock.pass(1);
    await session.flush();
    assert.equal((await store.get(['module-1/values', 'c1']))?.text, 'x = 5');
  });

  test('what was typed before the store had answered is kept, and so is what it held', async () => {
    const first = bench();
    await first.session.open();
    first.session.type('c1', 'x = 5');
    await first.session.flush();
    const second = bench();
    second.session.type('c1', 'x = 6');
    await second.session.flush();
    assert.equal(second.session.decision('c1').state, 'conflict');
    assert.deepEqual([second.session.record('c1')?.text, second.session.record('c1')?.rival?.text], ['x = 6', 'x = 5']);
  });

  test('leaving the page within the delay', async () => {
    const { session, store } = bench();
    await session.open();
    session.type('c1', 'x = 5');
    session.leave();
    assert.equal((await store.get(['module-1/values', 'c1']))?.text, 'x = 5');
    await session.flush();
    assert.equal(session.decision('c1').state, 'edited');
  });

  test('closing the page while the browser drops the write', async () => {
    const first = bench();
    await first.session.open();
    first.session.type('c1', 'x = 5');
    await first.session.flush();
    first.session.type('c1', 'x = 56');
    first.store.putNow = () => true;
    first.session.leave();
    const second = bench();
    await second.session.open();
    assert.deepEqual([second.session.decision('c1').state, second.session.decision('c1').text], ['edited', 'x = 56']);
    assert.equal(words.length, 0);
  });

  test('last words that did arrive ask no question, even after more was typed elsewhere', async () => {
    const first = bench();
    await first.session.open();
    first.session.type('c1', 'x = 5');
    first.session.leave();
    const left = [...words.entries()];
    const second = bench();
    await second.session.open();
    second.session.type('c1', 'x = 55');
    second.session.ran('c1');
    await second.session.act('c1', (record, moment) => record ? { ...record, versions: [{ text: 'x = 5', time: moment.now, why: 'typed' }] } : assert.fail());
    for (const [key, value] of left) words.setItem(key, value);
    const third = bench();
    await third.session.open();
    assert.deepEqual([third.session.decision('c1').state, third.session.decision('c1').text], ['edited', 'x = 55']);
  });

  test('damaged last words are none', async () => {
    for (const text of ['{', '[{}]', '{"a": 1}', '[{"cell": "__proto__", "record": {}}]', 'null']) {
      words.setItem('satchel/demo/leaving/module-1/values', text);
      const { session } = bench();
      await session.open();
      assert.equal(session.decision('c1').state, 'pristine');
    }
  });

  test('nothing edited: nothing stored', async () => {
    const { session, store } = bench();
    await session.open();
    session.type('c1', 'x = 1');
    session.ran('c1');
    await session.flush();
    assert.deepEqual((await store.read()).edits, []);
    assert.equal(session.report.state, 'empty');
  });

  test('a cell that is not on the page is named', () => {
    assert.throws(() => bench().session.decision('nope'), /nope.*c1, c2/);
  });
});

suite('what if the author changes the book?', () => {
  test('one of two cells edited, both revised: one follows, one asks', async () => {
    const first = bench();
    await first.session.open();
    first.session.type('c1', 'x = 5');
    await first.session.flush();
    const { session } = bench(revised);
    await session.open();
    assert.equal(session.decision('c1').state, 'conflict');
    assert.deepEqual([session.decision('c2').state, session.decision('c2').text], ['pristine', 'y = 10']);
    await session.act('c1', (record, moment) => record ? chosen(record, moment, 'new') : assert.fail());
    const again = bench(revised);
    await again.session.open();
    assert.equal(again.session.decision('c1').text, 'x = 10');
    assert.deepEqual(again.session.record('c1')?.versions.map(({ text }) => text), ['x = 5']);
  });
});

suite('what if two tabs are open?', () => {
  async function pair(): Promise<readonly [Bench, Bench]> {
    const clock = new StillClock();
    const tabs = [bench(page(), clock), bench(page(), clock)] as const;
    await Promise.all(tabs.map(({ session }) => session.open()));
    return tabs;
  }

  test('a clean cell follows', async () => {
    const [one, two] = await pair();
    one.session.type('c1', 'x = 5');
    await one.session.flush();
    await two.session.refresh();
    assert.equal(two.session.decision('c1').text, 'x = 5');
  });

  test('a cell with its own text asks, and both texts are in the store', async () => {
    const [one, two] = await pair();
    one.session.type('c1', 'x = 5');
    two.session.type('c1', 'x = 6');
    await one.session.flush();
    await two.session.refresh();
    assert.equal(two.session.decision('c1').text, 'x = 6');
    await two.session.flush();
    assert.equal(two.session.decision('c1').state, 'conflict');
    await one.session.refresh();
    assert.equal(one.session.decision('c1').state, 'conflict');
    const record = await two.store.get(['module-1/values', 'c1']);
    assert.deepEqual([record?.text, record?.rival?.text], ['x = 6', 'x = 5']);
  });

  test('a reset in one tab reaches the other', async () => {
    const [one, two] = await pair();
    one.session.type('c1', 'x = 5');
    await one.session.flush();
    await two.session.refresh();
    await two.session.act('c1', reset);
    await one.session.refresh();
    assert.equal(one.session.decision('c1').state, 'pristine');
  });

  test('random turns of two tabs lose no text that was shown as saved', async () => {
    const [one, two] = await pair();
    const promised = new Set<string>();
    // A small generator with a fixed seed, so that a failure can be had again.
    let seed = 20_261_103;
    const dice = (sides: number): number => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((seed / 4_294_967_296) * sides);
    };
    for (let turn = 0; turn < 60; turn += 1) {
      const tab = dice(2) === 0 ? one : two;
      tab.clock.time += 7;
      switch (dice(8)) {
        case 0: await tab.session.refresh(); break;
        case 1: await tab.session.act('c1', reset); break;
        case 2: case 3: case 4: tab.session.type('c1', `x = ${100 + turn}`); break;
        default: {
          tab.session.ran('c1');
          await tab.session.flush();
          const { text, state } = tab.session.decision('c1');
          if (state !== 'pristine') promised.add(text);
        }
      }
    }
    await one.session.flush();
    await two.session.flush();
    const record = await one.store.get(['module-1/values', 'c1']);
    const texts = new Set([record?.text, record?.rival?.text, ...record?.versions.map(({ text }) => text) ?? []]);
    assert.ok(promised.size > 5);
    for (const text of promised) assert.ok(texts.has(text), `${text} is gone`);
  });
});

suite('what if saving fails?', () => {
  test('it is said at once, tried again, and said when it works', async () => {
    const { session, store, clock, reports } = bench();
    await session.open();
    const update = store.update.bind(store);
    const full = new Error('no room');
    full.name = 'QuotaExceededError';
    store.update = () => Promise.reject(full);
    session.type('c1', 'x = 5');
    await session.flush();
    assert.equal(session.report.state, 'failed');
    assert.match(session.report.problem ?? '', /no room left/);
    assert.ok(session.unsaved);
    assert.equal(session.decision('c1').text, 'x = 5');
    session.type('c1', 'x = 55');
    assert.equal(reports.at(-1)?.state, 'failed', 'typing on does not hide it');
    store.update = update;
    clock.pass(2000);
    await session.flush();
    assert.equal(session.report.state, 'saved');
    assert.equal((await store.get(['module-1/values', 'c1']))?.text, 'x = 55');
  });

  test('without storage the page works and says so', async () => {
    const broken = new IDBFactory();
    broken.open = () => { throw new DOMException('blocked', 'SecurityError'); };
    globalThis.indexedDB = broken;
    const { session } = bench();
    await session.open();
    assert.equal(session.report.state, 'unavailable');
    session.type('c1', 'x = 5');
    await session.flush();
    assert.equal(session.decision('c1').text, 'x = 5');
    assert.equal(session.report.state, 'unavailable');
  });

  test('cleared site data is written again from memory', async () => {
    const { session, store } = bench();
    await session.open();
    session.type('c1', 'x = 5');
    session.type('c2', 'y = 5');
    await session.flush();
    await new Promise((resolve, reject) => {
      const request = indexedDB.deleteDatabase('satchel/demo');
      request.addEventListener('success', resolve);
      request.addEventListener('error', reject);
    });
    session.type('c1', 'x = 6');
    await session.flush();
    assert.equal(session.report.state, 'saved');
    assert.equal(store.births, 2);
    assert.equal((await store.get(['module-1/values', 'c1']))?.text, 'x = 6');
    assert.equal((await store.get(['module-1/values', 'c2']))?.text, 'y = 5');
  });
});
