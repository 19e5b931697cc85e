import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { driveId, type Workers } from '../../overrides/src/labext/python/drive.ts';
import { spareWorkers } from '../../overrides/src/labext/python/spare-workers.ts';
import { EarlyPython, notebookIn, type World } from '../../overrides/src/labext/python/early.ts';
import { copiesFor, type Drive } from '../../overrides/src/labext/python/files.ts';
import { filesOf, folderOf, kernelSettings, parsed, SETTINGS_ID } from '../../overrides/src/labext/python/settings.ts';

const BASE = 'https://course.example/lite/notebooks/index.html';

suite('what does jupyter-lite.json say about Python?', () => {
  const plugins = {
    [SETTINGS_ID]: {
      pyodideUrl: '/lite/./../runtime/boot.mjs',
      pipliteUrls: ['/lite/all.json', 3],
      disablePyPIFallback: true,
      loadPyodideOptions: { packages: ['ipython'], env: { A: '1' } },
    },
  };
  test('addresses become absolute, the author\'s options stay', () => {
    assert.deepEqual(kernelSettings(plugins, BASE), {
      pyodideUrl: 'https://course.example/runtime/boot.mjs',
      pipliteUrls: ['https://course.example/lite/all.json'],
      disablePyPIFallback: true,
      loadPyodideOptions: { lockFileURL: 'https://course.example/runtime/pyodide-lock.json', packages: ['ipython'], env: { A: '1' } },
    });
  });
  for (const nothing of [null, 'text', {}, { [SETTINGS_ID]: 3 }, { [SETTINGS_ID]: { pyodideUrl: 3 } }]) {
    test(`no Python: ${JSON.stringify(nothing)}`, () => assert.equal(kernelSettings(nothing, BASE), null));
  }
  test('a folder ends with a slash', () => assert.equal(folderOf('https://x/runtime/boot.mjs?v=1'), 'https://x/runtime/'));
  test('files are told by folder', () => {
    assert.deepEqual(filesOf({ m: ['m/a.csv', 3] }, 'm'), ['m/a.csv']);
    assert.deepEqual(filesOf({ m: ['m/a.csv'] }, 'other'), []);
    assert.deepEqual(filesOf(parsed('{broken'), 'm'), []);
  });
});

suite('does the address name a notebook?', () => {
  for (const [path, named] of [['notebooks/index.html?path=m%2Fa.ipynb', 'm/a.ipynb'], ['notebooks/?path=a.ipynb', 'a.ipynb'], ['lab/index.html?path=a.ipynb', 'a.ipynb']]) {
    test(`yes: ${path}`, () => assert.equal(notebookIn(`https://course.example/lite/${path}`), named));
  }
  for (const path of ['notebooks/index.html', 'lab/index.html', 'tree/index.html?path=a.ipynb', 'notebooks/index.html?path=data.csv']) {
    test(`no: ${path}`, () => assert.equal(notebookIn(`https://course.example/lite/${path}`), null));
  }
});

/** A worker that hears what comlink says to it. */
class FakeWorker extends EventTarget {
  readonly heard: unknown[] = [];
  ended = false;
  postMessage(message: unknown): void { this.heard.push(message); }
  terminate(): void { this.ended = true; }
}

function world(): { world: World; workers: FakeWorker[]; late: () => void; waiting: () => boolean } {
  const workers: FakeWorker[] = [];
  let callback: (() => void) | null = null;
  return {
    workers,
    late: () => callback?.(),
    waiting: () => callback !== null,
    world: {
      startWorker: () => {
        const worker = new FakeWorker();
        workers.push(worker);
        return worker as unknown as Worker;
      },
      preload: () => undefined,
      after: (_, call) => {
        callback = call;
        return () => { callback = null; };
      },
      mark: () => undefined,
    },
  };
}

suite('is there one Python for one notebook?', () => {
  const settings = kernelSettings({ [SETTINGS_ID]: { pyodideUrl: '/runtime/boot.mjs' } }, BASE);
  assert.ok(settings !== null);

  test('the early one is handed over once', () => {
    const { world: fake, workers, waiting } = world();
    const early = new EarlyPython(fake);
    early.start(settings);
    assert.equal(early.take(), workers[0]);
    assert.equal(early.take(), null);
    assert.equal(waiting(), false);
    assert.equal(workers.length, 1);
    assert.equal(workers[0]?.ended, false);
  });
  test('it is told to start Python, nothing else', () => {
    const { world: fake, workers } = world();
    new EarlyPython(fake).start(settings);
    const [message] = workers[0]?.heard as [{ type: string; path: string[] }];
    assert.deepEqual([message.type, message.path], ['APPLY', ['initRuntime']]);
  });
  test('it is let go when nobody asks', () => {
    const { world: fake, workers, late } = world();
    const early = new EarlyPython(fake);
    early.start(settings);
    late();
    assert.equal(workers[0]?.ended, true);
    assert.equal(early.take(), null);
  });
  test('one whose worker does not load is not handed over', () => {
    const { world: fake, workers } = world();
    const early = new EarlyPython(fake);
    early.start(settings);
    workers[0]?.dispatchEvent(new Event('error'));
    assert.equal(early.take(), null);
  });
  test('one that fails after the hand-over is the kernel\'s own affair', () => {
    const { world: fake, workers } = world();
    const early = new EarlyPython(fake);
    early.start(settings);
    early.take();
    workers[0]?.dispatchEvent(new Event('error'));
    assert.equal(workers[0]?.ended, false);
  });
  test('without a start there is none', () => assert.equal(new EarlyPython(world().world).take(), null));
});

