/** A cell tagged `raises-exception` is meant to fail, and the cells after it run all the same: JupyterLite stops at it. */
import type { KernelMessage } from '@jupyterlab/services';

const TAG = 'raises-exception';

/** The part of a cell that is asked here. */
interface Tagged {
  getMetadata(key: string): unknown;
}

/** Runs a cell; its error is no failure of the whole run when the cell is meant to have one. */
export async function goesOn(cell: Tagged, run: () => Promise<boolean>): Promise<boolean> {
  try {
    return await run();
  } catch (error) {
    const tags = cell.getMetadata('tags');
    // JupyterLab's own mark of an error in the cell's code, as opposed to one of the kernel.
    if (Array.isArray(tags) && tags.includes(TAG) && error instanceof Error && error.message.startsWith('KernelReplyNotOK')) return true;
    throw error;
  }
}

/**
 * Sends a kernel's messages on.
 *
 * JupyterLite's client takes back the cells that wait when a reply tells of an error, unless the reply says that it had
 * another cause. Whether the page asked to stop at errors it does not look at.
 */
export class Forgiving {
  readonly #forgiven = new Set<string>();

  /** The page asks for something. */
  asked(message: KernelMessage.IMessage): void {
    if (message.header.msg_type !== 'execute_request') return;
    if ('stop_on_error' in message.content && message.content.stop_on_error === false) this.#forgiven.add(message.header.msg_id);
  }

  /** The same message, or one after which the waiting cells stay. */
  reply<M extends KernelMessage.IMessage>(message: M): M {
    const parent = 'msg_id' in message.parent_header ? message.parent_header.msg_id : '';
    if (message.header.msg_type !== 'execute_reply' || !this.#forgiven.delete(parent)) return message;
    return { ...message, metadata: { ...message.metadata, cause: 'interrupt' } };
  }
}
