import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { PageKernel } from '../../overrides/src/kernel/adapter.ts';
import { deferred, type Deferred } from '../../overrides/src/kernel/deferred.ts';
import type { MissingFile } from '../../overrides/src/kernel/errors.ts';
import type { OpenQuestion, Python, PythonEvents, Run } from '../../overrides/src/kernel/python.ts';
import type { RunResult } from '../../overrides/src/types.ts';

const OK: RunResult = { ok: true, count: 1 };
const question = { satchel: 'ask', id: 1, prompt: '? ', password: false, blocking: false } as const;

/** A run that ends when the test says so. */
class FakeRun implements Run {
  readonly target: HTMLElement;
  readonly end = deferred<RunResult>();
  readonly said: string[] = [];
  source = '';
  readonly answers = deferred<string>();

  constructor(target: HTMLElement) {
    this.target = target;
  }

  run(source: string): Promise<RunResult> {
    this.source = source;
    return this.end.promise;
  }

  note(text: string): void { this.said.push(text); }
  ended(name: string, value: string): void { this.said.push(`${name}: ${value}`); }
  ask(): OpenQuestion { return { answer: this.answers.promise, close: () => { this.said.push('closed'); } }; }
}

class FakePython implements Python {
  readonly up: Deferred<void> = deferred();
  readonly ready = this.up.promise;
  readonly runs: FakeRun[] = [];
  readonly events: PythonEvents;
  missing: MissingFile[] = [];
  interruptible = false;
  interrupted = 0;
  over = false;
  keptCells = 0;
  readonly urls = null;
  readonly ahead: string[] = [];

  constructor(events: PythonEvents) {
    this.events = events;
  }

  loadAhead(packages: readonly string[]): void { this.ahead.push(...packages); }
  newlyMissing(): readonly MissingFile[] { return this.missing.splice(0); }
  open(target: HTMLElement): Run {
    const run = new FakeRun(target);
    this.runs.push(run);
    return run;
  }

  interrupt(): boolean {
    this.interrupted += 1;
    return this.interruptible;
  }

  end(): void {
    this.over = true;
    this.up.reject(new Error('Python was stopped.'));
    for (const run of this.runs) run.end.reject(new Error('Canceled'));
  }
}

/** A kernel whose Pythons and whose clock the test holds. */
function bench() {
  const pythons: FakePython[] = [];
  const alarms: (() => void)[] = [];
  const delays: number[] = [];
  const kernel = new PageKernel((events) => {
    const python = new FakePython(events);
    pythons.push(python);
    return python;
  }, { set: (callback, delay) => { delays.push(delay); return alarms.push(callback); }, clear: () => undefined }, ['pandas']);
  const states: string[] = [];
  kernel.onState((state) => states.push(state));
  return { kernel, pythons, alarms, delays, states };
}

const place = (): HTMLElement => ({}) as HTMLElement;
const settle = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve); });

/** A kernel with Python up and one cell running. */
async function running(interruptible = false) {
  const it = bench();
  const result = it.kernel.run('work()', place());
  await settle();
  const python = it.pythons[0] as FakePython;
  python.interruptible = interruptible;
  python.up.resolve();
  await settle();
  return { ...it, result, python, run: python.runs[0] as FakeRun };
}

suite('when does Python start?', () => {
  test('not before somebody wants it', () => assert.equal(bench().pythons.length, 0));

  test('once, however often it is asked for', async () => {
    const { kernel, pythons, states } = bench();
    const both = Promise.all([kernel.start(), kernel.start()]);
    pythons[0]?.up.resolve();
    await both;
    await kernel.start();
    assert.equal(pythons.length, 1);
    assert.deepEqual(states, ['loading', 'idle']);
  });

  test('again after a failure, which is told as it is', async () => {
    const { kernel, pythons, states } = bench();
    const first = kernel.run('1', place());
    await settle();
    pythons[0]?.up.reject(new Error('no runtime.json'));
    await assert.rejects(first, /no runtime\.json/);
    assert.equal(kernel.state, 'dead');
    assert.equal(pythons[0]?.over, true);
    const second = kernel.start();
    pythons[1]?.up.resolve();
    await second;
    assert.deepEqual(states, ['loading', 'dead', 'loading', 'idle']);
  });
});

