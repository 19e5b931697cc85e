import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { isForeign, mergeIn, reconcile, restore, seen } from '../../overrides/src/work/merge.ts';
import { texts, type EditRecord } from '../../overrides/src/work/records.ts';
import { record } from './samples.ts';

suite('two tabs save the same cell', () => {
  test('nobody else has saved: the wanted record with the next revision', () => {
    const current = record();
    const kept = reconcile(current, record({ text: 'x = 9' }), seen(current));
    assert.deepEqual([kept.text, kept.revision, kept.rival], ['x = 9', 4, null]);
  });

  test('another tab saved a different text: it becomes the rival', () => {
    const kept = reconcile(record({ revision: 4, text: 'x = 7', time: 2000 }), record({ text: 'x = 9' }), seen(record()));
    assert.equal(kept.text, 'x = 9');
    assert.deepEqual(kept.rival, { text: 'x = 7', time: 2000, from: 'tab' });
    assert.equal(kept.revision, 5);
  });

  test('another tab saved the same text: no question', () => {
    assert.equal(reconcile(record({ revision: 4, text: 'x = 9' }), record({ text: 'x = 9' }), seen(record())).rival, null);
  });

  test('another tab went back to the original: no question, its history is kept', () => {
    const versions = [{ text: 'x = 8', time: 1, why: 'reset' }] as const;
    const kept = reconcile(record({ revision: 4, text: 'x = 1', versions }), record({ text: 'x = 9' }), seen(record()));
    assert.equal(kept.rival, null);
    assert.deepEqual(kept.versions, versions);
  });

  test('an older rival goes to the history', () => {
    const current = record({ revision: 4, text: 'x = 7', rival: { text: 'x = 6', time: 1, from: 'tab' } });
    const kept = reconcile(current, record({ text: 'x = 9' }), seen(record()));
    assert.deepEqual(kept.versions.map(({ text }) => text), ['x = 6']);
  });

  test('storage that was cleared takes the record from memory', () => {
    assert.equal(reconcile(null, record({ text: 'x = 9' }), seen(record())).text, 'x = 9');
  });

  test('a first save that finds a record unread so far treats it as somebody else\'s', () => {
    assert.ok(isForeign(record(), null));
    assert.ok(!isForeign(null, null));
  });
});

suite('restoring a backup', () => {
  test('into an empty course', () => {
    assert.equal(restore(null, record()).text, 'x = 2');
  });

  test('over other work: the backup shows, the other is in the history', () => {
    const here = record({ text: 'x = 99', time: 8000 });
    const kept = restore(here, record());
    assert.equal(kept.text, 'x = 2');
    assert.deepEqual(kept.versions, [{ text: 'x = 99', time: 8000, why: 'restored' }]);
  });

  test('twice changes nothing the second time', () => {
    const once = restore(record({ text: 'x = 99', time: 8000 }), record());
    assert.deepEqual(restore(once, record()), once);
    assert.equal(restore(once, record()), once);
  });

  test('a rival here is not lost', () => {
    const kept = restore(record({ rival: { text: 'x = 5', time: 4, from: 'tab' } }), record());
    assert.ok(kept.versions.some(({ text }) => text === 'x = 5'));
  });
});

suite('merging work from elsewhere', () => {
  const old = { text: 'x = 2', time: 1000, why: 'ran' } as const;
  const all = (kept: EditRecord): readonly string[] => [...new Set(texts(kept))].sort();

  test('into an empty course', () => assert.equal(mergeIn(null, record(), 'backup').text, 'x = 2'));

  test('over an untouched cell: it shows, without a question', () => {
    const kept = mergeIn(record({ text: 'x = 1' }), record({ text: 'x = 3' }), 'backup');
    assert.deepEqual([kept.text, kept.rival], ['x = 3', null]);
  });

  test('nothing edited there: what is here stays', () => {
    assert.equal(mergeIn(record(), record({ text: 'x = 1' }), 'backup').text, 'x = 2');
  });

  test('it goes on from what is here: it shows, and this is in the history', () => {
    const kept = mergeIn(record(), record({ text: 'x = 22', versions: [old] }), 'backup');
    assert.deepEqual([kept.text, kept.rival], ['x = 22', null]);
    assert.deepEqual(all(kept), ['x = 2', 'x = 22']);
  });

  test('what is here went on from it: this stays', () => {
    const kept = mergeIn(record({ text: 'x = 22', versions: [old] }), record(), 'backup');
    assert.deepEqual([kept.text, kept.rival], ['x = 22', null]);
  });

  test('neither knows the other: both are kept and the student is asked', () => {
    const kept = mergeIn(record(), record({ text: 'x = 7', time: 7 }), 'backup');
    assert.deepEqual([kept.text, kept.rival], ['x = 2', { text: 'x = 7', time: 7, from: 'backup' }]);
  });

  test('a second time changes nothing', () => {
    const theirs = record({ text: 'x = 7', time: 7, versions: [{ text: 'x = 6', time: 6, why: 'ran' }] });
    for (const here of [record(), record({ text: 'x = 1' }), record({ text: 'x = 7', time: 9 }), record({ text: 'x = 70', versions: [{ text: 'x = 7', time: 7, why: 'ran' }] })]) {
      const once = mergeIn(here, theirs, 'backup');
      assert.deepEqual(mergeIn(once, theirs, 'backup'), once);
    }
  });

  test('no text of either side is dropped, whatever they hold', () => {
    const sides = [
      record(), record({ text: 'x = 1' }), record({ text: 'x = 3', rival: { text: 'x = 4', time: 4, from: 'tab' } }),
      record({ text: 'x = 2', versions: [{ text: 'x = 3', time: 5, why: 'ran' }] }), record({ text: 'x = 5', rival: { text: 'x = 2', time: 8, from: 'frame' } }),
    ];
    for (const here of sides) {
      for (const there of sides) {
        for (const kept of [mergeIn(here, there, 'backup'), restore(here, there)]) {
          const own = [...texts(here), ...texts(there)].filter((text) => text !== 'x = 1');
          for (const text of own) assert.ok(all(kept).includes(text), `${text} is gone`);
        }
      }
    }
  });
});
