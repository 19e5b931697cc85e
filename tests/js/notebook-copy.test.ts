import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { suite, test } from 'node:test';
import { arrange, type Order } from '../../overrides/src/notebook/arrange.ts';
import { parseAuthor } from '../../overrides/src/notebook/author.ts';
import { digest } from '../../overrides/src/notebook/digest.ts';
import { knownJson, originOf } from '../../overrides/src/notebook/known.ts';
import { brought, verdict } from '../../overrides/src/notebook/reunite.ts';
import { decide } from '../../overrides/src/work/edits.ts';
import { texts } from '../../overrides/src/work/records.ts';
import { cell, moment, record } from './samples.ts';

suite('does the browser know the build\'s hash of a text?', () => {
  const TEXTS = ['', 'x = 1', 'x = 1  \n\n', 'a\t\nb \u00a0\n', 'naïve → ü', 'a\u3000\n b', 'a\ufeff\n', 'one\r\ntwo', '\n\nx', 'x\u0085\ny\u001f'];

  test('the same for every text, blanks at line ends included', () => {
    const code = 'import json,sys; from satchel.pairing import digest; print(json.dumps([digest(t) for t in json.load(sys.stdin)]))';
    const python = process.env['SATCHEL_PYTHON'] ?? 'python';
    const theirs: unknown = JSON.parse(execFileSync(python, ['-c', code], { input: JSON.stringify(TEXTS), encoding: 'utf8' }));
    assert.deepEqual(TEXTS.map(digest), theirs);
  });

  test('another text has another one', () => {
    assert.notEqual(digest('x = 1'), digest('x = 2'));
    assert.notEqual(digest('  x'), digest('x'));
  });
});

suite('which cells does a copy hold after the author has changed the notebook?', () => {
  const order = (text: string): Order => (text === '' ? [] : text.split(' '));
  /** [here, known, theirs, touched, expected]: ids in order; capitals are the student's own cells. */
  const ROWS: readonly (readonly [string, string, string | null, string, string, string])[] = [
    ['nothing has changed', 'a b c', 'a b c', 'a b c', '', 'a b c'],
    ['the author put one in', 'a b c', 'a b c', 'a n b c', '', 'a n b c'],
    ['the author put one in front, and one at the end', 'a b', 'a b', 'n a b o', '', 'n a b o'],
    ['the author took one out', 'a b c', 'a b c', 'a c', '', 'a c'],
    ['the author took one out that the student changed', 'a b c', 'a b c', 'a c', 'b', 'a b c'],
    ['the author moved one', 'a b c', 'a b c', 'c a b', '', 'c a b'],
    ['the student added one', 'a X b', 'a b', 'a b', '', 'a X b'],
    ['the student added two in front', 'X Y a b', 'a b', 'a b', '', 'X Y a b'],
    ['the student deleted one', 'a c', 'a b c', 'a b c', '', 'a c'],
    ['the student moved one', 'c a b', 'a b c', 'a b c', '', 'c a b'],
    ['both added after the same cell', 'a X b', 'a b', 'a n b', '', 'a X n b'],
    ['the author moved the cell that the student wrote behind', 'a b X c', 'a b c', 'a c b', '', 'a c b X'],
    ['the author took out the cell that the student wrote behind', 'a b X c', 'a b c', 'a c', '', 'a X c'],
    ['the student moved, the author added', 'c a b', 'a b c', 'a n b c', '', 'c a n b'],
    ['the student deleted the neighbour of a new one', 'a c', 'a b c', 'a b n c', '', 'a n c'],
    ['prose with a new text is a new cell', 't1 a t2', 't1 a t2', 't3 a t2', '', 't3 a t2'],
    ['prose with a new text that the student had changed too: both', 't1 a', 't1 a', 't3 a', 't1', 't1 t3 a'],
    ['a copy that says nothing keeps what it has and gets what it lacks', 'a X c', null, 'a b c', '', 'a X b c'],
    ['everything is new', 'a b', 'a b', 'n o', '', 'n o'],
    ['everything is new, and the student has written', 'a X b', 'a b', 'n o', 'b', 'X b n o'],
    ['an empty copy', '', 'a b', 'a b', '', ''],
  ];

  for (const [name, here, known, theirs, touched, expected] of ROWS) {
    test(name, () => {
      const found = arrange({ here: order(here), theirs: order(theirs), known: known === null ? null : order(known) }, (id) => !order(touched).includes(id));
      assert.deepEqual([...found].sort(), [...order(expected)].sort(), 'the same cells');
      assert.equal(found.join(' '), expected);
    });
  }

  test('no cell of the student\'s is ever dropped, whatever happens', () => {
    let seed = 7;
    const dice = (sides: number): number => { seed = (seed * 48_271) % 2_147_483_647; return seed % sides; };
    const some = (all: Order): string[] => all.filter(() => dice(3) > 0).sort(() => dice(3) - 1);
    for (let round = 0; round < 500; round += 1) {
      const known = some(order('a b c d e f'));
      const here = some([...known, 'X', 'Y']);
      const theirs = some(order('a b c d e f n o'));
      const touched = new Set(some(here));
      const found = arrange({ here, theirs, known }, (id) => !touched.has(id));
      const own = here.filter((id) => !known.includes(id) || touched.has(id) || theirs.includes(id));
      assert.deepEqual(own.filter((id) => !found.includes(id)), [], `${here} ${known} ${theirs}`);
      assert.equal(new Set(found).size, found.length, 'no cell twice');
      assert.deepEqual(found.filter((id) => !here.includes(id) && !theirs.includes(id)), [], 'no cell from nowhere');
    }
  });
});