suite('can Python reach the files of JupyterLite?', () => {
  const manager = (ready: Promise<void>): { browsingContextId: string; ready: Promise<void> } => ({ browsingContextId: 'here', ready });
  const never = (): Promise<void> => new Promise(() => undefined);
  const workers = (controller: unknown): Workers & { change(controller: unknown): void } => {
    let listener = (): void => undefined;
    const self = {
      controller,
      addEventListener: (_: string, call: () => void) => { listener = call; },
      change: (next: unknown) => { self.controller = next; listener(); },
    };
    return self;
  };

  test('through the service worker of this page', async () => {
    assert.equal(await driveId(manager(Promise.resolve()), workers({}), never), 'here');
  });
  test('as soon as it has taken over', async () => {
    const fake = workers(null);
    const id = driveId(manager(Promise.resolve()), fake, never);
    await Promise.resolve().then(() => undefined);
    fake.change({});
    assert.equal(await id, 'here');
  });
  test('not where it never takes over', async () => {
    assert.equal(await driveId(manager(Promise.resolve()), workers(null), () => Promise.resolve()), null);
  });
  test('not where it is refused', async () => {
    assert.equal(await driveId(manager(Promise.reject(new Error('no'))), workers({}), never), null);
  });
  test('not where there are none, although nobody ever says so', async () => {
    assert.equal(await driveId(manager(never()), undefined, never), null);
    assert.equal(await driveId(null, workers({}), never), null);
  });
});

suite('which files are copied?', () => {
  const tree: Readonly<Record<string, string | readonly string[]>> = {
    m: ['a.ipynb', 'data', 'mine.txt', 'broken.bin'],
    'm/data': ['x.csv'],
    'm/data/x.csv': 'a,b',
    'm/mine.txt': 'ä',
    'shared/y.csv': 'c',
    'm/a.ipynb': '{}',
  };
  const drive = {
    processDriveRequest: async ({ method, path }: { method: string; path: string }) => {
      const found = tree[path];
      if (method === 'getmode') return typeof found === 'object' ? 0o40777 : 0o100666;
      if (found === undefined) {
        if (method === 'get') return null;
        throw new Error(`no ${path}`);
      }
      if (method === 'readdir') return [...found];
      return path.endsWith('x.csv') ? { content: btoa(String(found)), format: 'base64' } : { content: found, format: 'text' };
    },
  } as unknown as Drive;

  test('those below the notebook\'s folder and those that its cells open, as bytes; not notebooks, not what cannot be read', async () => {
    const { files, release } = await copiesFor(drive, 'm', ['shared/y.csv', 'gone.csv']);
    const texts = await Promise.all(files.map(async ({ path, url, size }) => [path, await (await fetch(url)).text(), size]));
    assert.deepEqual(texts.sort(), [['m/data/x.csv', 'a,b', 3], ['m/mine.txt', 'ä', 2], ['shared/y.csv', 'c', 1]]);
    release();
    await assert.rejects(fetch(files[0]?.url ?? ''));
  });
  test('a folder that is not there has none', async () => {
    assert.deepEqual((await copiesFor(drive, 'nowhere', [])).files, []);
  });
});

suite('does JupyterLite leave the service workers of the host alone?', () => {
  test('the note that it looks for is there before it looks', () => {
    const noted = new Map<string, string>();
    const notes = { setItem: (key: string, value: string) => void noted.set(key, value) };
    spareWorkers('https://x.org/service-worker.js?course=a', '0.8.6', () => notes);
    assert.deepEqual([...noted], [['https://x.org/service-worker.js?course=a-version', '0.8.6']]);
  });

  test('without a worker, a version or a place for notes nothing is done', () => {
    const refused = (): never => { throw new Error('no storage'); };
    spareWorkers(null, '0.8.6', refused);
    spareWorkers('https://x.org/sw.js', undefined, refused);
    spareWorkers('https://x.org/sw.js', '0.8.6', refused);
  });
});
