import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { chosen, decide, ran, replaced, reset, typed } from '../../overrides/src/work/edits.ts';
import { MOST_VERSIONS } from '../../overrides/src/work/records.ts';
import { cell, moment, place, record } from './samples.ts';

const revised = cell({ source: 'x = 10', hash: 'hash-2' });

suite('what does a cell show?', () => {
  const table = [
    { name: 'nothing stored', cell: cell(), record: null, state: 'pristine', text: 'x = 1' },
    { name: 'edited, same book', cell: cell(), record: record(), state: 'edited', text: 'x = 2' },
    { name: 'typed back to the original', cell: cell(), record: record({ text: 'x = 1' }), state: 'pristine', text: 'x = 1' },
    { name: 'untouched, the author changed it', cell: revised, record: record({ text: 'x = 1' }), state: 'pristine', text: 'x = 10' },
    { name: 'edited, the author changed it', cell: revised, record: record(), state: 'conflict', text: 'x = 2' },
    { name: 'edited to what the author now has', cell: revised, record: record({ text: 'x = 10' }), state: 'pristine', text: 'x = 10' },
    { name: 'another tab has a different text', cell: cell(), record: record({ rival: { text: 'x = 3', time: 2 } }), state: 'conflict', text: 'x = 2' },
    { name: 'another tab has the same text', cell: cell(), record: record({ rival: { text: 'x = 2', time: 2 } }), state: 'edited', text: 'x = 2' },
    { name: 'only line ends differ', cell: cell({ source: 'a\r\nb' }), record: record({ text: 'a\nb' }), state: 'pristine', text: 'a\nb' },
    // The hash does not tell blanks at line ends.
    {
      name: 'untouched, the author changed a blank', cell: cell({ source: 'x = 1 ' }),
      record: record({ text: 'x = 1' }), state: 'pristine', text: 'x = 1 ',
    },
    { name: 'edited, the author changed a blank', cell: cell({ source: 'x = 1 ' }), record: record(), state: 'edited', text: 'x = 2' },
    { name: 'emptied', cell: cell(), record: record({ text: '' }), state: 'edited', text: '' },
  ] as const;
  for (const row of table) {
    test(row.name, () => {
      const { state, text } = decide(row.cell, row.record);
      assert.deepEqual({ state, text }, { state: row.state, text: row.text });
    });
  }
});

suite('what does typing store?', () => {
  test('the first key takes the page\'s text as its base', () => {
    const kept = typed(null, moment(), 'x = 5');
    assert.deepEqual([kept.text, kept.baseText, kept.baseHash, kept.time, kept.place], ['x = 5', 'x = 1', 'hash-1', 5000, place]);
  });

  test('a cell that had silently followed the author gets the new base', () => {
    const kept = typed(record({ text: 'x = 1' }), moment({ cell: revised }), 'x = 11');
    assert.equal(kept.baseText, 'x = 10');
    assert.equal(decide(revised, kept).state, 'edited');
  });

  test('typing on in a conflict leaves the question open', () => {
    const kept = typed(record(), moment({ cell: revised }), 'x = 22');
    assert.equal(decide(revised, kept).state, 'conflict');
  });

  test('after a long pause the text from before it becomes a version', () => {
    const soon = typed(record(), moment({ now: 2000 }), 'x = 4');
    const late = typed(record(), moment({ now: 60 * 60_000 }), 'x = 4');
    assert.deepEqual(soon.versions, []);
    assert.deepEqual(late.versions.map((version) => version.text), ['x = 2']);
  });
});

suite('is a text ever lost?', () => {
  test('reset keeps it in the history and the cell is the author\'s', () => {
    const kept = reset(record(), moment());
    assert.equal(decide(cell(), kept).state, 'pristine');
    assert.deepEqual(kept.versions, [{ text: 'x = 2', time: 1000, why: 'reset' }]);
  });

  test('undo of a reset gives the very same text', () => {
    const kept = replaced(reset(record({ text: 'α\n\n  b' }), moment()), moment(), 'α\n\n  b', 'replaced');
    assert.equal(kept.text, 'α\n\n  b');
    assert.equal(decide(cell(), kept).state, 'edited');
  });

  test('reset also keeps another tab\'s text', () => {
    const kept = reset(record({ rival: { text: 'x = 3', time: 7 } }), moment());
    assert.deepEqual(kept.versions.map(({ text }) => text).sort(), ['x = 2', 'x = 3']);
    assert.equal(kept.rival, null);
  });

  test('a run keeps what ran, once', () => {
    const first = ran(record(), moment());
    assert.deepEqual(first?.versions.map(({ text, why }) => [text, why]), [['x = 2', 'ran']]);
    assert.equal(ran(first, moment()), null);
    assert.equal(ran(null, moment()), null);
    assert.equal(ran(record({ text: 'x = 1' }), moment()), null);
  });

  test('the history is capped, newest first', () => {
    let kept = record();
    for (let round = 0; round < MOST_VERSIONS + 20; round += 1) kept = replaced(kept, moment({ now: round }), `x = ${round + 100}`, 'replaced');
    assert.equal(kept.versions.length, MOST_VERSIONS);
    assert.equal(kept.versions[0]?.text, `x = ${MOST_VERSIONS + 118}`);
  });
});

suite('how does a conflict end?', () => {
  const at = moment({ cell: revised });

  test('keep mine: my text, on the new base', () => {
    const kept = chosen(record(), at, 'mine');
    assert.deepEqual(decide(revised, kept), { state: 'edited', text: 'x = 2', against: null, since: 5000 });
  });

  test('take the new one: the author\'s text, mine in the history', () => {
    const kept = chosen(record(), at, 'new');
    assert.equal(decide(revised, kept).state, 'pristine');
    assert.equal(kept.versions[0]?.text, 'x = 2');
  });

  test('keep both: both texts, mine last', () => {
    const kept = chosen(record(), at, 'both');
    assert.match(kept.text, /x = 10[\s\S]*x = 2$/);
    assert.equal(decide(revised, kept).state, 'edited');
    assert.equal(kept.versions[0]?.text, 'x = 2');
  });

  for (const choice of ['mine', 'new', 'both'] as const) {
    test(`another tab's text survives “${choice}”`, () => {
      const kept = chosen(record({ rival: { text: 'x = 3', time: 7 } }), moment(), choice);
      const texts = [kept.text, ...kept.versions.map(({ text }) => text)].join('\n');
      assert.equal(decide(cell(), kept).state, 'edited');
      assert.match(texts, /x = 2/);
      assert.match(texts, /x = 3/);
    });
  }

  test('after the other tab, the author\'s change is still asked about', () => {
    const kept = chosen(record({ rival: { text: 'x = 3', time: 7 } }), at, 'mine');
    assert.equal(decide(revised, kept).against?.kind, 'author');
  });

  test('without a conflict nothing changes', () => {
    const before = record();
    assert.equal(chosen(before, moment(), 'new'), before);
  });
});
