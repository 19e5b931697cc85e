/** The course's Python behind a notebook: JupyterLite's kernel with a Stop, questions, and sentences under errors. */
import { KernelMessage } from '@jupyterlab/services';
import type { PyodideKernel } from '@jupyterlite/pyodide-kernel/lib/kernel';
import type { IPyodideWorkerKernel } from '@jupyterlite/pyodide-kernel/lib/tokens';
import type { AskMessage } from '../../boot/protocol.ts';
import { CourseKernel, type CourseKernelOptions } from '../../kernel/course-kernel.ts';
import shared from '../../kernel/prelude.py';
import shell from '../../kernel/shell.py';
import { pageStopper } from '../../kernel/stopper.ts';
import { windowTimer } from '../../kernel/timer.ts';
import { Forgiving } from './forgiving.ts';
import own from './prelude.py';
import type { Starting } from './starting.ts';

/** What a `NotebookKernel` reports to its owner, beside the worker's messages. */
export interface NotebookEvents {
  /** Cells can run. */
  ready(): void;
  /** Python does not start. */
  failed(reason: string): void;
  /** The running cell did not follow a Stop. `over` resolves when it ends after all. */
  deaf(over: Promise<void>): void;
}

export interface NotebookKernelOptions extends CourseKernelOptions {
  readonly notebook: NotebookEvents;
}

/** Milliseconds that a cell has to follow a Stop before the student hears of it. */
const PATIENCE = 2000;

export class NotebookKernel extends CourseKernel implements Starting {
  /** The worker tells it how it can be stopped. */
  readonly stopper = pageStopper();
  readonly #events: NotebookEvents;
  readonly #prepared: Promise<void>;
  readonly #questions: AskMessage[] = [];
  readonly #send: NotebookKernelOptions['sendMessage'];
  #ready = false;
  /** The messages that Python works on, one after the other. */
  #work: Promise<void> = Promise.resolve();
  #working = 0;
  // Not a private field: `initRemote` runs inside the base constructor, before those exist.
  declare private remote: IPyodideWorkerKernel;

  readonly #forgiving: Forgiving;

  constructor(options: NotebookKernelOptions) {
    const forgiving = new Forgiving();
    super({ ...options, sendMessage: (message) => { options.sendMessage(forgiving.reply(message)); } });
    this.#forgiving = forgiving;
    this.#events = options.notebook;
    this.#send = options.sendMessage;
    this.#prepared = this.started.then(() => this.#prepare());
    this.#prepared.then(() => {
      this.#ready = true;
      this.#events.ready();
    }, (error: unknown) => {
      if (!this.isDisposed) this.#events.failed(error instanceof Error ? error.message : String(error));
    });
  }

  /** What JupyterLite's queue waits for, so that no cell runs before Python is the course's own. */
  override get ready(): Promise<void> {
    return new Promise((resolve) => { this.#prepared.then(resolve, () => undefined); });
  }

  starting(client: string): void {
    if (this.#ready || this.isDisposed) return;
    this.#send(KernelMessage.createMessage<KernelMessage.IStatusMsg>({
      msgType: 'status', channel: 'iopub', session: client, content: { execution_state: 'starting' },
    }));
  }

  /** Python waits for an answer: JupyterLab shows its box under the cell. */
  ask(question: AskMessage): void {
    this.#questions.push(question);
    this.inputRequest({ prompt: question.prompt, password: question.password });
  }

  override async inputReply(content: KernelMessage.IInputReplyMsg['content']): Promise<void> {
    const question = this.#questions.shift();
    if (question !== undefined) this.#answer(question, 'value' in content ? content.value : null);
  }

  override async handleMessage(message: KernelMessage.IMessage): Promise<void> {
    // An answer is part of the cell that asked. Upstream would tell the page that Python is idle again.
    if (message.header.msg_type === 'input_reply') return this.inputReply(message.content as KernelMessage.IInputReplyMsg['content']);
    this.#forgiving.asked(message);
    this.#working += 1;
    const work = super.handleMessage(message).finally(() => { this.#working -= 1; });
    this.#work = work.catch(() => undefined);
    return work;
  }

  /** Stops what runs, with `KeyboardInterrupt`; variables stay. */
  async interrupt(): Promise<void> {
    if (this.#working === 0) return;
    const work = this.#work;
    const open = this.#questions.splice(0);
    // A cell that waits for an answer is stopped by getting none.
    if (open.length > 0) for (const question of open) this.#answer(question, null);
    else {
      // The message reaches code that waits, the stopper code that does not.
      this.post({ satchel: 'stop', run: this.parentHeader?.msg_id ?? null });
      this.stopper.stop();
    }
    if (!await inTime(work)) this.#events.deaf(work);
  }

  protected override initRemote(options: PyodideKernel.IOptions): IPyodideWorkerKernel {
    this.remote = super.initRemote(options);
    return this.remote;
  }

  /** Unlike the book's, this Python may see JupyterLite's drive, and has the wheels that JupyterLite's build put there. */
  protected override initRemoteOptions(options: PyodideKernel.IOptions): IPyodideWorkerKernel.IOptions {
    const { pipliteUrls, disablePyPIFallback, mountDrive, browsingContextId } = options;
    return {
      ...super.initRemoteOptions(options),
      ...{ pipliteUrls, disablePyPIFallback, mountDrive },
      ...(browsingContextId === undefined ? {} : { browsingContextId }),
    };
  }

  #answer({ id }: AskMessage, text: string | null): void {
    this.post({ satchel: 'answer', id, text });
  }

  async #prepare(): Promise<void> {
    // JSON's strings are Python's. Compiled under a name of its own, so that a traceback never shows its lines.
    const code = `exec(compile(${JSON.stringify([shared, shell, own].join('\n'))}, "<course notebook>", "exec"), {})`;
    const reply = await this.remote.execute({ code, silent: true, store_history: false }, { header: { msg_id: this.id } });
    if (reply.status === 'error') throw new Error(`${reply.ename}: ${reply.evalue}`);
  }
}

/** Whether `work` ends before the patience does. */
async function inTime(work: Promise<void>): Promise<boolean> {
  let handle = 0;
  const late = new Promise<false>((resolve) => { handle = windowTimer.set(() => { resolve(false); }, PATIENCE); });
  const result = await Promise.race([work.then(() => true as const), late]);
  windowTimer.clear(handle);
  return result;
}
