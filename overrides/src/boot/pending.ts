/**
 * Files that Python can see before they have arrived.
 *
 * A restored Python has its modules in memory, but not their files. These come in the background; whoever opens one of
 * them earlier (an import, a traceback, `importlib.metadata`) waits while the archive is fetched there and then.
 */

/** A file or folder in Emscripten's MEMFS, as far as it is used here. */
interface Node {
  node_ops: Operations;
  contents: Uint8Array | null;
  usedBytes: number;
}

interface Operations {
  lookup(parent: Node, name: string): Node;
  readdir(node: Node): string[];
}

/** The part of Emscripten's file system that is used here. */
export interface LazyFileSystem {
  mkdir(path: string): void;
  writeFile(path: string, data: Uint8Array): void;
  lookupPath(path: string): { readonly node: Node };
  lookupNode(parent: Node, name: string): Node;
  /** The only kind of error that C understands; any other one would end Python. */
  readonly ErrnoError: new (code: number) => Error;
}

/** What Python reports as `OSError: [Errno 29] I/O error`. */
const EIO = 29;

/** Entries of one folder: a file's size in bytes, or null for a folder. */
export type Entries = Readonly<Record<string, number | null>>;

/** Entries of one folder whose content is still missing. */
export class Pending {
  readonly #fs: LazyFileSystem;
  readonly #fill: () => void;
  readonly #undo: (() => void)[] = [];
  #open = true;

  /** Makes `entries` appear in `folder`. The first look into one of them calls `fill`, which must write them all. */
  constructor(fs: LazyFileSystem, folder: string, entries: Entries, fill: () => void) {
    this.#fs = fs;
    this.#fill = fill;
    for (const [name, size] of Object.entries(entries)) {
      const path = `${folder}/${name}`;
      if (size === null) this.#promiseFolder(path);
      else this.#promiseFile(path, size);
    }
  }

  /** Whether the content is still missing. */
  get open(): boolean {
    return this.#open;
  }

  /** Brings the content, if nobody has. What `fill` throws is thrown, and the next look tries again. */
  settle(): void {
    if (!this.#open) return;
    // While they are written, the entries must be ordinary ones.
    this.#open = false;
    try {
      this.#fill();
    } catch (error) {
      this.#open = true;
      throw error;
    }
    for (const undo of this.#undo) undo();
  }

  /** For Python, which stands still until the content is there. */
  #settleNow(): void {
    try {
      this.settle();
    } catch (error) {
      console.error('satchel: files of Python could not be loaded', error);
      throw new this.#fs.ErrnoError(EIO);
    }
  }

  #promiseFolder(path: string): void {
    this.#fs.mkdir(path);
    const { node } = this.#fs.lookupPath(path);
    const usual = node.node_ops;
    node.node_ops = {
      ...usual,
      lookup: (parent, name) => {
        if (!this.#open) return usual.lookup(parent, name);
        this.#settleNow();
        return this.#fs.lookupNode(parent, name);
      },
      readdir: (folder) => {
        this.#settleNow();
        return usual.readdir(folder);
      },
    };
    this.#undo.push(() => { node.node_ops = usual; });
  }

  #promiseFile(path: string, size: number): void {
    this.#fs.writeFile(path, new Uint8Array());
    const { node } = this.#fs.lookupPath(path);
    let content: Uint8Array | null = null;
    node.usedBytes = size;
    Object.defineProperty(node, 'contents', {
      configurable: true,
      enumerable: true,
      get: () => {
        this.#settleNow();
        return content;
      },
      set: (value: Uint8Array | null) => { content = value; },
    });
    this.#undo.push(() => {
      Object.defineProperty(node, 'contents', { configurable: true, enumerable: true, writable: true, value: content });
    });
  }
}
