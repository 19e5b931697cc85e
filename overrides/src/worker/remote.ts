/** Upstream's Python in a worker, made the course's own, and ready to go from page to page. */
import { PyodideRemoteKernel } from '@jupyterlite/pyodide-kernel/lib/worker';
import type { IPyodideWorkerKernel } from '@jupyterlite/pyodide-kernel/lib/tokens';
import { fetchFiles, placeFiles, type FileSystem } from '../boot/files.ts';
import { bootRequest, isRecord, type BootFile, type WorkerMessage } from '../boot/protocol.ts';
import prelude from '../kernel/prelude.py';
import shell from '../kernel/shell.py';
import enter from './enter.py';
import type { Calls, HostedPython } from './host.ts';
import type { OpenMessage } from './protocol.ts';

/** Python's dictionary, seen from JavaScript. */
interface Namespace {
  get(name: string): (...values: unknown[]) => unknown;
}

/** The part of Pyodide's interface that is used here. */
interface Pyodide {
  readonly FS: FileSystem;
  readonly globals: Namespace;
  runPython(code: string, options: { readonly globals: unknown; readonly filename: string }): unknown;
  loadPackage(name: string, options: object): Promise<unknown>;
}

/** What the worker hears of its Python. */
export interface RemoteEvents {
  /** A message of Jupyter's or a log line, for the page. */
  output(message: object): void;
  tell(message: WorkerMessage): void;
  mark(name: string): void;
}

/** Our lines show under this name, should a traceback ever reach them. */
const FILE = '<course page>';

export class CoursePython extends PyodideRemoteKernel {
  readonly #events: RemoteEvents;
  readonly #placed = new Map<string, string>();
  #namespace: Namespace | null = null;
  // Upstream's, under the type that is used here.
  declare protected _pyodide: Pyodide;

  constructor(events: RemoteEvents) {
    super();
    this.#events = events;
    this.registerWorkerMessageCallback((message) => { events.output({ _kernelMessage: message }); });
    this.registerLogMessageCallback((message) => { events.output({ _logMessage: message }); });
  }

  /** Brings the next page's files, folder and modules, and closes what only the last page could show. */
  async takeOver(options: OpenMessage['options']): Promise<void> {
    const request = requestIn(options);
    if (request === null) return;
    const lacking = request.files.filter((file) => this.#placed.get(file.path) !== identity(file));
    const files = await fetchFiles(lacking, fetch, (message) => { this.#events.tell(message); });
    const missing = placeFiles(request, files, this._pyodide.FS);
    this.#remember(lacking.filter(({ path }) => !missing.some((file) => file.path === path)));
    for (const file of missing) this.#events.tell(file);
    this.#call('enter', request.folder, request.home);
  }

  count(): number {
    return Number(this.#call('cells_run'));
  }

  async load(name: string): Promise<void> {
    await this._pyodide.loadPackage(name, { messageCallback: () => undefined });
  }

  protected override async initRuntime(options: IPyodideWorkerKernel.IOptions): Promise<void> {
    await super.initRuntime(options);
    this.#events.mark('satchel:python');
    this.#remember(requestIn({ ...options })?.files ?? []);
  }

  /** Course files lie in Python's own file system. */
  protected override async initFilesystem(): Promise<void> {}

  protected override async initGlobals(options: IPyodideWorkerKernel.IOptions): Promise<void> {
    await super.initGlobals(options);
    const globals = this._pyodide.globals.get('dict')() as Namespace;
    this._pyodide.runPython([prelude, shell, enter].join('\n'), { globals, filename: FILE });
    this.#namespace = globals;
  }

  /** Upstream's way to ask goes through a service worker; the prelude's own stands in its place. */
  sendInputRequest(): undefined {
    return undefined;
  }

  #call(name: string, ...values: unknown[]): unknown {
    if (this.#namespace === null) throw new Error('Python has not started yet');
    return this.#namespace.get(name)(...values);
  }

  #remember(files: readonly BootFile[]): void {
    for (const file of files) this.#placed.set(file.path, identity(file));
  }
}

function identity({ url, size }: BootFile): string {
  return `${size} ${url}`;
}

function requestIn(options: Readonly<Record<string, unknown>>): ReturnType<typeof bootRequest> {
  const { loadPyodideOptions } = options;
  return isRecord(loadPyodideOptions) ? bootRequest(loadPyodideOptions.satchel) : null;
}

/** What the host needs of it; upstream types its own methods more narrowly than messages from a page are. */
export function hosted(python: CoursePython): HostedPython & Calls {
  return python as unknown as HostedPython & Calls;
}
