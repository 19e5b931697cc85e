import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { pageModule, type Scope } from '../../overrides/src/boot/link.ts';
import { pageMessage, workerMessage, type StopperMessage } from '../../overrides/src/boot/protocol.ts';
import { PERIOD, Stopper, type InterruptBuffer } from '../../overrides/src/boot/stopper.ts';
import { PageStopper } from '../../overrides/src/kernel/stopper.ts';

const SIGINT = 2;

/** What Python does to see whether there is a signal. */
function signal(stopper: { readonly buffer: InterruptBuffer }): number {
  if (!stopper.buffer) return 0;
  const seen = stopper.buffer[0] ?? 0;
  stopper.buffer[0] = 0;
  return seen;
}

/** A worker and a page with blob URLs and a clock of their own. */
function bench() {
  const urls = new Set<string>();
  const told: StopperMessage[] = [];
  const it = { clock: 1000, asked: 0, looks: 0, ends: 0, urls, told };
  const page = new PageStopper((url) => { urls.delete(url); });
  const stopper = new Stopper({
    now: () => { it.looks += 1; return it.clock; },
    make: () => { const url = `blob:${urls.size}-${told.length}`; urls.add(url); return url; },
    drop: (url) => { urls.delete(url); },
    stands: (url) => { it.asked += 1; return urls.has(url); },
    tell: (message) => { told.push(message); page.heard(message); },
    end: () => { it.ends += 1; },
  });
  /** What Python sees in the next milliseconds, while its instructions are quick. */
  const run = (time: number): number[] => Array.from({ length: 20 * time }, () => { it.clock += 0.05; return signal(stopper); }).filter((signal) => signal !== 0);
  return { it, urls, told, stopper, page, run };
}

suite('can a page stop a Python that never rests?', () => {
  test('nothing happens while nobody asks', () => assert.deepEqual(bench().run(5000), []));

  test('a stop raises one interrupt, soon', () => {
    const { page, run } = bench();
    run(1000);
    assert.equal(page.stop(), true);
    assert.deepEqual(run(PERIOD + 10), [SIGINT]);
    assert.deepEqual(run(5000), []);
  });

  test('it can be stopped again and again', () => {
    const { page, run, told } = bench();
    for (let time = 0; time < 3; time += 1) {
      page.stop();
      assert.deepEqual(run(2 * PERIOD), [SIGINT]);
    }
    assert.equal(told.length, 4);
  });

  test('slow instructions are asked between as well', () => {
    const { page, it, stopper, run } = bench();
    run(1000);
    page.stop();
    const seen: number[] = [];
    // One instruction of a big table takes long; so does each read of the signal.
    for (let read = 0; read < 20; read += 1) { it.clock += 100; seen.push(signal(stopper)); }
    assert.ok(seen.includes(SIGINT));
  });

  test('the question is asked a few times a second, and the clock not at every read', () => {
    const { it, run } = bench();
    run(10_000);
    assert.ok(it.asked <= 10_000 / PERIOD + 1, `${it.asked} questions`);
    assert.ok(it.looks < 200_000 / 10, `${it.looks} looks at the clock`);
  });

  test('a wish that came as a message is not heard twice', () => {
    const { page, stopper, run, urls } = bench();
    const first = page.urls?.stop ?? '';
    stopper.settle();
    urls.delete(first);
    assert.deepEqual(run(5000), []);
    page.stop();
    assert.deepEqual(run(PERIOD + 10), [SIGINT]);
  });

  test('a page that comes later can stop it with what the earlier one knew', () => {
    const { page, run, urls } = bench();
    const later = new PageStopper((url) => { urls.delete(url); }, page.urls);
    assert.equal(later.stop(), true);
    assert.deepEqual(run(PERIOD + 10), [SIGINT]);
  });

  test('an end reaches code that swallows interrupts', () => {
    const { page, it, run } = bench();
    page.stop();
    run(PERIOD + 10);
    assert.equal(it.ends, 0);
    page.end();
    run(PERIOD + 10);
    assert.equal(it.ends, 1);
  });

  test('a page that has heard nothing says so', () => assert.equal(new PageStopper(() => assert.fail('revoked')).stop(), false));
});

suite('what does the worker make of the page\'s word?', () => {
  const told = { satchel: 'stopper', stop: 'blob:a', end: 'blob:b' } as const;

  test('both sides know it', () => {
    assert.deepEqual(workerMessage(told), told);
    assert.deepEqual(pageMessage({ satchel: 'stop', run: 'x' }), { satchel: 'stop', run: 'x' });
    assert.deepEqual(pageMessage({ satchel: 'stop' }), { satchel: 'stop', run: null });
    assert.equal(workerMessage({ satchel: 'stopper', stop: 'blob:a' }), null);
  });

  test('waiting code is stopped and the signal taken back', () => {
    let hear: (event: MessageEvent<unknown>) => void = () => undefined;
    const scope: Scope = {
      fetch, postMessage: () => undefined, addEventListener: (_, listener) => { hear = listener; },
    };
    const calls: string[] = [];
    const buffer = new Uint8Array(1);
    const emscripten: { Py_EmscriptenSignalBuffer?: unknown } = {};
    const module = pageModule(scope, { setInterruptBuffer: () => calls.push('buffer'), _module: emscripten }, '/home', { buffer, settle: () => calls.push('settled'), tell: () => calls.push('told') });
    assert.equal(emscripten.Py_EmscriptenSignalBuffer, buffer);
    module.on_stop((run) => calls.push(`stopped ${run}`));
    hear(new MessageEvent('message', { data: { satchel: 'stop', run: 'x' } }));
    assert.deepEqual(calls, ['buffer', 'settled', 'stopped x']);
  });
});
