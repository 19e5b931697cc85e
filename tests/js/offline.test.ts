import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { meaning, missing, parseList, sitePath, sizeOf, urlOf, type SiteList } from '../../overrides/src/offline/list.ts';
import { freeIn, isLoopback, noRoom, obstacle, share, spoken } from '../../overrides/src/offline/offer.ts';
import { cacheNames, workerUrl } from '../../overrides/src/offline/place.ts';
import { pieceOf } from '../../overrides/src/offline/range.ts';
import { NOTHING, arrived, editionOf, needed, parsePins, parseState, pinsAfter, switched } from '../../overrides/src/offline/state.ts';

const hash = (digit: string): string => digit.repeat(64);
const ONE = hash('1');
const TWO = hash('2');
const THREE = hash('3');

function listOf(edition: string, files: readonly (readonly [string, number, string])[]): SiteList {
  const parsed = parseList(JSON.stringify({ schema: 1, edition, files }));
  assert.ok(parsed.ok);
  return parsed.value;
}

suite('is a list of files read as a stranger\'s text?', () => {
  test('what is odd is refused with a sentence', () => {
    for (const source of ['', '[]', '{"schema":2}', '{"schema":1,"edition":"x"}', `{"schema":1,"edition":"${ONE}"}`,
      `{"schema":1,"edition":"${ONE}","files":[]}`, `{"schema":1,"edition":"${ONE}","files":[["a",1]]}`,
      `{"schema":1,"edition":"${ONE}","files":[["a",-1,"${ONE}"]]}`, `{"schema":1,"edition":"${ONE}","files":[["",1,"${ONE}"]]}`]) {
      assert.ok(!parseList(source).ok, source);
    }
  });

  test('the same content under two names is kept and counted once', () => {
    const list = listOf(ONE, [['a', 5, TWO], ['b', 5, TWO], ['c', 7, THREE]]);
    assert.equal(sizeOf(list.files.values()), 12);
    assert.deepEqual(missing(list, new Set()).map(({ path }) => path), ['a', 'c']);
    assert.deepEqual(missing(list, new Set([TWO])).map(({ path }) => path), ['c']);
  });
});

suite('what does an address mean?', () => {
  const list = listOf(ONE, [['index.html', 1, ONE], ['m/page one.html', 1, TWO], ['lite/index.html', 1, THREE], ['lite/x.json', 1, THREE]]);
  const what = (address: string): unknown => {
    const path = sitePath('https://x.org/course/', address);
    const found = path === null ? null : meaning(list, path);
    return found && ('file' in found ? found.file.path : found);
  };

  test('files, folders, and pages without their ending, with any query', () => {
    assert.equal(what('https://x.org/course/'), 'index.html');
    assert.equal(what('https://x.org/course/?a=1#b'), 'index.html');
    assert.equal(what('https://x.org/course/m/page%20one.html'), 'm/page one.html');
    assert.equal(what('https://x.org/course/m/page%20one'), 'm/page one.html');
    assert.equal(what('https://x.org/course/lite/x.json?ts=3'), 'lite/x.json');
    assert.deepEqual(what('https://x.org/course/lite'), { folder: 'lite/' });
  });

  test('what is not of this site means nothing', () => {
    for (const address of ['https://x.org/', 'https://x.org/other/', 'https://y.org/course/', 'https://x.org/course/no.html', 'https://x.org/course/%E0%A4%A']) {
      assert.equal(what(address), null, address);
    }
  });

  test('addresses of odd names lead back to them', () => {
    const odd = { path: 'a b/ü#1?.csv', size: 1, hash: ONE };
    assert.equal(sitePath('https://x.org/c/', urlOf('https://x.org/c/', odd)), odd.path);
  });
});

