import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { judgeBrowser, judgeMemory } from '../../overrides/src/ready/browser.ts';
import { CHECKS, GROUPS, STATE_WORDS, type Check, type Line, type State } from '../../overrides/src/ready/line.ts';
import { parseReady } from '../../overrides/src/ready/page/config.ts';
import { judgePython } from '../../overrides/src/ready/python.ts';
import { browserName, report } from '../../overrides/src/ready/report.ts';
import type { BrowserSeen, FileSeen, MemorySeen, PythonSeen, SiteSeen, StorageSeen } from '../../overrides/src/ready/seen.ts';
import { judgeSite } from '../../overrides/src/ready/site.ts';
import { judgeStorage } from '../../overrides/src/ready/storage.ts';
import { answer, notable, type Verdict } from '../../overrides/src/ready/verdict.ts';

/** All that is seen in one situation. */
interface Seen {
  readonly browser: BrowserSeen;
  readonly memory: MemorySeen | null;
  readonly storage: StorageSeen;
  readonly site: SiteSeen;
  readonly python: PythonSeen | null;
}

const BROWSER: BrowserSeen = { wasm: true, pauses: true, keeps: true, isolated: false, secure: true, serviceWorker: true };
const MEMORY: MemorySeen = { device: 8, wanted: 400, got: 400 };
const STORAGE: StorageSeen = {
  database: { milliseconds: 12.3, problem: null }, aside: true, promised: true, quota: 10_000_000_000, framed: false,
};
const FILES: readonly FileSeen[] = [
  { path: 'runtime/runtime.json', status: 200, type: 'application/json' },
  { path: 'runtime/boot.mjs', status: 200, type: 'text/javascript' },
  { path: 'runtime/pyodide.asm.wasm', status: 200, type: 'application/wasm' },
  { path: 'satchel/1/python.worker.js', status: 200, type: 'application/javascript' },
];
const PYTHON: PythonSeen = { start: { ok: true, seconds: 1.4, version: '3.13' }, package: { ok: true, name: 'pandas', seconds: 3 } };
const SILENT = { milliseconds: null, problem: 'SecurityError' } as const;

function seen(changes: Partial<Seen> = {}): Seen {
  return { browser: BROWSER, memory: MEMORY, storage: STORAGE, site: { online: true, files: FILES }, python: PYTHON, ...changes };
}

function judge({ browser, memory, storage, site, python }: Seen): readonly Line[] {
  return [...judgeBrowser(browser), judgeMemory(memory), ...judgeStorage(storage, browser), ...judgeSite(site), ...judgePython(python)];
}

/** The files, with another answer for the one that ends like this. */
function but(end: string, change: Partial<FileSeen>): SiteSeen {
  return { online: true, files: FILES.map((file) => file.path.endsWith(end) ? { ...file, ...change } : file) };
}

const failed = (problem: string): PythonSeen => ({ start: { ok: false, problem }, package: null });

interface Situation {
  readonly seen: Seen;
  readonly verdict: Verdict;
  readonly words: RegExp;
  /** Lines that are neither OK nor what no page can tell. */
  readonly lines: Partial<Record<Check, State>>;
  /** Must stand somewhere in the lines. */
  readonly says?: RegExp;
}

