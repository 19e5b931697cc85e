import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Runner } from '../../overrides/src/run/runner.ts';
import type { Kernel, KernelState, RunResult, RunState } from '../../overrides/src/types.ts';

/** A Python that does what the test tells it. */
class FakeKernel implements Kernel {
  state: KernelState = 'off';
  keptCells = 0;
  readonly sources: string[] = [];
  fails: Error | null = null;
  starting: Promise<void> = Promise.resolve();
  #listeners: ((state: KernelState) => void)[] = [];
  #interrupt: ((result: RunResult) => void) | null = null;

  onState(listener: (state: KernelState) => void): () => void {
    this.#listeners.push(listener);
    return () => undefined;
  }

  onProgress(): () => void {
    return () => undefined;
  }

  #set(state: KernelState): void {
    this.state = state;
    for (const listener of this.#listeners) listener(state);
  }

  async start(): Promise<void> {
    if (this.state === 'idle') return;
    this.#set('loading');
    await this.starting;
    if (this.fails) throw this.fails;
    this.#set('idle');
  }

  async run(source: string): Promise<RunResult> {
    this.sources.push(source);
    this.#set('busy');
    const result = source === 'endless' ? await new Promise<RunResult>((resolve) => { this.#interrupt = resolve; })
      : source === 'bad' ? { ok: false, count: 1, error: { name: 'NameError', value: 'bad' } } : { ok: true, count: 1 };
    this.#set('idle');
    return result;
  }

  async restart(): Promise<void> {
    this.#set('idle');
  }

  async stop(): Promise<{ variablesKept: boolean }> {
    this.#interrupt?.({ ok: false, count: null, error: { name: 'KeyboardInterrupt', value: '' } });
    return { variablesKept: false };
  }
}

interface Bench {
  readonly runner: Runner;
  readonly kernel: FakeKernel;
  readonly marks: string[];
  readonly notices: string[];
  loads: number;
}

function bench(sources: Readonly<Record<string, string>>, mayFail: readonly string[] = []): Bench {
  const kernel = new FakeKernel();
  const marks: string[] = [];
  const notices: string[] = [];
  const made: Bench = {
    kernel, marks, notices, loads: 0,
    runner: new Runner(async () => { made.loads += 1; return kernel; }, (id) => ({
      source: () => sources[id] ?? '',
      mayFail: mayFail.includes(id),
      mark: (state: RunState) => marks.push(`${id} ${state}`),
      begin: () => Object.create(null),
      end: (result) => marks.push(`${id} ended ${result.error?.name ?? 'well'}`),
      refuse: (problem) => marks.push(`${id} refused: ${problem}`),
    }), () => 0, { kernel: () => undefined, notice: (words) => notices.push(words), running: (id) => marks.push(`${id} saved`) }),
  };
  return made;
}

suite('running cells', () => {
  test('Python is not fetched before it is wanted, and then once', async () => {
    const { runner, ...made } = bench({ a: '1' });
    assert.equal(made.loads, 0);
    const page = bench({ a: '1' });
    await Promise.all([page.runner.warm(), page.runner.run(['a']), page.runner.warm()]);
    assert.equal(page.loads, 1);
    assert.equal(runner.state, 'off');
  });

  test('a cell waits, is saved, runs and ends', async () => {
    const { runner, marks } = bench({ a: '1' });
    assert.deepEqual(await runner.run(['a']), { ok: true, count: 1 });
    assert.deepEqual(marks, ['a queued', 'a saved', 'a running', 'a ok', 'a ended well']);
  });

  test('an error stops the cells behind it, and that is said', async () => {
    const { runner, kernel, marks, notices } = bench({ a: '1', b: 'bad', c: '3' });
    assert.equal(await runner.run(['a', 'b', 'c']), null);
    assert.deepEqual(kernel.sources, ['1', 'bad']);
    assert.equal(marks.at(-1), 'c none');
    assert.match(notices.join(), /1 cell was not run/);
  });

  test('an error that the author expects stops nothing', async () => {
    const { runner, kernel, marks } = bench({ a: 'bad', b: '2' }, ['a']);
    await runner.run(['a', 'b']);
    assert.deepEqual(kernel.sources, ['bad', '2']);
    assert.ok(marks.includes('a error'));
  });

  test('stop ends the running cell, forgets the others and says what became of the variables', async () => {
    const { runner, kernel, marks, notices } = bench({ a: 'endless', b: '2' });
    const done = runner.run(['a', 'b']);
    while (kernel.state !== 'busy') await new Promise((resolve) => setImmediate(resolve));
    await runner.stop(['z', 'a', 'b']);
    await done;
    assert.ok(marks.includes('z none') && !marks.includes('a none'), 'what ran before has no variables now');
    assert.deepEqual(kernel.sources, ['endless']);
    assert.ok(marks.includes('a ended KeyboardInterrupt') && marks.includes('b none'));
    assert.match(notices.join(), /variables are gone/);
  });

  test('stop while Python loads takes the cell out', async () => {
    const { runner, kernel, marks } = bench({ a: '1' });
    let arrive: () => void = () => undefined;
    kernel.starting = new Promise((resolve) => { arrive = resolve; });
    const done = runner.run(['a']);
    while (kernel.state !== 'loading') await new Promise((resolve) => setImmediate(resolve));
    await runner.stop(['a']);
    arrive();
    assert.equal(await done, null);
    assert.deepEqual([kernel.sources, marks.at(-1)], [[], 'a none']);
  });

  test('a Python that does not start is said in the cell, and can be tried again', async () => {
    const { runner, kernel, marks } = bench({ a: '1' });
    kernel.fails = new Error('The file pyodide.mjs is missing.');
    const result = await runner.run(['a']);
    assert.equal(result?.ok, false);
    assert.ok(marks.includes('a refused: The file pyodide.mjs is missing.'));
    kernel.fails = null;
    assert.equal((await runner.run(['a']))?.ok, true);
  });

  test('a restart forgets what ran', async () => {
    const { runner, marks, notices } = bench({ a: '1' });
    await runner.run(['a']);
    await runner.restart(['a']);
    assert.equal(marks.at(-1), 'a none');
    assert.match(notices.join(), /your edits are not/);
  });
});

suite('can another Python run the cells for a while?', () => {
  test('the guest runs them, and the page’s own is neither fetched nor ended', async () => {
    const { runner, kernel } = bench({ a: '1', b: '2' });
    await runner.run(['a']);
    const guest = new FakeKernel();
    await runner.use(guest, ['a', 'b']);
    await runner.run(['b']);
    assert.deepEqual([kernel.sources, guest.sources], [['1'], ['2']]);
    await runner.use(null, ['a', 'b']);
    await runner.run(['b']);
    assert.deepEqual([kernel.sources, guest.sources], [['1', '2'], ['2']]);
  });

  test('with a guest from the start no Python is fetched', async () => {
    const made = bench({ a: '1' });
    await made.runner.use(new FakeKernel(), ['a']);
    await made.runner.warm();
    await made.runner.run(['a']);
    assert.equal(made.loads, 0);
    assert.deepEqual([made.runner.state, made.runner.ownState], ['idle', 'off']);
  });

  test('what runs is stopped first, and marks go with the variables', async () => {
    const { runner, marks } = bench({ a: 'endless', b: '1' });
    const done = runner.run(['a']);
    while (runner.state !== 'busy') await new Promise((resolve) => setImmediate(resolve));
    await runner.use(new FakeKernel(), ['a', 'b']);
    assert.equal((await done)?.error?.name, 'KeyboardInterrupt');
    assert.ok(marks.includes('b none'));
  });
});