suite('how are runs lined up?', () => {
  test('a run asked for while Python loads is not dropped', async () => {
    const { run, result, kernel } = await running();
    assert.equal(run.source, 'work()');
    assert.equal(kernel.state, 'busy');
    run.end.resolve(OK);
    assert.deepEqual(await result, OK);
    assert.equal(kernel.state, 'idle');
  });

  test('one at a time, in order, each into its own place', async () => {
    const { kernel, python, run, result } = await running();
    const target = place();
    const next = kernel.run('next()', target);
    await settle();
    assert.equal(python.runs.length, 1);
    run.end.resolve(OK);
    await result;
    await settle();
    assert.deepEqual(python.runs.map(({ source }) => source), ['work()', 'next()']);
    assert.equal(python.runs[1]?.target, target);
    python.runs[1]?.end.resolve({ ok: true, count: 2 });
    assert.equal((await next).count, 2);
  });

  test('a failed cell does not stop the next', async () => {
    const { kernel, python, run, result } = await running();
    const next = kernel.run('next()', place());
    run.end.resolve({ ok: false, count: 1, error: { name: 'ValueError', value: 'no' } });
    assert.equal((await result).error?.name, 'ValueError');
    await settle();
    python.runs[1]?.end.resolve(OK);
    assert.equal((await next).ok, true);
  });

  test('course files that did not arrive are named in the first run', async () => {
    const { kernel, pythons } = bench();
    const result = kernel.run('1', place());
    await settle();
    const python = pythons[0] as FakePython;
    python.missing = [{ path: 'data/x.csv', reason: 'the server answered 404' }];
    python.up.resolve();
    await settle();
    assert.match(python.runs[0]?.said[0] ?? '', /data\/x\.csv.*404/);
    python.runs[0]?.end.resolve(OK);
    await result;
  });
});

suite('what does Stop do?', () => {
  test('nothing, when nothing runs', async () => {
    const { kernel, pythons } = bench();
    const up = kernel.start();
    pythons[0]?.up.resolve();
    await up;
    assert.deepEqual(await kernel.stop(), { variablesKept: true });
    assert.equal(pythons.length, 1);
  });

  test('without a way to interrupt: ends Python, all pending runs, and starts a new one', async () => {
    const { kernel, python, pythons, run, result } = await running();
    const waiting = kernel.run('later()', place());
    assert.deepEqual(await kernel.stop(), { variablesKept: false });
    for (const { ok, error } of await Promise.all([result, waiting])) {
      assert.deepEqual([ok, error?.name], [false, 'KeyboardInterrupt']);
    }
    assert.match(run.said[0] ?? '', /KeyboardInterrupt.*variables are gone/);
    assert.equal(python.over, true);
    assert.equal(pythons.length, 2);
    assert.equal(kernel.state, 'loading');
    const next = kernel.run('next()', place());
    pythons[1]?.up.resolve();
    await settle();
    assert.deepEqual(pythons[1]?.runs.map(({ source }) => source), ['next()']);
    pythons[1]?.runs[0]?.end.resolve(OK);
    assert.deepEqual(await next, OK);
  });

  test('with an interrupt that works: Python stays', async () => {
    const { kernel, python, pythons, run, result } = await running(true);
    const waiting = kernel.run('later()', place());
    const stopped = kernel.stop();
    run.end.resolve({ ok: false, count: 1, error: { name: 'KeyboardInterrupt', value: '' } });
    assert.deepEqual(await stopped, { variablesKept: true });
    assert.equal((await result).error?.name, 'KeyboardInterrupt');
    assert.equal((await waiting).error?.name, 'KeyboardInterrupt');
    assert.deepEqual([python.interrupted, python.over, pythons.length, python.runs.length], [1, false, 1, 1]);
    assert.equal(kernel.state, 'idle');
  });

  test('with an interrupt that the cell does not follow: ends Python after a while', async () => {
    const { kernel, python, alarms, delays, result } = await running(true);
    const stopped = kernel.stop();
    await settle();
    assert.equal(python.over, false);
    // With the start of another Python, the reader has waited for two seconds or so.
    assert.ok((delays[0] ?? Infinity) <= 1500);
    alarms[0]?.();
    assert.deepEqual(await stopped, { variablesKept: false });
    assert.equal((await result).error?.name, 'KeyboardInterrupt');
    assert.equal(python.over, true);
  });

  test('while Python loads: gives up the start and the runs', async () => {
    const { kernel, pythons, states } = bench();
    const result = kernel.run('1', place());
    await settle();
    assert.deepEqual(await kernel.stop(), { variablesKept: false });
    assert.equal((await result).error?.name, 'KeyboardInterrupt');
    assert.equal(pythons[0]?.over, true);
    await settle();
    assert.equal(kernel.state, 'off');
    assert.deepEqual(states, ['loading', 'off']);
  });

  test('at a question: answers it with nothing, and Python stays', async () => {
    const { kernel, python, run, result } = await running();
    const answers: (string | null)[] = [];
    python.events.ask(question, (text) => answers.push(text));
    const stopped = kernel.stop();
    run.end.resolve({ ok: false, count: 1, error: { name: 'KeyboardInterrupt', value: '' } });
    assert.deepEqual(await stopped, { variablesKept: true });
    assert.deepEqual(answers, [null]);
    assert.deepEqual(run.said, ['closed']);
    await result;
  });
});

