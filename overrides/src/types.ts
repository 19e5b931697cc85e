/** The nouns that the page, the store and the kernel adapter share. Nothing here runs. */

/** One code cell as the author wrote it. `hash` is the first 16 hex digits of the SHA-256 of `source`. */
export interface PageCell {
  readonly id: string;
  readonly source: string;
  readonly hash: string;
  readonly tags: readonly string[];
}

/** A course file that the activity opens: `path` inside the course, `url` relative to the site root, `size` in bytes. */
export interface CourseFile {
  readonly path: string;
  readonly url: string;
  readonly size: number;
}

/** A hub whose Python the page's cells can use. `hub` ends with a slash; `notebook` is the notebook's path on a server there. */
export interface HubPlace {
  readonly id: string;
  readonly label: string;
  readonly hub: string;
  readonly notebook: string;
  /** The profile to start, empty where the hub has none. */
  readonly profile: string;
  /** Name of the server beside the student's usual one, empty for the usual one. */
  readonly server: string;
}

/** Where an activity runs: here, in JupyterLite, on a hosted server, or nowhere (it is only read). */
export type Route = 'book' | 'lite' | 'hosted' | 'read';

/** What the build wrote into `#satchel-page`. Every URL but `root` is relative to the site root. */
export interface PageConfig {
  readonly schema: 1;
  readonly course: { readonly id: string; readonly title: string };
  /** Identity of the notebook. It never follows from the page's URL. */
  readonly notebook: string;
  readonly title: string;
  /** From this page to the site root; ends with a slash. */
  readonly root: string;
  readonly assets: string;
  readonly route: Route;
  readonly lite: string | null;
  readonly download: string | null;
  /** The course's map: where every notebook and cell is now. */
  readonly map: string | null;
  /** Folder of the notebook inside the course, empty at the top. */
  readonly cwd: string;
  readonly files: readonly CourseFile[];
  /** Hubs whose Python the page's cells can use, best first. */
  readonly hubs: readonly HubPlace[];
  /** Names in the runtime's lock that this page imports. */
  readonly packages: readonly string[];
  /** Code cells in page order. */
  readonly cells: readonly PageCell[];
}

export type KernelState = 'off' | 'loading' | 'idle' | 'busy' | 'dead';

/** How far the runtime has come; `loaded` and `total` are bytes. */
export interface Progress {
  readonly loaded: number;
  readonly total: number;
  readonly label: string;
}

/** How a run ended. A stopped run has `error.name` `KeyboardInterrupt`. */
export interface RunResult {
  readonly ok: boolean;
  readonly count: number | null;
  readonly error?: { readonly name: string; readonly value: string };
}

/** Python, seen from the page. */
export interface Kernel {
  readonly state: KernelState;
  /** Cells that this Python ran on earlier pages, whose variables are still there. */
  readonly keptCells: number;
  /** Calls back on every change of state; the returned function ends that. */
  onState(listener: (state: KernelState) => void): () => void;
  onProgress(listener: (progress: Progress) => void): () => void;
  /** Starts Python once. Rejects with a readable `Error`, after which it may be tried again. */
  start(): Promise<void>;
  /** Starts Python if needed, empties `target` and renders the outputs of exactly this run into it. */
  run(source: string, target: HTMLElement): Promise<RunResult>;
  /** A fresh Python; all variables are gone. */
  restart(): Promise<void>;
  /** Ends the running cell; pending `run()` promises settle with `KeyboardInterrupt`. */
  stop(): Promise<{ variablesKept: boolean }>;
}

/** A cell's relation to the author's text. */
export type CellState = 'pristine' | 'edited' | 'conflict';

/** A cell's relation to Python. */
export type RunState = 'none' | 'queued' | 'running' | 'ok' | 'error';

/** Whether the student's work is in the browser's storage. */
export type StorageState = 'empty' | 'saving' | 'saved' | 'failed' | 'unavailable';

/** A value from foreign ground: either what we expected, or a sentence that says what is wrong with it. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: string };