suite('which edition counts?', () => {
  const old = listOf(ONE, [['p.html', 1, ONE], ['q.html', 1, THREE]]);
  const now = listOf(TWO, [['p.html', 1, TWO], ['q.html', 1, THREE]]);

  test('the first that is complete; a later one waits until it is wanted', () => {
    const first = arrived({ ...NOTHING, wanted: ONE }, ONE);
    assert.deepEqual(first, { current: ONE, ready: null, wanted: null, paused: false });
    const second = arrived({ ...first, wanted: TWO }, TWO);
    assert.deepEqual(second, { current: ONE, ready: TWO, wanted: null, paused: false });
    assert.deepEqual(switched(second), { current: TWO, ready: null, wanted: null, paused: false });
    assert.equal(switched(first), first);
  });

  test('a page from the network is known by its text, the current edition first', () => {
    assert.equal(editionOf([old, now], 'p.html', TWO), TWO);
    assert.equal(editionOf([old, now], 'q.html', THREE), ONE);
    assert.equal(editionOf([old, now], 'p.html', THREE), null);
  });

  test('after a switch what is open stays with the old, and what waited for the new has it', () => {
    const pins = pinsAfter({ b: { edition: TWO }, c: { page: 'p.html', hash: TWO }, d: { page: 'p.html', hash: THREE }, gone: { edition: ONE } },
      ['a', 'b', 'c', 'd'], ONE, now);
    assert.deepEqual(pins, { a: { edition: ONE }, d: { page: 'p.html', hash: THREE } });
    assert.deepEqual([...needed({ ...NOTHING, current: TWO }, pins)].sort(), [ONE, TWO]);
  });

  test('damaged entries count as not there', () => {
    assert.deepEqual(parseState({ current: 'x', wanted: ONE, paused: 'yes' }), { ...NOTHING, wanted: ONE });
    assert.deepEqual(parseState([]), NOTHING);
    assert.deepEqual({ ...parsePins({ a: { edition: ONE }, b: { edition: 'x' }, c: 1, d: { page: 'p', hash: TWO } }) },
      { a: { edition: ONE }, d: { page: 'p', hash: TWO } });
  });
});

suite('are pieces of files cut as servers cut them?', () => {
  const asked: readonly [string | null, unknown][] = [
    [null, null], ['bytes=0-', { from: 0, to: 10 }], ['bytes=2-3', { from: 2, to: 4 }], ['bytes=8-99', { from: 8, to: 10 }],
    ['bytes=-3', { from: 7, to: 10 }], ['bytes=-99', { from: 0, to: 10 }], ['bytes=10-', 'none'], ['bytes=-0', 'none'],
    ['bytes=0-1,3-4', null], ['bytes=-', null], ['bytes=5-2', null], ['lines=1-2', null],
  ];
  for (const [header, piece] of asked) test(`${header}`, () => { assert.deepEqual(pieceOf(header, 10), piece); });
});

suite('is the course offered only where it can be kept?', () => {
  const good = { protocol: 'https:', secure: true, framed: false, workers: true, caches: true };

  test('not from a folder, not in a frame, not without https, not where the browser keeps nothing', () => {
    assert.equal(obstacle(good), null);
    assert.match(obstacle({ ...good, protocol: 'file:' }) ?? '', /folder/);
    assert.match(obstacle({ ...good, framed: true }) ?? '', /inside another site/);
    assert.match(obstacle({ ...good, secure: false }) ?? '', /https/);
    assert.match(obstacle({ ...good, workers: false }) ?? '', /private window/);
    assert.match(obstacle({ ...good, caches: false }) ?? '', /private window/);
  });

  test('the words say how much is needed and how much there is', () => {
    assert.match(noRoom(120_000_000, 40_000_000), /needs 120\.0 MB, and the browser has 40\.0 MB/);
    // What the browser says of its room is not true where the trial failed all the same.
    assert.doesNotMatch(noRoom(120_000_000, 900_000_000), /900/);
    assert.equal(freeIn({ quota: 10, usage: 4 }), 6);
    assert.equal(freeIn({}), null);
    assert.deepEqual(['localhost', '127.0.0.1', '[::1]', 'x.org', '127.0.0.1.x.org'].map(isLoopback), [true, true, true, false, false]);
  });

  test('a screen reader hears each quarter once', () => {
    assert.equal(share(1, 3), 33);
    assert.equal(spoken(33, 0), '25 per cent are here.');
    assert.equal(spoken(40, 33), null);
    assert.equal(spoken(100, 75), null);
  });
});

suite('are two courses on one host kept apart?', () => {
  test('by course and by place', () => {
    const names = [['a', 'https://x.org/'], ['a', 'https://x.org/two/'], ['b', 'https://x.org/']].map(([course, root]) => cacheNames({ course: course ?? '', root: root ?? '' }));
    assert.equal(new Set(names.flatMap((one) => Object.values(one))).size, 9);
    assert.equal(workerUrl({ course: 'a b', root: 'https://x.org/two/' }), 'https://x.org/two/service-worker.js?course=a%20b');
  });
});
