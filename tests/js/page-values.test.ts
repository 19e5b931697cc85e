import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { parsePage } from '../../overrides/src/config.ts';
import { tokens } from '../../overrides/src/view/highlight.ts';
import { isIdentity, isSitePath, pathBelow, storeName } from '../../overrides/src/work/keys.ts';
import { parseSaved } from '../../overrides/src/store/tabs.ts';
import { broughtWords, changesIn } from '../../overrides/src/view/changes.ts';
import { WORDS } from '../../overrides/src/view/conflict.ts';
import { excerpt, versionWords } from '../../overrides/src/view/history.ts';
import { changedLines, compared, folded } from '../../overrides/src/view/lines.ts';
import { editedPages } from '../../overrides/src/view/toc.ts';
import { firstTime } from '../../overrides/src/store/reminder.ts';
import { bytes, clock, kernelWords, percent, saveProblem, storageWords } from '../../overrides/src/words.ts';
import { StoreUnavailable } from '../../overrides/src/store/store.ts';
import { MemoryWords, page, place, record } from './samples.ts';

suite('which page configurations are accepted?', () => {
  test('what the build writes', () => assert.deepEqual(parsePage(JSON.parse(JSON.stringify(page()))), { ok: true, value: page() }));
  for (const [name, change] of [
    ['another schema', { schema: 2 }], ['no course', { course: null }], ['a course without id', { course: { title: 'x' } }],
    ['no notebook', { notebook: '' }], ['an unknown route', { route: 'cloud' }], ['a root without slash', { root: '..' }],
    ['cells that are no list', { cells: {} }], ['a cell without hash', { cells: [{ id: 'a', source: '', tags: [] }] }],
    ['a tag that is no text', { cells: [{ id: 'a', source: '', hash: 'h', tags: [3] }] }],
    ['a file without size', { files: [{ path: 'a', url: 'b' }] }], ['a package that is no text', { packages: [1] }],
  ] as const) {
    test(`refused: ${name}`, () => assert.ok(!parsePage({ ...page(), ...change }).ok));
  }
  test('a page that is only read and has no notebook', () => assert.ok(parsePage({ ...page(), route: 'read', notebook: '' }).ok));
  test('refused: nothing', () => assert.ok(!parsePage(null).ok));
});

suite('where is a page?', () => {
  for (const [root, url, path] of [
    ['https://x.org/c/', 'https://x.org/c/m/v.html?a=1#b', 'm/v.html'],
    ['https://x.org/c/', 'https://x.org/c/index.html', ''],
    ['https://x.org/c/', 'https://x.org/c/m/index.html', 'm/'],
    ['https://x.org/c/', 'https://x.org/other/v.html', null],
    ['https://x.org/c/', 'https://y.org/c/v.html', null],
  ] as const) {
    test(`${url} below ${root}`, () => assert.equal(pathBelow(root, url), path));
  }

  test('pages with edits, not those typed back to the original', () => {
    const edit = (page: string, text: string) => ({ notebook: 'n', cell: page, record: record({ text, place: { ...place, page } }) });
    assert.deepEqual([...editedPages([edit('a.html', 'x = 2'), edit('b.html', 'x = 1'), edit('', 'x = 2'), edit('d/index.html', 'y')])], ['a.html', 'd/']);
  });

  test('a notebook that has moved is where it is now', () => {
    const edit = (notebook: string) => ({ notebook, cell: 'c1', record: record({ text: 'x = 2', place: { ...place, page: 'old.html' } }) });
    const now = (notebook: string) => (notebook === 'n' ? 'new.html' : null);
    assert.deepEqual([...editedPages([edit('n'), edit('unknown')], now)], ['new.html', 'old.html']);
  });

  test('site paths stay in the site', () => {
    assert.ok(isSitePath('module-1/a b.html'));
    for (const path of ['/a', '..', 'a/..', 'http://x', 'a\\b', 'x:y']) assert.ok(!isSitePath(path), path);
  });

  test('identities are not object internals', () => {
    assert.ok(isIdentity('module-1/values'));
    for (const id of ['', '__proto__', 'a\nb', 5, null]) assert.ok(!isIdentity(id));
    assert.equal(storeName('demo'), 'satchel/demo');
  });
});

