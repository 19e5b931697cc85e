import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { effect, isForeign, reconcile, restore, seen } from '../../overrides/src/work/merge.ts';
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
    assert.deepEqual(kept.rival, { text: 'x = 7', time: 2000 });
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
    const current = record({ revision: 4, text: 'x = 7', rival: { text: 'x = 6', time: 1 } });
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
    assert.equal(effect(null, record()), 'new');
    assert.equal(restore(null, record()).text, 'x = 2');
  });

  test('over other work: the backup shows, the other is in the history', () => {
    const here = record({ text: 'x = 99', time: 8000 });
    const kept = restore(here, record());
    assert.equal(effect(here, record()), 'replaces');
    assert.equal(kept.text, 'x = 2');
    assert.deepEqual(kept.versions, [{ text: 'x = 99', time: 8000, why: 'restored' }]);
  });

  test('twice changes nothing the second time', () => {
    const once = restore(record({ text: 'x = 99', time: 8000 }), record());
    assert.deepEqual(restore(once, record()), once);
    assert.equal(restore(once, record()), once);
  });

  test('a rival here is not lost', () => {
    const kept = restore(record({ rival: { text: 'x = 5', time: 4 } }), record());
    assert.ok(kept.versions.some(({ text }) => text === 'x = 5'));
  });
});
