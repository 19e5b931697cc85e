import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Window } from '../../overrides/node_modules/happy-dom/lib/index.js';
import { askReader } from '../../overrides/src/kernel/question.ts';
import { joinStreams } from '../../overrides/src/kernel/streams.ts';

type Message = Parameters<ReturnType<typeof joinStreams>>[0];

let serial = 0;
function message(type: string, content: object, run = 'run-1'): Message {
  serial += 1;
  return {
    channel: 'iopub', content, metadata: {}, buffers: [],
    header: { msg_id: `m${serial}`, msg_type: type, date: '', session: 's', username: '', version: '5.3' },
    parent_header: { msg_id: run, msg_type: 'execute_request', date: '', session: 's', username: '', version: '5.3' },
  } as unknown as Message;
}

const printed = (text: string, name = 'stdout', run = 'run-1'): Message => message('stream', { name, text }, run);

/** A joined sender, what it passed on, and the hand that moves its clock. */
function bench(limit?: number) {
  const out: string[] = [];
  let alarm: (() => void) | null = null;
  const send = joinStreams((sent) => {
    const content = sent.content as { name?: string; text?: string };
    out.push(sent.header.msg_type === 'stream' ? `${content.name}:${content.text}` : sent.header.msg_type);
  }, { set: (callback) => { alarm = callback; return 1; }, clear: () => { alarm = null; } }, limit);
  return { send, out, tick: () => alarm?.() };
}

suite('how does printed text travel?', () => {
  test('prints in a row arrive as one', () => {
    const { send, out, tick } = bench();
    for (const text of ['1', '\n', '2', '\n']) send(printed(text));
    assert.deepEqual(out, []);
    tick();
    assert.deepEqual(out, ['stdout:1\n2\n']);
  });

  test('nothing overtakes it', () => {
    const { send, out } = bench();
    send(printed('a'));
    send(message('display_data', {}));
    send(printed('b'));
    send(printed('oops', 'stderr'));
    send(message('status', {}));
    assert.deepEqual(out, ['stdout:a', 'display_data', 'stdout:b', 'stderr:oops', 'status']);
  });

  test('text of two runs is never joined', () => {
    const { send, out, tick } = bench();
    send(printed('a', 'stdout', 'run-1'));
    send(printed('b', 'stdout', 'run-2'));
    tick();
    assert.deepEqual(out, ['stdout:a', 'stdout:b']);
  });

  test('an endless loop is cut, once, and says so', () => {
    const { send, out } = bench(5);
    for (let i = 0; i < 100; i += 1) send(printed('abc'));
    send(message('status', {}));
    assert.deepEqual(out.map((line) => line.slice(0, 30)), ['stdout:abcab', 'stderr:\nThe output is cut here', 'status']);
  });

  test('the next run may print again', () => {
    const { send, out } = bench(5);
    send(printed('abcdefgh'));
    send(printed('x', 'stdout', 'run-2'));
    send(message('status', {}, 'run-2'));
    assert.deepEqual(out.slice(-2), ['stdout:x', 'status']);
  });
});

suite('how does input() ask?', () => {
  function ask(question: { prompt: string; password: boolean }) {
    const window = new Window();
    const target = window.document.createElement('div');
    window.document.body.append(target);
    const open = askReader(target as unknown as HTMLElement, question);
    const field = target.querySelector('input');
    assert.ok(field);
    return { window, target, open, field };
  }

  test('with a labelled field that has the focus', () => {
    const { window, target, field } = ask({ prompt: 'Who? ', password: false });
    assert.equal(window.document.activeElement, field);
    assert.equal(field.closest('label')?.querySelector('span')?.textContent, 'Who? ');
    assert.equal(target.querySelectorAll('form.satchel-stdin').length, 1);
  });

  test('Enter sends the line and takes the field away', async () => {
    const { window, target, open, field } = ask({ prompt: '', password: false });
    field.value = ' Ada ';
    target.querySelector('form')?.dispatchEvent(new window.Event('submit', { cancelable: true }));
    assert.equal(await open.answer, ' Ada ');
    assert.equal(target.querySelector('form'), null);
  });

  test('a password is not shown', () => assert.equal(ask({ prompt: 'Password: ', password: true }).field.type, 'password'));

  test('an empty prompt still says what is wanted', () => {
    assert.match(ask({ prompt: '', password: false }).target.textContent ?? '', /Python asks/);
  });

  test('keys do not reach the shortcuts of the page', () => {
    const { window, field } = ask({ prompt: '', password: false });
    let heard = 0;
    window.document.body.addEventListener('keydown', () => { heard += 1; });
    field.dispatchEvent(new window.KeyboardEvent('keydown', { key: 's', bubbles: true }));
    assert.equal(heard, 0);
  });

  test('a question that is given up leaves nothing', () => {
    const { target, open } = ask({ prompt: '', password: false });
    open.close();
    assert.equal(target.childElementCount, 0);
  });
});