suite('what do other tabs say?', () => {
  test('a save', () => assert.deepEqual(parseSaved({ schema: 1, notebook: 'n', cells: ['a'] }), { ok: true, value: { notebook: 'n', cells: ['a'] } }));
  for (const message of [null, 'x', { schema: 2, notebook: 'n', cells: [] }, { schema: 1, cells: [] }, { schema: 1, notebook: 'n' }, { schema: 1, notebook: 'n', cells: [''] }]) {
    test(`ignored: ${JSON.stringify(message)}`, () => assert.ok(!parseSaved(message).ok));
  }
});

suite('what does the status say?', () => {
  const now = new Date(2026, 10, 3, 12, 0).getTime();

  test('times of today, of this year, of another year', () => {
    assert.equal(clock(new Date(2026, 10, 3, 10, 32).getTime(), now), '10:32');
    assert.match(clock(new Date(2026, 9, 30, 9, 5).getTime(), now), /^30 Oct, 09:05$/);
    assert.match(clock(new Date(2025, 9, 30, 9, 5).getTime(), now), /2025/);
  });

  test('a start in megabytes and per cent', () => {
    const progress = { loaded: 6_200_000, total: 14_000_000, label: '' };
    assert.deepEqual(kernelWords('loading', progress, 0), { words: 'Python loading', detail: '6.2 of 14.0 MB' });
    assert.equal(percent(progress), 44);
    assert.equal(percent({ ...progress, total: 0 }), null);
    assert.equal(percent({ ...progress, loaded: 99_000_000 }), 100);
    assert.equal(kernelWords('loading', { ...progress, loaded: 14_000_000 }, 0).words, 'Python starting');
  });

  test('a Python on a server is called so, and nothing is said of megabytes', () => {
    for (const state of ['off', 'loading', 'idle', 'busy', 'dead'] as const) {
      const { words, detail } = kernelWords(state, { loaded: 1, total: 2, label: '' }, 0, true);
      assert.match(words, /^Hosted Python /);
      assert.equal(detail, '');
    }
  });

  test('storage in words', () => {
    assert.equal(storageWords('saved', new Date(2026, 10, 3, 10, 32).getTime(), now), 'saved 10:32');
    assert.equal(storageWords('failed', null, now), 'NOT saved');
    assert.deepEqual([bytes(900), bytes(14_000_000), bytes(2_500_000_000)], ['1 KB', '14.0 MB', '2.5 GB']);
  });

  test('every failed save says what helps', () => {
    const full = new Error('x');
    full.name = 'QuotaExceededError';
    assert.match(saveProblem(full), /Download your work/);
    assert.match(saveProblem(new StoreUnavailable('It does not answer.')), /does not answer.*Download/);
    assert.match(saveProblem('odd'), /Download your work/);
  });
});

