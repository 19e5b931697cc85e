import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { parseCourse, placeOf, revised, standing, type CourseMap } from '../../overrides/src/work/course.ts';
import { bookOf, NOTES } from '../../overrides/src/work/notes.ts';
import { record } from './samples.ts';

const book = { id: 'n', title: 'Values', page: 'a/values.html', download: 'lite/files/a/values.ipynb', lite: 'lite/notebooks/index.html?path=a%2Fvalues.ipynb', cells: [{ id: 'c1', hash: 'hash-1' }] };
const raw = { schema: 1, course: 'demo', notebooks: [book, { ...book, id: 'm', page: 'b.html', cells: [{ id: 'c9', hash: 'hash-9' }] }] };

function map(): CourseMap {
  const parsed = parseCourse(raw);
  assert.ok(parsed.ok);
  return parsed.value;
}

suite('what has become of a cell?', () => {
  test('still here', () => assert.deepEqual(standing(map(), 'n', 'c1'), { kind: 'here' }));
  test('moved to another notebook', () => {
    const found = standing(map(), 'n', 'c9');
    assert.equal(found.kind === 'moved' ? found.notebook.page : '', 'b.html');
  });
  test('removed, or its whole notebook', () => {
    assert.deepEqual(standing(map(), 'n', 'c2'), { kind: 'removed' });
    assert.deepEqual(standing(map(), 'gone', 'c2'), { kind: 'removed' });
    assert.equal(standing(map(), 'gone', 'c1').kind, 'moved');
  });
  test('notes stay with their page, and are lost with their notebook', () => {
    assert.deepEqual(standing(map(), 'n', NOTES), { kind: 'here' });
    assert.deepEqual(standing(map(), 'page:intro', NOTES), { kind: 'here' });
    assert.deepEqual(standing(map(), 'gone', NOTES), { kind: 'removed' });
  });
  test('where its notebook is now', () => {
    assert.deepEqual(placeOf(map(), 'n'), { page: 'a/values.html', title: 'Values', download: 'lite/files/a/values.ipynb' });
    assert.equal(placeOf(map(), 'gone'), null);
  });
});

suite('has the author changed it?', () => {
  const rows: readonly (readonly [string, Parameters<typeof revised>[1], boolean])[] = [
    ['edited, same base', { notebook: 'n', cell: 'c1', record: record() }, false],
    ['edited, other base', { notebook: 'n', cell: 'c1', record: record({ baseHash: 'old' }) }, true],
    ['not edited, other base', { notebook: 'n', cell: 'c1', record: record({ baseHash: 'old', text: 'x = 1' }) }, false],
    ['a cell that is gone', { notebook: 'n', cell: 'c2', record: record({ baseHash: 'old' }) }, false],
  ];
  for (const [name, edit, expected] of rows) test(name, () => assert.equal(revised(map(), edit), expected));
});

suite('which maps are refused?', () => {
  const refused: readonly (readonly [string, unknown])[] = [
    ['nothing', null], ['a newer schema', { ...raw, schema: 2 }], ['no course', { ...raw, course: 7 }], ['no notebooks', { ...raw, notebooks: {} }],
    ['a notebook without a page', { ...raw, notebooks: [{ ...book, page: '' }] }],
    ['a page elsewhere', { ...raw, notebooks: [{ ...book, page: 'https://example.org/' }] }],
    ['a page that climbs out', { ...raw, notebooks: [{ ...book, page: '../other.html' }] }],
    ['a cell without a hash', { ...raw, notebooks: [{ ...book, cells: [{ id: 'c1' }] }] }],
    ['a cell called __proto__', { ...raw, notebooks: [{ ...book, cells: [{ id: '__proto__', hash: 'h' }] }] }],
  ];
  for (const [name, value] of refused) test(name, () => assert.ok(!parseCourse(value).ok));
});

test('work is kept under the notebook, or under the page that has none', () => {
  assert.equal(bookOf({ notebook: 'n' }, { page: 'x.html' }), 'n');
  assert.equal(bookOf({ notebook: '' }, { page: 'part/intro.html' }), 'page:part/intro');
  assert.equal(bookOf({ notebook: '' }, { page: '' }), 'page:index');
});
