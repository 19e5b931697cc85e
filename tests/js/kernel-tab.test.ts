import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { LineEnd } from '../../overrides/src/kernel/line.ts';
import { TabPython, remoteOptions, type TabSetup, type TabWorld } from '../../overrides/src/kernel/tab-python.ts';
import type { Words } from '../../overrides/src/kernel/seat.ts';
import { isRecord } from '../../overrides/src/boot/protocol.ts';

const RUNTIME = JSON.stringify({ schema: 1, python: '3.13', pyodide: '0.28.3', kernel_packages: ['ipython'], boot_files: [], sizes: {} });
const SETUP: TabSetup = {
  course: { id: 'course-1', title: 'T' }, worker: 'https://x/python.worker.js', runtime: 'https://x/runtime/',
  boot: { home: '/home', folder: '/home/m', files: [] },
};

/** A worker that the test plays. */
class FakeWorker extends EventTarget {
  readonly name: string;
  readonly said: unknown[] = [];
  over = false;
  how: 'started' | 'kept' | 'foreign' = 'started';
  python = false;

  constructor(name: string) {
    super();
    this.name = name;
  }

  postMessage(message: unknown): void {
    this.said.push(message);
    if (!isRecord(message)) return;
    if (message.satchel === 'hello') this.answer({ satchel: 'here', python: this.python });
    if (message.satchel === 'open') this.answer({ satchel: 'opened', how: this.how, busy: false, alive: this.name });
  }

  answer(data: unknown): void { queueMicrotask(() => this.dispatchEvent(new MessageEvent('message', { data }))); }
  terminate(): void { this.over = true; }
  fail(): void { this.dispatchEvent(new Event('error')); }
}

/** One tab of a browser; each `page()` is a page of the course that opens in it. */
function bench({ keeps = true, runtime = RUNTIME } = {}) {
  const words = new Map<string, string>();
  const store: Words = {
    getItem: (key) => words.get(key) ?? null, setItem: (key, value) => { words.set(key, value); }, removeItem: (key) => { words.delete(key); },
  };
  const workers: FakeWorker[] = [];
  const prepare: ((worker: FakeWorker) => void)[] = [];
  const made = (name: string, kept: boolean): LineEnd => {
    const worker = new FakeWorker(name);
    prepare.shift()?.(worker);
    workers.push(worker);
    return { worker: worker as unknown as Worker, keeps: kept };
  };
  const world: TabWorld = {
    words: store, fresh: () => 'tab', keeps: () => keeps, mark: () => undefined,
    get: () => Promise.resolve(new Response(runtime)),
    own: () => made('own', false), shared: (_, name) => made(name, true),
  };
  return { workers, prepare, page: () => new TabPython(SETUP, world) };
}

suite('when does a page open a line to Python?', () => {
  test('not before it is wanted', async () => {
    const { page, workers } = bench();
    assert.equal(await page().kept(), false);
    assert.equal(workers.length, 0);
  });

  test('once, however often it is asked for, and it says what the page wants', async () => {
    const { page, workers } = bench();
    const tab = page();
    tab.begin();
    const [one, two] = await Promise.all([tab.connect(), tab.connect()]);
    assert.equal(one, two);
    assert.equal(workers.length, 1);
    assert.deepEqual(workers[0]?.said, [{ satchel: 'open', fingerprint: RUNTIME, options: remoteOptions(SETUP.runtime, one.runtime, SETUP.boot) }]);
  });

  test('again after a failure, which is told as it is', async () => {
    const { page, workers, prepare } = bench();
    const tab = page();
    prepare.push((worker) => { queueMicrotask(() => worker.fail()); });
    await assert.rejects(tab.connect(), /worker could not be loaded/);
    // A shared worker that does not load is not tried for ever.
    await tab.connect();
    assert.deepEqual(workers.map(({ name }) => name), ['satchel/course-1/python/tab/1', 'own']);
  });

  test('a site without a runtime says what to do', async () => {
    await assert.rejects(bench({ runtime: '{}' }).page().connect(), /runtime\.json is damaged/);
  });
});

suite('what does the next page find?', () => {
  async function left(alive: boolean, running: boolean) {
    const it = bench();
    const first = it.page();
    await first.connect();
    first.leave(alive, running, { stop: 'blob:a', end: 'blob:b' });
    return it;
  }

  test('the same worker, if Python is there', async () => {
    const { page, workers, prepare } = await left(true, false);
    prepare.push((worker) => { worker.python = true; worker.how = 'kept'; });
    const second = page();
    assert.equal(await second.kept(), true);
    const { opened } = await second.connect();
    assert.deepEqual([workers.length, opened.how, second.urls?.stop], [2, 'kept', 'blob:a']);
    assert.equal(workers[1]?.name, workers[0]?.name);
  });

  test('nothing, if it is gone; the line stays for the first run', async () => {
    const { page, workers } = await left(true, false);
    const second = page();
    assert.equal(await second.kept(), false);
    await second.connect();
    assert.equal(workers.length, 2);
  });

  test('a busy one is not waited for', async () => {
    const { page } = await left(true, true);
    const second = page();
    assert.deepEqual([await second.kept(), second.leftRunning], [true, true]);
  });

  test('nothing, where none was left or the browser keeps none', async () => {
    assert.equal(await (await left(false, false)).page().kept(), false);
    const { page } = bench({ keeps: false });
    const first = page();
    await first.connect();
    first.leave(true, false, null);
    assert.equal(await page().kept(), false);
  });

  test('a Python of another version is ended, and a new one started', async () => {
    const { page, workers, prepare } = await left(true, false);
    prepare.push((worker) => { worker.python = true; worker.how = 'foreign'; });
    const second = page();
    await second.kept();
    const { opened } = await second.connect();
    assert.deepEqual([opened.how, workers[1]?.over], ['started', true]);
    assert.equal(workers[2]?.name, 'satchel/course-1/python/tab/2');
  });

  test('after a restart, the restarted one', async () => {
    const { page, workers } = await left(true, false);
    const second = page();
    await second.connect();
    second.end();
    assert.equal(workers[1]?.over, true);
    await second.connect();
    second.leave(true, false, null);
    await page().connect();
    assert.equal(workers.at(-1)?.name, workers.at(-2)?.name);
  });

  test('the notice once in a tab', async () => {
    const { page } = await left(true, false);
    const second = page();
    assert.deepEqual([second.tellOnce(), second.tellOnce()], [true, false]);
    second.leave(true, false, null);
    assert.equal(page().tellOnce(), false);
  });
});
