import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { RunQueue, type Outcome } from '../../overrides/src/run/queue.ts';

/** A queue whose jobs end when the test says so. */
function makeQueue(): { queue: RunQueue; log: string[]; end: (outcome: Outcome) => Promise<void> } {
  const log: string[] = [];
  let settle: (outcome: Outcome) => void = () => assert.fail('nothing runs');
  const queue = new RunQueue({
    waiting: (id) => log.push(`wait ${id}`),
    dropped: (id) => log.push(`drop ${id}`),
    cut: (failed, left) => log.push(`cut after ${failed}: ${left}`),
    run: (id) => {
      log.push(`run ${id}`);
      return new Promise((resolve) => { settle = resolve; });
    },
  });
  return { queue, log, end: async (outcome) => { settle(outcome); await new Promise((resolve) => setImmediate(resolve)); } };
}

suite('in which order do cells run?', () => {
  test('one at a time, as asked', async () => {
    const { queue, log, end } = makeQueue();
    const done = queue.add(['a', 'b']);
    void queue.add(['c']);
    assert.deepEqual([queue.running, queue.waiting], ['a', ['b', 'c']]);
    await end('ok');
    await end('ok');
    assert.deepEqual(await done, ['ok', 'ok']);
    await end('ok');
    assert.deepEqual(log.filter((line) => line.startsWith('run')), ['run a', 'run b', 'run c']);
    assert.equal(queue.running, null);
  });

  test('a failure takes out the rest of its batch, and nothing else', async () => {
    const { queue, log, end } = makeQueue();
    const batch = queue.add(['a', 'b', 'c']);
    const other = queue.add(['d']);
    await end('failed');
    assert.deepEqual(await batch, ['failed', 'dropped', 'dropped']);
    assert.equal(queue.running, 'd');
    await end('ok');
    assert.deepEqual(await other, ['ok']);
    assert.ok(log.includes('cut after a: 2'));
  });

  test('a cell that waits is not asked for twice, and both askers hear of it', async () => {
    const { queue, log, end } = makeQueue();
    void queue.add(['a']);
    const [first, second] = [queue.add(['b']), queue.add(['b'])];
    await end('ok');
    await end('ok');
    assert.deepEqual([await first, await second], [['ok'], ['ok']]);
    assert.equal(log.filter((line) => line === 'run b').length, 1);
  });

  test('a cell that runs can be asked for again', async () => {
    const { queue, log, end } = makeQueue();
    void queue.add(['a']);
    const again = queue.add(['a']);
    await end('failed');
    await end('ok');
    assert.deepEqual(await again, ['ok']);
    assert.equal(log.filter((line) => line === 'run a').length, 2);
  });

  test('clearing takes out what waits and lets the running one end', async () => {
    const { queue, end } = makeQueue();
    const done = queue.add(['a', 'b', 'c']);
    assert.equal(queue.clear(), 2);
    await end('ok');
    assert.deepEqual(await done, ['ok', 'dropped', 'dropped']);
  });
});