suite('does a copy say what it knows?', () => {
  test('what is written can be read', () => {
    const known = [{ id: 'a', base: '1', seen: '1' }, { id: 'b', base: '1', seen: '2' }];
    assert.deepEqual(knownJson(known), [['a', '1'], ['b', '1', '2']]);
    assert.deepEqual(originOf({ course: 'demo', notebook: 'n', known: knownJson(known), more: 1 }), { course: 'demo', notebook: 'n', known });
  });

  test('nothing is believed that has another form', () => {
    for (const value of [null, 'x', {}, { course: 'demo' }, { course: 'demo', notebook: '__proto__' }]) assert.equal(originOf(value), null);
    for (const known of [undefined, 'a', [['a']], [['a', 1]], [['a', '1', 2]], [[1, '1']]]) {
      assert.equal(originOf({ course: 'demo', notebook: 'n', known })?.known, null);
    }
  });

  test('the author\'s notebook is refused when it does not say so, or when a cell is none', () => {
    const good = { cells: [{ id: 'a', cell_type: 'code', source: ['x\n', 'y'] }], metadata: { satchel: { course: 'd', notebook: 'n', known: [['a', 'h']] } } };
    const found = parseAuthor(good);
    assert.ok(found.ok);
    assert.deepEqual([found.value.cells[0]?.source, found.value.cells[0]?.hash], ['x\ny', 'h']);
    for (const wrong of [null, { ...good, metadata: {} }, { ...good, cells: [1] }, { ...good, cells: [{ id: 'a', cell_type: 'sql', source: '' }] },
      { ...good, cells: [{ id: 'b', cell_type: 'code', source: '' }] }, { ...good, cells: [{ id: 'a', cell_type: 'code', source: [1] }] }]) {
      assert.equal(parseAuthor(wrong).ok, false);
    }
  });
});

