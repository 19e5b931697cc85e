/** What there is to see of a browser, of its storage, of the site and of Python: nouns for those who look and those who judge. */

/** What the browser offers. */
export interface BrowserSeen {
  readonly wasm: boolean;
  /** Whether running Python can wait for something (JSPI). */
  readonly pauses: boolean;
  /** Whether a worker can outlive its page. */
  readonly keeps: boolean;
  /** Whether page and worker may share memory. */
  readonly isolated: boolean;
  /** Whether the address is one that browsers trust: https, or this computer. */
  readonly secure: boolean;
  readonly serviceWorker: boolean;
}

/** How writing something and reading it back went. `milliseconds` is `null` where it failed; then `problem` says why. */
export interface DatabaseSeen {
  readonly milliseconds: number | null;
  readonly problem: string | null;
}

export interface StorageSeen {
  readonly database: DatabaseSeen;
  /** Whether the few last letters can be put aside when a page is left. */
  readonly aside: boolean;
  /** Whether the browser has promised to keep the data; `null` where it cannot be asked. */
  readonly promised: boolean | null;
  /** Bytes that the browser would give to this site; `null` where it does not say. */
  readonly quota: number | null;
  /** Whether another site shows the page in a frame. */
  readonly framed: boolean;
}

export interface MemorySeen {
  /** What the browser says about the device, in gigabytes, rounded by the browser; `null` where it says nothing. */
  readonly device: number | null;
  /** Megabytes that the course needs at most, and how many of them Python could have. */
  readonly wanted: number;
  readonly got: number;
}

/** How the host answered for one file. `status` 0: it did not answer. */
export interface FileSeen {
  readonly path: string;
  readonly status: number;
  /** The type that the host gives to it, without parameters, in small letters. */
  readonly type: string;
}

export interface SiteSeen {
  readonly online: boolean;
  readonly files: readonly FileSeen[];
}

/** How a start of Python went; `seconds` from the start of its worker. */
export type StartSeen =
  | { readonly ok: true; readonly seconds: number; readonly version: string }
  | { readonly ok: false; readonly problem: string };

/** How a package of the course could be imported; `null` where the course has none. */
export type PackageSeen =
  | { readonly ok: true; readonly name: string; readonly seconds: number }
  | { readonly ok: false; readonly name: string; readonly problem: string }
  | null;

export interface PythonSeen {
  readonly start: StartSeen;
  readonly package: PackageSeen;
}
