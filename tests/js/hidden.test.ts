import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { together, withHidden } from '../../overrides/src/run/hidden.ts';
import type { PageCell } from '../../overrides/src/types.ts';

function cell(id: string, ...tags: string[]): PageCell {
  return { id, source: id, hash: id, tags };
}

const PAGE = [cell('setup', 'remove-cell'), cell('a'), cell('plot', 'remove-input'), cell('b'), cell('slow', 'skip-execution'), cell('late', 'remove-cell')];
const HIDDEN = ['setup', 'plot', 'late'];

suite('does what the author has hidden run before what is built on it?', () => {
  const waits = (id: string): boolean => HIDDEN.includes(id);

  test('once, in the order of the page, and nothing from behind', () => {
    assert.deepEqual(withHidden(PAGE, ['a'], waits), ['setup', 'a']);
    assert.deepEqual(withHidden(PAGE, ['b'], waits), ['setup', 'plot', 'b']);
    assert.deepEqual(withHidden(PAGE, ['b'], (id) => id === 'plot'), ['plot', 'b']);
  });

  test('not a second time when it is asked for anyway', () => {
    assert.deepEqual(withHidden(PAGE, ['setup', 'a', 'plot', 'b'], waits), ['setup', 'a', 'plot', 'b']);
  });

  test('a batch without any is left as it is', () => {
    assert.deepEqual(withHidden(PAGE, ['b', 'a'], () => false), ['b', 'a']);
    assert.deepEqual(withHidden(PAGE, [], waits), []);
  });

  test('what is not to be run with the others is not run for them', () => {
    const page = [cell('never', 'remove-cell', 'skip-execution'), cell('a')];
    assert.deepEqual(withHidden(page, ['a'], () => true), ['a']);
  });
});

suite('what runs with all the others?', () => {
  test('everything but what the author says to skip', () => {
    assert.deepEqual(together(PAGE, PAGE.map(({ id }) => id)), ['setup', 'a', 'plot', 'b', 'late']);
  });

  test('a skipped cell still runs alone', () => {
    assert.deepEqual(withHidden(PAGE, ['slow'], () => false), ['slow']);
  });
});
