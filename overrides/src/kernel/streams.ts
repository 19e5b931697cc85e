/**
 * Joins printed text before it reaches the page.
 *
 * Every `print` is a message of its own. A loop that prints without end would keep the page so busy that its reader
 * could not even press Stop; so text is passed on a few times a second, and a run's text has a limit.
 */
import type { KernelMessage } from '@jupyterlab/services';
import type { Timer } from './timer.ts';

type Message = KernelMessage.IMessage;
type Send = (message: Message) => void;

/** Milliseconds between two deliveries of printed text: often enough to look immediate. */
const DELAY = 60;

/** Characters of printed text that one run may show. */
export const TEXT_LIMIT = 200_000;

interface Pending {
  readonly first: KernelMessage.IStreamMsg;
  text: string;
}

/**
 * A `send` that joins stream messages in a row and passes everything else on at once, in order.
 *
 * After `limit` characters of one run the rest is left out and a sentence says so.
 */
export function joinStreams(send: Send, timer: Timer, limit: number = TEXT_LIMIT): Send {
  let pending: Pending | null = null;
  let handle: number | null = null;
  let run = '';
  let shown = 0;

  const flush = (): void => {
    if (handle !== null) timer.clear(handle);
    handle = null;
    if (pending === null) return;
    const { first, text } = pending;
    pending = null;
    send({ ...first, content: { ...first.content, text } } as Message);
  };

  const add = (message: KernelMessage.IStreamMsg): void => {
    const { name, text } = message.content;
    if (shown >= limit) return;
    shown += text.length;
    const cut = shown >= limit ? text.slice(0, text.length - (shown - limit)) : text;
    if (pending !== null && pending.first.content.name === name) pending.text += cut;
    else {
      flush();
      pending = { first: message, text: cut };
    }
    if (shown >= limit) {
      flush();
      send(notice(message, limit));
      return;
    }
    handle ??= timer.set(flush, DELAY);
  };

  return (message) => {
    if (message.header.msg_type !== 'stream') {
      flush();
      send(message);
      return;
    }
    const id = 'msg_id' in message.parent_header ? message.parent_header.msg_id : '';
    if (id !== run) {
      flush();
      run = id;
      shown = 0;
    }
    add(message as KernelMessage.IStreamMsg);
  };
}

function notice(message: KernelMessage.IStreamMsg, limit: number): Message {
  const text = `\nThe output is cut here: this cell printed more than ${limit.toLocaleString('en')} characters.\n`;
  return {
    ...message,
    header: { ...message.header, msg_id: `${message.header.msg_id}-cut` },
    content: { name: 'stderr', text },
  } as Message;
}
