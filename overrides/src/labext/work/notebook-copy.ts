/** The student's copy of a notebook as an open document of JupyterLab holds it: the one place that knows JupyterLab's model. */
import type { ICellModel } from '@jupyterlab/cells';
import type { INotebookContent } from '@jupyterlab/nbformat';
import type { INotebookModel } from '@jupyterlab/notebook';
import type { ISharedCell, SharedCell } from '@jupyter/ydoc';
import type { Kind } from '../../notebook/author.ts';
import type { Order } from '../../notebook/arrange.ts';
import { ORIGIN, originOf, knownJson, type KnownCell, type Origin } from '../../notebook/known.ts';
import { difference } from '../../work/difference.ts';

/** A cell as it stands in the copy. */
export interface CopyCell {
  readonly id: string;
  readonly kind: Kind;
  readonly source: string;
}

/** What a notebook's work needs of a copy. */
export type Copy = Pick<NotebookCopy, keyof NotebookCopy>;

export interface CopyEvents {
  /** The student has changed a cell's text. */
  typed(id: string, text: string): void;
  /** A cell has come: back by an undo, at another place, or with another file in the same document. */
  came(id: string, text: string): void;
  /** Cells have come, gone or moved; `whole` when another file has taken the place of all of them. */
  moved(whole: boolean): void;
}

export class NotebookCopy {
  readonly #model: INotebookModel;
  /** Names that cells go by which have another id in the copy. */
  readonly #aliases = new Map<string, string>();
  readonly #heard = new WeakSet<ICellModel>();
  #events: CopyEvents | null = null;
  #quiet = false;

  constructor(model: INotebookModel) {
    this.#model = model;
  }

  get cells(): readonly CopyCell[] {
    return [...this.#model.cells].map((cell) => ({ id: this.#name(cell), kind: cell.type as Kind, source: cell.sharedModel.getSource() }));
  }

  /** The kind of a cell; `null` if the copy does not have it. */
  kind(id: string): Kind | null {
    return (this.#find(id)?.type ?? null) as Kind | null;
  }

  /** What the copy says of itself; `null` if it is not a course's. */
  get origin(): Origin | null {
    return originOf(this.#model.getMetadata(ORIGIN));
  }

  /** Notes which of the author's cells the copy knows. Whatever else the author keeps there stays. */
  stamp(course: string, notebook: string, known: readonly KnownCell[]): void {
    const before: unknown = this.#model.getMetadata(ORIGIN);
    const kept = typeof before === 'object' && before !== null ? before : {};
    this.#model.setMetadata(ORIGIN, { ...kept, course, notebook, known: knownJson(known) });
  }

  /** From now on the cell with the id `own` goes by `name`. */
  alias(own: string, name: string): void {
    this.#aliases.set(own, name);
  }

  nameOf(own: string): string {
    return this.#aliases.get(own) ?? own;
  }

  /** Puts `text` into a cell without a trace in the undo history, and without moving a cursor more than it must. */
  write(id: string, text: string): void {
    const cell = this.#find(id)?.sharedModel;
    if (cell === undefined) return;
    this.#silently(() => cell.transact(() => write(cell, text), false));
  }

  /** Makes the copy hold these cells in this order. `body` gives those that it does not have. */
  arrange(order: Order, body: (id: string) => SharedCell.Cell): void {
    const shared = this.#model.sharedModel;
    const wanted = new Set(order);
    const ids = (): string[] => [...this.#model.cells].map((cell) => this.#name(cell));
    this.#silently(() => shared.transact(() => {
      const now = ids();
      for (let index = now.length - 1; index >= 0; index -= 1) if (!wanted.has(now[index] ?? '')) shared.deleteCell(index);
    }, false));
    for (const [index, id] of order.entries()) {
      const at = ids().indexOf(id);
      if (at === index) continue;
      this.#silently(() => shared.transact(() => {
        if (at < 0) shared.insertCell(index, body(id));
        else shared.moveCell(at, index);
      }, false));
    }
  }

  get content(): INotebookContent {
    return this.#model.toJSON() as INotebookContent;
  }

  /** Puts a whole notebook in place of this one; its cells are told of as having come. */
  replace(content: INotebookContent): void {
    this.#model.fromJSON(content);
  }

  /** Tells of every change that is not made through this object; the returned function ends that. */
  watch(events: CopyEvents): () => void {
    this.#events = events;
    for (const cell of this.#model.cells) this.#hear(cell);
    let whole = false;
    const moved = (): void => {
      const cells = [...this.#model.cells];
      const fresh = cells.filter((cell) => !this.#heard.has(cell));
      if (fresh.length > 0 && fresh.length === cells.length) {
        // JupyterLab tells of one change twice: first of what went, then of what came.
        whole = true;
        queueMicrotask(() => { whole = false; });
      }
      for (const cell of fresh) {
        this.#hear(cell);
        if (!this.#quiet) this.#events?.came(this.#name(cell), cell.sharedModel.getSource());
      }
      this.#events?.moved(whole);
    };
    this.#model.cells.changed.connect(moved);
    return () => {
      this.#model.cells.changed.disconnect(moved);
      this.#events = null;
    };
  }

  #hear(cell: ICellModel): void {
    this.#heard.add(cell);
    cell.sharedModel.changed.connect((_, change) => {
      if (!this.#quiet && change.sourceChange) this.#events?.typed(this.#name(cell), cell.sharedModel.getSource());
    });
  }

  #name(cell: ICellModel): string {
    return this.nameOf(cell.id);
  }

  #find(id: string): ICellModel | undefined {
    return [...this.#model.cells].find((cell) => this.#name(cell) === id);
  }

  /** Makes a change that is nobody's typing. What came from the store need not be saved by JupyterLab as well. */
  #silently(change: () => void): void {
    const { dirty } = this.#model;
    this.#quiet = true;
    try {
      change();
    } finally {
      this.#quiet = false;
      this.#model.dirty = dirty;
    }
  }
}

function write(cell: ISharedCell, text: string): void {
  const { from, to, insert } = difference(cell.getSource(), text);
  cell.updateSource(from, to, insert);
}