suite('what differs between two texts?', () => {
  const shown = (before: string, after: string): readonly string[] =>
    (compared(before, after) ?? []).map(({ sign, parts }) => sign + parts.map(({ text, changed }) => (changed ? `[${text}]` : text)).join(''));

  test('lines that go, come and stay', () => assert.deepEqual(shown('a\nb\nc', 'a\nc\nd'), [' a', '−b', ' c', '+d']));
  test('in a changed line, the words', () =>
    assert.deepEqual(shown('total = 3 + four', 'total = 3 + five'), ['−total = 3 + [four]', '+total = 3 + [five]']));
  test('a line that hardly resembles the old one is shown whole', () => assert.deepEqual(shown('import numpy', 'x = 1'), ['−import numpy', '+x = 1']));
  test('a new line before a changed one does not hide what changed', () =>
    assert.deepEqual(shown('mean = total / 3', '# new\nmean = total / 4'), ['−mean = total / [3]', '+# new', '+mean = total / [4]']));
  test('an empty text', () => assert.deepEqual(shown('', 'a'), ['−', '+a']));
  test('numbers of the lines on both sides', () => assert.deepEqual(changedLines('a\nb\nc', 'a\nX\nY\nc'), { gone: [1], come: [1, 2] }));

  test('long stretches of the same are put together, with some lines around each change', () => {
    const before = Array.from({ length: 20 }, (_, line) => `line ${line}`);
    const after = before.map((line, index) => (index === 10 ? 'other' : line));
    const rows = folded(compared(before.join('\n'), after.join('\n')) ?? []);
    assert.deepEqual(rows.map((row) => ('alike' in row ? row.alike : row.sign)), [7, ' ', ' ', ' ', '−', '+', ' ', ' ', ' ', 6]);
    assert.deepEqual(folded(compared('a\nb', 'a\nc') ?? []).length, 3, 'nothing to fold');
  });

  test('a comparison of huge texts ends', () => {
    const lines = (salt: number): string => Array.from({ length: 20_000 }, (_, line) => `${(line * salt) % 7919}`).join('\n');
    const found = compared(lines(31), lines(37));
    assert.ok(found === null || found.length > 20_000);
  });
});

suite('what do earlier versions and restores say?', () => {
  const now = new Date(2026, 10, 3, 12, 0).getTime();

  test('when and why', () => assert.equal(versionWords({ text: '', time: new Date(2026, 10, 3, 10, 32).getTime(), why: 'reset' }, now), '10:32, before a reset'));
  test('the line that tells a version from the text now', () => {
    assert.equal(excerpt('a\nb = 1', 'a\nb = 2'), 'b = 1');
    assert.equal(excerpt('a\nb', 'a\nb'), 'a');
    assert.equal(excerpt(' \n', 'a'), '(empty)');
  });

  test('what was brought in', () => {
    const counts = { new: 2, same: 1, replaces: 0, asks: 1, resets: 0 };
    assert.equal(broughtWords(counts), '2 texts new here, 1 kept beside yours, and you are asked at the cell, 1 known here already');
    assert.equal(changesIn(counts), 3);
    assert.equal(broughtWords({ new: 0, same: 0, replaces: 0, asks: 0, resets: 0 }), 'nothing');
  });

  test('every source of a second text has its own question', () => {
    const titles = Object.values(WORDS).map(({ title }) => title);
    assert.equal(new Set(titles).size, titles.length);
  });

  test('a browser is new once, and never where nothing is remembered', () => {
    const words = new MemoryWords();
    assert.deepEqual([firstTime('demo', words), firstTime('demo', words), firstTime('other', words), firstTime('demo', null)], [true, false, true, false]);
  });
});

suite('colouring', () => {
  const kinds = (source: string): string[] => tokens(source).filter(({ kind }) => kind).map(({ text, kind }) => `${kind} ${text}`);

  test('never changes the text', () => {
    for (const source of ['', 'def f(x):\n\treturn x # ü', '"""open', 'f"{a}\\""', "'''a\nb'''c", 'x = 1e-3j; "', '∑ = 3\r\n']) {
      assert.equal(tokens(source).map(({ text }) => text).join(''), source);
    }
  });

  test('knows keywords, names, strings, numbers and comments', () => {
    assert.deepEqual(kinds('def mean(v): # m'), ['k def', 'nf mean', 'n v', 'o :', 'c1 # m']);
    assert.deepEqual(kinds('print("a" + r\'b\', 0x1f, None)'), ['nb print', 's2 "a"', 'o +', 's2 r\'b\'', 'mi 0x1f', 'kc None']);
  });

  test('is quick on long input', () => {
    const started = performance.now();
    tokens(`${'x = "'.repeat(20_000)}`);
    assert.ok(performance.now() - started < 1000);
  });
});
