/**
 * What the page and the worker tell each other beside Jupyter's own messages.
 *
 * Both sides talk through the worker's `postMessage`, so a message reaches exactly one kernel. Every message carries a
 * `satchel` key, which neither comlink nor coincident use; foreign messages are told apart by its absence.
 */

/** A course file to put into Python's file system before the kernel starts. `url` is absolute. */
export interface BootFile {
  readonly path: string;
  readonly url: string;
  readonly size: number;
}

/** What the page adds to `loadPyodideOptions`. JupyterLite adds nothing. */
export interface BootRequest {
  /** Absolute folder in Python's file system that stands for the course folder. */
  readonly home: string;
  /** The notebook's folder below `home`, absolute; cells run there. */
  readonly folder: string;
  readonly files: readonly BootFile[];
}

/** Bytes that arrived for one file since the last message. `done` marks the file's last bytes. */
export interface BytesMessage {
  readonly satchel: 'bytes';
  readonly file: string;
  readonly bytes: number;
  readonly done: boolean;
}

/** `input()` waits for the reader. */
export interface AskMessage {
  readonly satchel: 'ask';
  readonly id: number;
  readonly prompt: string;
  readonly password: boolean;
  /** The worker stands still until the answer is in shared memory; otherwise it awaits an `answer` message. */
  readonly blocking: boolean;
}

/** A course file that did not arrive; Python starts all the same. */
export interface MissingMessage {
  readonly satchel: 'missing';
  readonly path: string;
  readonly reason: string;
}

/** By which URLs the page can stop the running code and end Python; see `stopper.ts`. */
export interface StopperMessage {
  readonly satchel: 'stopper';
  readonly stop: string;
  readonly end: string;
}

export type WorkerMessage = BytesMessage | AskMessage | MissingMessage | StopperMessage;

/** The reader's reply to an `ask`; `text` is null when the cell was stopped instead. */
export interface AnswerMessage {
  readonly satchel: 'answer';
  readonly id: number;
  readonly text: string | null;
}

/** Memory that page and worker share; only on cross-origin isolated pages. */
export interface ShareMessage {
  readonly satchel: 'share';
  /** Where the page writes answers (`shared-line.ts`). */
  readonly line: SharedArrayBuffer;
}

/** Stops the running code at its next `await`. Sent along with a revoked URL, which reaches code that never waits. */
export interface StopMessage {
  readonly satchel: 'stop';
  /** Id of the message that asked for the run; left out for whatever runs. */
  readonly run?: string | null;
}

/** Another page is served now: what the last one was asked stays without an answer. */
export interface ServedMessage {
  readonly satchel: 'served';
}

export type PageMessage = AnswerMessage | ShareMessage | StopMessage | ServedMessage;

/** The message in `data` if the worker meant it for us, else null. */
export function workerMessage(data: unknown): WorkerMessage | null {
  if (!isRecord(data)) return null;
  if (data.satchel === 'bytes') {
    const { file, bytes, done } = data;
    if (typeof file === 'string' && typeof bytes === 'number') return { satchel: 'bytes', file, bytes, done: done === true };
  }
  if (data.satchel === 'ask') {
    const { id, prompt, password, blocking } = data;
    if (typeof id === 'number' && typeof prompt === 'string') {
      return { satchel: 'ask', id, prompt, password: password === true, blocking: blocking === true };
    }
  }
  if (data.satchel === 'missing') {
    const { path, reason } = data;
    if (typeof path === 'string' && typeof reason === 'string') return { satchel: 'missing', path, reason };
  }
  if (data.satchel === 'stopper') {
    const { stop, end } = data;
    if (typeof stop === 'string' && typeof end === 'string') return { satchel: 'stopper', stop, end };
  }
  return null;
}

/** The message in `data` if the page meant it for us, else null. */
export function pageMessage(data: unknown): PageMessage | null {
  if (!isRecord(data)) return null;
  if (data.satchel === 'answer') {
    const { id, text } = data;
    if (typeof id === 'number' && (typeof text === 'string' || text === null)) return { satchel: 'answer', id, text };
  }
  if (data.satchel === 'share' && typeof SharedArrayBuffer !== 'undefined') {
    const { line } = data;
    if (line instanceof SharedArrayBuffer) return { satchel: 'share', line };
  }
  if (data.satchel === 'served') return { satchel: 'served' };
  if (data.satchel === 'stop') return { satchel: 'stop', run: typeof data.run === 'string' ? data.run : null };
  return null;
}

/** What the page asked for, read from foreign ground; null when nobody asked. */
export function bootRequest(value: unknown): BootRequest | null {
  if (!isRecord(value) || !Array.isArray(value.files)) return null;
  const { home, folder } = value;
  if (typeof home !== 'string' || typeof folder !== 'string') return null;
  const files: BootFile[] = [];
  for (const file of value.files as readonly unknown[]) {
    if (!isRecord(file)) return null;
    const { path, url, size } = file;
    if (typeof path !== 'string' || typeof url !== 'string' || typeof size !== 'number') return null;
    files.push({ path, url, size });
  }
  return { home, folder, files };
}

/** True for plain objects, whose keys may then be looked at one by one. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
