import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { leaveSeat, newSeat, nextSeat, parseSeat, takeSeat, workerName, type Words } from '../../overrides/src/kernel/seat.ts';

/** A tab's storage; `copy` is what a duplicated tab gets. */
class Tab implements Words {
  readonly words: Map<string, string>;

  constructor(words: Iterable<readonly [string, string]> = []) {
    this.words = new Map(words);
  }

  getItem(key: string): string | null { return this.words.get(key) ?? null; }
  setItem(key: string, value: string): void { this.words.set(key, value); }
  removeItem(key: string): void { this.words.delete(key); }
  copy(): Tab { return new Tab(this.words); }
}

const COURSE = 'course-1';
let last = 0;
const fresh = (): string => `tab-${++last}`;
const used = { alive: true, running: true, told: true, urls: { stop: 'blob:a', end: 'blob:b' } };

suite('which Python is a tab\'s own?', () => {
  test('the one that the tab\'s last page had', () => {
    const tab = new Tab();
    const first = takeSeat(tab, COURSE, fresh);
    leaveSeat(tab, COURSE, { ...first, ...used });
    const second = takeSeat(tab, COURSE, fresh);
    assert.deepEqual(second, { ...first, ...used });
    assert.equal(workerName(COURSE, second), workerName(COURSE, first));
  });

  test('not another tab\'s', () => {
    const [one, two] = [new Tab(), new Tab()].map((tab) => takeSeat(tab, COURSE, fresh));
    assert.ok(one && two && workerName(COURSE, one) !== workerName(COURSE, two));
  });

  test('not that of the tab it was copied from', () => {
    const tab = new Tab();
    leaveSeat(tab, COURSE, newSeat(fresh()));
    const original = takeSeat(tab, COURSE, fresh);
    assert.notEqual(takeSeat(tab.copy(), COURSE, fresh).tab, original.tab);
  });

  test('not another course\'s', () => {
    const tab = new Tab();
    leaveSeat(tab, COURSE, { ...newSeat(fresh()), alive: true });
    assert.equal(takeSeat(tab, 'course-2', fresh).alive, false);
    assert.equal(takeSeat(tab, COURSE, fresh).alive, true);
  });

  test('after a restart, none that was there before', () => {
    const seat = { ...newSeat(fresh()), ...used };
    const next = nextSeat(seat);
    assert.notEqual(workerName(COURSE, next), workerName(COURSE, seat));
    assert.deepEqual([next.alive, next.running, next.urls, next.told], [false, false, null, true]);
  });

  test('a new one where the tab may store nothing', () => {
    assert.equal(takeSeat(null, COURSE, fresh).generation, 1);
    const full: Words = { getItem: () => null, removeItem: () => undefined, setItem: () => { throw new Error('full'); } };
    leaveSeat(full, COURSE, newSeat(fresh()));
  });
});

suite('what is read from a tab\'s storage?', () => {
  const foreign = [null, '', '{', '3', '[]', '{}', '{"tab":"a"}', '{"tab":"../x","generation":1}', '{"tab":"a","generation":"1"}'];
  for (const text of foreign) test(`nothing from ${text}`, () => assert.equal(parseSeat(text), null));
  test('URLs only whole', () => {
    assert.equal(parseSeat('{"tab":"a","generation":2,"alive":true,"urls":{"stop":"blob:a"}}')?.urls, null);
  });
});
