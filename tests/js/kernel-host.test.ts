import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { deferred, type Deferred } from '../../overrides/src/kernel/deferred.ts';
import { CALLS, Host, type Calls, type HostedPython, type Port } from '../../overrides/src/worker/host.ts';
import { hostMessage, pageWish } from '../../overrides/src/worker/protocol.ts';

/** A page, as the worker sees it. */
class Page implements Port {
  readonly heard: Record<string, unknown>[] = [];
  remote: (Calls & { initialize(): Promise<void> }) | null = null;
  #listener: (event: MessageEvent<unknown>) => void = () => undefined;

  postMessage(message: unknown): void { this.heard.push(message as Record<string, unknown>); }
  addEventListener(_: 'message', listener: (event: MessageEvent<unknown>) => void): void { this.#listener = listener; }
  say(data: unknown): void { this.#listener(new MessageEvent('message', { data })); }
  open(fingerprint = 'v1'): void { this.say({ satchel: 'open', fingerprint, options: { page: this.heard.length } }); }
  all(satchel: string): Record<string, unknown>[] { return this.heard.filter((message) => message.satchel === satchel); }
  get outputs(): unknown[] { return this.heard.filter((message) => '_kernelMessage' in message); }
}

function bench() {
  const log: string[] = [];
  const cells: Deferred<void>[] = [];
  const booted = deferred<void>();
  const loads: Deferred<void>[] = [];
  const calls = Object.fromEntries(CALLS.map((name) => [name, async (...values: unknown[]) => {
    log.push(`${name} ${String(values[0])}`);
    if (name !== 'execute') return name;
    const cell = deferred<void>();
    cells.push(cell);
    await cell.promise;
    return 'done';
  }])) as unknown as Calls;
  const python: HostedPython & Calls = {
    ...calls,
    initialize: () => { log.push('boot'); return booted.promise; },
    takeOver: async () => { log.push('take over'); },
    count: () => cells.length,
    load: (name) => { log.push(`load ${name}`); const load = deferred<void>(); loads.push(load); return load.promise; },
  };
  const host = new Host(python, {
    expose: (remote, port) => { (port as Page).remote = remote as Page['remote']; },
    relay: (data) => { log.push(`relay ${(data as { satchel: string }).satchel}`); },
    now: () => 5, alive: Promise.resolve('life'), close: () => { log.push('closed'); },
  });
  const page = (): Page => { const made = new Page(); host.connect(made); return made; };
  return { host, log, cells, loads, booted, page };
}

const settle = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve); });

suite('how does a page get its Python?', () => {
  test('the first one starts it, and hears when cells can run', async () => {
    const { page, log, booted } = bench();
    const first = page();
    first.say({ satchel: 'hello' });
    assert.deepEqual(first.all('here'), [{ satchel: 'here', python: false }]);
    first.open();
    const ready = first.remote?.initialize();
    await settle();
    assert.deepEqual([first.all('opened')[0]?.how, first.all('ready')], ['started', []]);
    booted.resolve();
    await ready;
    assert.deepEqual([log, first.all('ready')], [['boot'], [{ satchel: 'ready', count: 0 }]]);
  });

  test('the next one gets the same', async () => {
    const { page, log, booted } = bench();
    page().open();
    booted.resolve();
    await settle();
    const second = page();
    second.say({ satchel: 'hello' });
    second.open();
    await second.remote?.initialize();
    assert.deepEqual([second.all('here')[0]?.python, second.all('opened')[0]?.how], [true, 'kept']);
    assert.deepEqual(log, ['boot', 'relay served', 'take over']);
  });

  test('one that comes while Python starts waits for the same start', async () => {
    const { page, log, booted } = bench();
    page().open();
    const second = page();
    second.open();
    await settle();
    assert.deepEqual(second.all('ready'), []);
    booted.resolve();
    await second.remote?.initialize();
    assert.equal(log.filter((line) => line === 'boot').length, 1);
  });

  test('a Python of another version is refused, and stays with its page', async () => {
    const { page, booted } = bench();
    const first = page();
    first.open('v1');
    booted.resolve();
    await first.remote?.initialize();
    const second = page();
    second.open('v2');
    await assert.rejects(second.remote?.initialize() ?? Promise.resolve(), /another version/);
    assert.equal(second.all('opened')[0]?.how, 'foreign');
    void first.remote?.execute('1');
    await settle();
  });

  test('a start that fails is told to whoever waits for it', async () => {
    const { page, booted } = bench();
    const first = page();
    first.open();
    booted.reject(new Error('no wasm'));
    await assert.rejects(first.remote?.initialize() ?? Promise.resolve(), /no wasm/);
  });
});

