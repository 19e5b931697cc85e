/**
 * Files that Python can find before they have arrived.
 *
 * A restored Python has its modules in memory, but not their files. These come in the background; whoever looks for one
 * of them earlier (an import, a traceback, `importlib.metadata`) waits while the archive is fetched there and then.
 */

/** A folder's entry in Emscripten's file system, as far as it is used here. */
interface Node {
  node_ops: Operations;
}

interface Operations {
  lookup(parent: Node, name: string): Node;
  readdir(node: Node): string[];
}

/** The part of Emscripten's file system that is used here. */
export interface LazyFileSystem {
  lookupPath(path: string): { readonly node: Node };
  lookupNode(parent: Node, name: string): Node;
}

/** Entries of one folder that are still missing. */
export class Pending {
  readonly #fs: LazyFileSystem;
  readonly #node: Node;
  readonly #usual: Operations;
  readonly #names: ReadonlySet<string>;
  readonly #fill: () => void;
  #open = true;

  /** From now on `names` are found in `folder`; the first look at one of them calls `fill`, which must make them all. */
  constructor(fs: LazyFileSystem, folder: string, names: readonly string[], fill: () => void) {
    this.#fs = fs;
    this.#node = fs.lookupPath(folder).node;
    this.#usual = this.#node.node_ops;
    this.#names = new Set(names);
    this.#fill = fill;
    this.#node.node_ops = {
      ...this.#usual,
      lookup: (parent, name) => this.#lookup(parent, name),
      readdir: (node) => [...new Set([...this.#usual.readdir(node), ...this.#names])],
    };
  }

  /** Whether the entries are still missing. */
  get open(): boolean {
    return this.#open;
  }

  /** Makes the entries now, if nobody has. What `fill` throws is thrown, and the entries stay missing. */
  settle(): void {
    if (!this.#open) return;
    // The folder must be an ordinary one while it is filled.
    const watched = this.#node.node_ops;
    this.#node.node_ops = this.#usual;
    this.#open = false;
    try {
      this.#fill();
    } catch (error) {
      this.#node.node_ops = watched;
      this.#open = true;
      throw error;
    }
  }

  #lookup(parent: Node, name: string): Node {
    if (parent !== this.#node || !this.#names.has(name)) return this.#usual.lookup(parent, name);
    this.settle();
    return this.#fs.lookupNode(parent, name);
  }
}