suite('what of a Python that an earlier page has left?', () => {
  /** A page that finds one, still busy with a cell of that page. */
  async function found() {
    const it = bench();
    const up = it.kernel.start().catch(() => undefined);
    const python = it.pythons[0] as FakePython;
    python.interruptible = true;
    python.events.busy(true);
    return { ...it, up, python };
  }

  test('it is busy until that cell is over, and then this page knows how much it has run', async () => {
    const { kernel, python, states, up } = await found();
    assert.deepEqual([kernel.state, kernel.keptCells], ['busy', 0]);
    python.keptCells = 3;
    python.up.resolve();
    await up;
    assert.deepEqual([kernel.state, kernel.keptCells], ['idle', 3]);
    assert.deepEqual(states, ['loading', 'busy', 'idle']);
  });

  test('that cell can be stopped from here, and Python stays', async () => {
    const { kernel, python, pythons } = await found();
    const stopped = kernel.stop();
    assert.equal(python.interrupted, 1);
    python.up.resolve();
    assert.deepEqual(await stopped, { variablesKept: true });
    assert.deepEqual([python.over, pythons.length], [false, 1]);
  });

  test('a cell that does not follow costs Python', async () => {
    const { kernel, python, pythons, alarms } = await found();
    const stopped = kernel.stop();
    await settle();
    alarms[0]?.();
    assert.deepEqual(await stopped, { variablesKept: false });
    assert.deepEqual([python.over, pythons.length, kernel.state], [true, 2, 'loading']);
  });

  test('one that dies meanwhile has not kept its variables', async () => {
    const { kernel, python } = await found();
    const stopped = kernel.stop();
    python.up.reject(new Error('its worker was ended by the browser'));
    assert.deepEqual(await stopped, { variablesKept: false });
  });

  test('a restart forgets that anything was kept', async () => {
    const { kernel, python, pythons, up } = await found();
    python.keptCells = 3;
    python.up.resolve();
    await up;
    const restarted = kernel.restart();
    pythons[1]?.up.resolve();
    await restarted;
    assert.equal(kernel.keptCells, 0);
  });
});

suite('what else can happen?', () => {
  test('packages are loaded once Python is there, and by each Python', async () => {
    const { kernel, pythons } = bench();
    const up = kernel.start();
    assert.deepEqual(pythons[0]?.ahead, []);
    pythons[0]?.up.resolve();
    await up;
    const restarted = kernel.restart();
    pythons[1]?.up.resolve();
    await restarted;
    assert.deepEqual(pythons.map(({ ahead }) => ahead), [['pandas'], ['pandas']]);
  });

  test('restart: a new Python, the old run ends', async () => {
    const { kernel, python, pythons, result } = await running();
    const restarted = kernel.restart();
    assert.equal((await result).error?.name, 'KeyboardInterrupt');
    pythons[1]?.up.resolve();
    await restarted;
    assert.equal(python.over, true);
    assert.equal(kernel.state, 'idle');
  });

  test('Python dies: the run ends, the state says so, the next run starts a new one', async () => {
    const { kernel, python, pythons, run, result } = await running();
    python.events.died('out of memory');
    assert.equal((await result).error?.name, 'KernelDied');
    assert.match(run.said[0] ?? '', /out of memory/);
    assert.equal(kernel.state, 'dead');
    void kernel.run('again', place());
    await settle();
    assert.equal(pythons.length, 2);
  });

  test('an ended Python has no say any more', async () => {
    const { kernel, python, pythons } = await running();
    await kernel.stop();
    const heard: number[] = [];
    kernel.onProgress(({ loaded }) => heard.push(loaded));
    python.events.progress({ loaded: 1, total: 2, label: 'Python' });
    python.events.busy(true);
    python.events.died('late');
    assert.equal(kernel.state, 'loading');
    pythons[1]?.events.progress({ loaded: 3, total: 4, label: 'Python' });
    assert.deepEqual(heard, [3]);
  });

  test('a widget keeps Python busy without a run', async () => {
    const { kernel, python, run, result } = await running();
    run.end.resolve(OK);
    await result;
    python.events.busy(true);
    assert.equal(kernel.state, 'busy');
    python.events.busy(false);
    assert.equal(kernel.state, 'idle');
  });

  test('an answer reaches Python', async () => {
    const { python, run } = await running();
    const answers: (string | null)[] = [];
    python.events.ask(question, (text) => answers.push(text));
    run.answers.resolve('Ada');
    await settle();
    assert.deepEqual(answers, ['Ada']);
  });
});