suite('a copy is opened: which text counts?', () => {
  const author = cell({ source: 'x = 1', hash: digest('x = 1') });
  const renewed = cell({ source: 'x = 10', hash: digest('x = 10') });
  const at = moment({ cell: author });
  const known = (seen: string, base = 'x = 1') => ({ id: 'c1', base: digest(base), seen: digest(seen) });
  const edited = record({ text: 'x = 2', baseText: 'x = 1', baseHash: author.hash });

  test('an untouched copy follows the author', () => {
    assert.equal(verdict('x = 1', 'x = 1', null, known('x = 1')), 'same');
    assert.equal(verdict('x = 1', 'x = 10', null, known('x = 1')), 'follow');
    assert.equal(verdict('x = 1', 'x = 10', null, null), 'lost', 'one that does not say where it is from may be the student\'s');
  });

  test('a copy that has not seen the last save follows it', () => {
    assert.equal(verdict('x = 1', 'x = 2', edited, known('x = 1')), 'follow');
    assert.equal(verdict('x = 1.5', 'x = 2', edited, known('x = 1.5')), 'follow', 'a text between two saves');
    assert.equal(verdict('x = 3', 'x = 2', record({ ...edited, versions: [{ text: 'x = 3', time: 1, why: 'ran' }] }), null), 'follow', 'a text of the history');
  });

  test('a copy that alone has gone on is typed in', () => {
    assert.equal(verdict('x = 3', 'x = 2', edited, known('x = 2')), 'ahead');
    const kept = brought(edited, at, 'x = 3', known('x = 2'), 4000);
    assert.deepEqual([kept.text, kept.rival, decide(author, kept).state], ['x = 3', null, 'edited']);
  });

  test('where both have gone on the student is asked, and both texts are there', () => {
    assert.equal(verdict('x = 3', 'x = 2', edited, known('x = 1.5')), 'asks');
    const kept = brought(edited, at, 'x = 3', known('x = 1.5'), 4000);
    assert.deepEqual(decide(author, kept).against, { kind: 'notebook', text: 'x = 3' });
    assert.deepEqual([kept.text, kept.rival?.time], ['x = 2', 4000]);
  });

  test('a text of which the store has lost every trace is the student\'s again', () => {
    assert.equal(verdict('x = 2', 'x = 1', null, known('x = 2')), 'lost');
    const kept = brought(null, at, 'x = 2', known('x = 2'), 4000);
    assert.deepEqual(decide(author, kept), { state: 'edited', text: 'x = 2', against: null, since: 5000 });
    const asked = brought(null, moment({ cell: renewed }), 'x = 2', known('x = 2'), 4000);
    assert.deepEqual(decide(renewed, asked).against, { kind: 'author', text: 'x = 10' });
    const unknown = brought(null, moment({ cell: renewed }), 'x = 2', null, 4000);
    assert.equal(decide(renewed, unknown).state, 'conflict');
  });

  test('blanks at line ends ask nobody', () => {
    assert.equal(verdict('x = 1  ', 'x = 1', null, null), 'follow');
  });

  test('no text is dropped, whatever the three sides hold', () => {
    const few = ['x = 1', 'x = 2', 'x = 3', 'x = 10'];
    for (const here of few) for (const text of few) for (const seen of [...few, null]) for (const rival of [null, ...few]) {
      const before = record({ text, baseText: 'x = 1', baseHash: author.hash, rival: rival === null ? null : { text: rival, time: 1, from: 'tab' } });
      const mark = seen === null ? null : known(seen);
      const found = verdict(here, decide(author, before).text, before, mark);
      const after = found === 'ahead' || found === 'asks' ? brought(before, at, here, mark, 1) : before;
      for (const owed of texts(before).filter((each) => each !== 'x = 1')) {
        // What the student goes on with is not kept letter by letter, in a notebook as on a page.
        const typedOver = found === 'ahead' && owed === before.text;
        assert.ok(typedOver || texts(after).includes(owed), JSON.stringify({ here, text, seen, rival, found, after }));
      }
      const inStep = mark !== null && [mark.seen, mark.base].includes(digest(here));
      if (!inStep) assert.ok([...texts(after), after.baseText].includes(here), JSON.stringify({ here, text, seen, rival, found }));
    }
  });
});