const SITUATIONS: Readonly<Record<string, Situation>> = {
  'all is well': { seen: seen(), verdict: 'ready', words: /is ready/, lines: {} },
  'a fresh profile, to which nothing was promised': {
    seen: seen({ storage: { ...STORAGE, promised: false } }), verdict: 'ready', words: /is ready/, lines: { promise: 'limited' }, says: /My work/,
  },
  'a browser that starts Python on each page': {
    seen: seen({ browser: { ...BROWSER, keeps: false } }), verdict: 'ready', words: /is ready/, lines: { keeping: 'limited' }, says: /Your texts are not affected/,
  },
  'no WebAssembly': {
    seen: seen({ browser: { ...BROWSER, wasm: false }, memory: null, python: null }), verdict: 'blocked', words: /another browser/,
    lines: { webassembly: 'missing', memory: 'limited', python: 'missing', package: 'missing' }, says: /Lockdown/,
  },
  'a browser that cannot pause Python': {
    seen: seen({ browser: { ...BROWSER, pauses: false } }), verdict: 'limited', words: /with 1 limit:/, lines: { questions: 'limited' }, says: /as a notebook/,
  },
  'one that cannot, on an isolated site': { seen: seen({ browser: { ...BROWSER, pauses: false, isolated: true } }), verdict: 'ready', words: /is ready/, lines: {} },
  'an address without https': {
    seen: seen({ browser: { ...BROWSER, secure: false, serviceWorker: false }, storage: { ...STORAGE, promised: null, quota: null } }),
    verdict: 'ready', words: /is ready/, lines: { promise: 'limited', offline: 'limited' }, says: /https/,
  },
  'a device with little memory': { seen: seen({ memory: { device: 1, wanted: 400, got: 400 } }), verdict: 'limited', words: /1 limit:/, lines: { memory: 'limited' }, says: /about 1 GB/ },
  'Python cannot have what the course needs': {
    seen: seen({ memory: { device: null, wanted: 3000, got: 1200 } }), verdict: 'limited', words: /1 limit:/, lines: { memory: 'limited' }, says: /1200 of the 3000 MB/,
  },
  'storage is blocked': {
    seen: seen({ storage: { ...STORAGE, database: SILENT } }), verdict: 'blocked', words: /cannot keep your work/,
    lines: { storage: 'missing', promise: 'limited' }, says: /SecurityError/,
  },
  'the small store is closed': {
    seen: seen({ storage: { ...STORAGE, aside: false } }), verdict: 'limited', words: /1 limit:/, lines: { storage: 'limited' }, says: /last letters/,
  },
  'hardly any room': {
    seen: seen({ storage: { ...STORAGE, quota: 10_000_000 } }), verdict: 'ready', words: /is ready/, lines: { promise: 'limited' }, says: /only 10\.0 MB/,
  },
  'a frame of another site': {
    seen: seen({ storage: { ...STORAGE, framed: true } }), verdict: 'limited', words: /1 limit:/, lines: { frame: 'limited' }, says: /own tab/,
  },
  'a frame that stores nothing': {
    seen: seen({ storage: { ...STORAGE, framed: true, database: SILENT } }), verdict: 'blocked', words: /cannot keep your work/,
    lines: { storage: 'missing', promise: 'limited', frame: 'missing' }, says: /own tab/,
  },
  'no service workers': { seen: seen({ browser: { ...BROWSER, serviceWorker: false } }), verdict: 'ready', words: /is ready/, lines: { offline: 'limited' } },
  'a file is missing and Python does not start': {
    seen: seen({ site: but('boot.mjs', { status: 404, type: 'text/html' }), python: failed('Failed to fetch') }), verdict: 'blocked', words: /not your browser.*teacher/,
    lines: { files: 'missing', python: 'missing', package: 'missing' }, says: /runtime\/boot\.mjs \(404\)/,
  },
  'a page to sign in comes in place of a file': {
    seen: seen({ site: but('.wasm', { type: 'text/html' }) }), verdict: 'limited', words: /1 thing will not:/, lines: { files: 'missing' }, says: /a web page came instead/,
  },
  'scripts are labelled as text': {
    seen: seen({ site: but('.mjs', { type: 'text/plain' }), python: failed('Failed to fetch') }), verdict: 'blocked', words: /not your browser/,
    lines: { types: 'missing', python: 'missing', package: 'missing' }, says: /boot\.mjs as “text\/plain”/,
  },
  'a file without a label': {
    seen: seen({ site: but('worker.js', { type: '' }), python: failed('no') }), verdict: 'blocked', words: /not your browser/,
    lines: { types: 'missing', python: 'missing', package: 'missing' }, says: /as “nothing”/,
  },
  'WebAssembly is labelled as anything': {
    seen: seen({ site: but('.wasm', { type: 'application/octet-stream' }) }), verdict: 'limited', words: /1 limit:/, lines: { types: 'limited' }, says: /application\/wasm/,
  },
  'no network': {
    seen: seen({ site: { online: false, files: FILES.map((file) => ({ ...file, status: 0, type: '' })) } }), verdict: 'limited', words: /1 limit:/,
    lines: { files: 'limited', types: 'limited' }, says: /no connection/,
  },
  'Python fails by itself': {
    seen: seen({ python: failed('out of memory') }), verdict: 'blocked', words: /in this browser/, lines: { python: 'missing', package: 'missing' }, says: /out of memory/,
  },
  'a package does not come': {
    seen: seen({ python: { ...PYTHON, package: { ok: false, name: 'numpy', problem: 'ModuleNotFoundError: no' } } }), verdict: 'limited', words: /1 thing will not:/,
    lines: { package: 'missing' }, says: /numpy could not be imported/,
  },
  'a course without packages': { seen: seen({ python: { ...PYTHON, package: null } }), verdict: 'ready', words: /is ready/, lines: {}, says: /Python's own/ },
  'a slow line': {
    seen: seen({ python: { ...PYTHON, start: { ok: true, seconds: 61, version: '3.13' } } }), verdict: 'limited', words: /1 limit:/, lines: { python: 'limited' }, says: /61 s/,
  },
};

suite('what does it mean for a student?', () => {
  for (const [name, situation] of Object.entries(SITUATIONS)) {
    test(name, () => {
      const lines = judge(situation.seen);
      assert.deepEqual(lines.map(({ check }) => check).toSorted(), [...CHECKS].toSorted(), 'each check has one line');
      const told = answer(lines);
      assert.equal(told.verdict, situation.verdict);
      assert.match(told.words, situation.words);
      const notOk = Object.fromEntries(lines.filter(({ state }) => state === 'limited' || state === 'missing').map(({ check, state }) => [check, state]));
      assert.deepEqual(notOk, situation.lines);
      const said = lines.map(({ found, means, cure }) => `${found} ${means} ${cure}`).join('\n');
      if (situation.says) assert.match(said, situation.says);
      for (const { state, means, cure, check } of lines) {
        if (state !== 'ok') assert.ok(means !== '' && cure !== '', `${check} says what it means and what helps`);
      }
    });
  }

  test('what no page can tell is never called OK', () => {
    const line = judge(seen()).find(({ check }) => check === 'private');
    assert.equal(line?.state, 'unknown');
  });

  test('the answer stays open until Python has been tried, and names what is missing first', () => {
    const some = [...judgeBrowser(BROWSER), judgeMemory(MEMORY)];
    assert.equal(answer([]).verdict, 'running');
    assert.match(answer(some).words, /Checking/);
    assert.match(answer([...some, ...judgeStorage(STORAGE, BROWSER), ...judgeSite(seen().site)]).words, /Python is starting/);
    const bad = judge(seen({ storage: { ...STORAGE, aside: false }, python: failed('no') }));
    assert.deepEqual(notable(bad), ['python', 'storage'], 'without what only follows from another line');
  });

  test('every check stands below a heading, once', () => {
    assert.deepEqual(GROUPS.flatMap(({ checks }) => checks), [...CHECKS]);
  });

  test('a long list of files is cut short', () => {
    const files = Array.from({ length: 9 }, (_, index) => ({ path: `runtime/${index}.whl`, status: 404, type: 'text/html' }));
    assert.match(judgeSite({ online: true, files: [...files, ...FILES] })[0]?.found ?? '', /^9 of 13 .* and 5 more\.$/);
  });
});

suite('what does the report say?', () => {
  const about = { course: 'Data by hand 1', site: 'https://x.example/course/', browser: 'Firefox 153 on Linux' };

  test('all lines in the order of the page, with states in words', () => {
    const lines = judge(seen());
    const text = report(lines.toReversed(), answer(lines), about).split('\n');
    assert.deepEqual(text.slice(0, 5), ['Is my browser ready? Data by hand 1', 'Site: https://x.example/course/', 'Browser: Firefox 153 on Linux', 'Your browser is ready for this course.', '']);
    assert.equal(text.length, 5 + CHECKS.length);
    assert.match(text[5] ?? '', /^\[OK\] Running Python/);
    assert.ok(text.some((line) => line.startsWith(`[${STATE_WORDS.unknown}] Private window`)));
  });

  const AGENTS: readonly (readonly [string, string])[] = [
    ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/156.0.0.0 Safari/537.36', 'Chrome 156 on Linux'],
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/148.0.0.0 Safari/537.36 Edg/148.0.0.0', 'Edge 148 on Windows'],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0', 'Firefox 153 on Linux'],
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.2 Safari/605.1.15', 'Safari 18.2 on macOS'],
    ['Mozilla/5.0 (Linux; Android 14; SM-S911B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/26.0 Chrome/122.0.0.0 Mobile Safari/537.36', 'Samsung Internet 26 on Android'],
    ['Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/126.0 Mobile/15E148 Safari/604.1', 'Chrome 126 on iOS'],
    ['curl/8', 'an unknown browser'],
  ];
  for (const [agent, name] of AGENTS) test(name, () => assert.equal(browserName(agent), name));
});

suite('what does the page know of the course?', () => {
  const page = { schema: 1, course: { id: 'demo', title: 'T', version: '1' }, notebook: '', title: 'x', root: './', assets: 'satchel/1/', route: 'read', cells: [], packages: ['numpy'] };

  test('its packages and the memory it needs', () => {
    const parsed = parseReady({ ...page, memory_mb: 400 });
    assert.ok(parsed.ok);
    assert.deepEqual([parsed.value.memory, parsed.value.page.packages], [400, ['numpy']]);
  });

  test('without them it says so', () => {
    assert.deepEqual(parseReady(page), { ok: false, problem: 'memory_mb is missing' });
    assert.equal(parseReady({ ...page, memory_mb: 400, root: 'x' }).ok, false);
  });
});