suite('whose outputs go where?', () => {
  /** A page whose cell runs, and the next page. */
  async function turned() {
    const it = bench();
    const first = it.page();
    first.open();
    it.booted.resolve();
    await first.remote?.initialize();
    const old = first.remote?.execute('old');
    await settle();
    const second = it.page();
    second.open();
    await settle();
    return { ...it, first, second, old };
  }

  test('those of a cell that the last page left running go nowhere', async () => {
    const { host, first, second } = await turned();
    host.output({ _kernelMessage: 'late' });
    assert.deepEqual([first.outputs, second.outputs], [[], []]);
    assert.equal(second.all('opened')[0]?.busy, true);
    assert.deepEqual(second.all('ready'), []);
  });

  test('the next page\'s cell waits for that one, and its outputs arrive', async () => {
    const { host, cells, second, log } = await turned();
    void second.remote?.execute('new');
    await settle();
    assert.ok(!log.includes('execute new'));
    cells[0]?.resolve();
    await settle();
    host.output({ _kernelMessage: 'mine' });
    assert.deepEqual([log.at(-1), second.outputs.length], ['execute new', 1]);
  });

  test('a page that has been left has no say any more', async () => {
    const { cells, first, log } = await turned();
    cells[0]?.resolve();
    await settle();
    await assert.rejects(first.remote?.execute('more') ?? Promise.resolve(), /left/);
    first.say({ satchel: 'stop', run: null });
    assert.ok(!log.includes('relay stop'));
  });

  test('the page that is served can stop the old cell', async () => {
    const { second, log } = await turned();
    second.say({ satchel: 'stop', run: null });
    assert.ok(log.includes('relay stop'));
  });
});

suite('what else does the worker do?', () => {
  test('packages are loaded one by one, cells in between', async () => {
    const { page, booted, loads, cells, log } = bench();
    const first = page();
    first.open();
    booted.resolve();
    await first.remote?.initialize();
    first.say({ satchel: 'ahead', packages: ['numpy', 'pandas', 3] });
    await settle();
    void first.remote?.execute('cell');
    await settle();
    loads[0]?.reject(new Error('404'));
    await settle();
    assert.deepEqual(log, ['boot', 'load numpy', 'execute cell']);
    cells[0]?.resolve();
    await settle();
    loads[1]?.resolve();
    await settle();
    assert.equal(log.at(-1), 'load pandas');
    assert.deepEqual(first.all('mark').at(-1)?.name, 'satchel:packages');
  });

  test('it ends when it is told to', () => {
    const { page, log } = bench();
    page().say({ satchel: 'close' });
    assert.deepEqual(log, ['closed']);
  });
});

suite('which messages are the host\'s and its page\'s?', () => {
  for (const data of [null, 1, {}, { satchel: 'other' }, { satchel: 'open', fingerprint: 1, options: {} }, { satchel: 'opened', how: 'x', alive: '' }, { satchel: 'ready' }, { satchel: 'mark', name: 'x' }]) {
    test(`not ${JSON.stringify(data)}`, () => { assert.equal(pageWish(data), null); assert.equal(hostMessage(data), null); });
  }
});
