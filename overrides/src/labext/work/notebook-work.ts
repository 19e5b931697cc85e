/** One open notebook and the student's work in it: the copy in JupyterLite and the store of edits, kept in step. */
import type { INotebookContent } from '@jupyterlab/nbformat';
import type { SharedCell } from '@jupyter/ydoc';
import type { AuthorCell, AuthorNotebook } from '../../notebook/author.ts';
import { arrange } from '../../notebook/arrange.ts';
import { digest } from '../../notebook/digest.ts';
import type { KnownCell } from '../../notebook/known.ts';
import { brought, verdict } from '../../notebook/reunite.ts';
import type { Journal } from '../../store/journal.ts';
import { Session, type Clock, type StorageReport } from '../../store/session.ts';
import type { EditStore } from '../../store/store.ts';
import { reset } from '../../work/edits.ts';
import { sameText, type Place, type Version } from '../../work/records.ts';
import type { Copy } from './notebook-copy.ts';

/** What a notebook's work is kept with. */
export interface WorkPorts {
  readonly store: EditStore;
  readonly journal: Journal;
  readonly clock: Clock;
}

export interface WorkEvents {
  /** What is to be said of this cell has changed. */
  cell(id: string): void;
  /** Cells have come, gone or moved. */
  moved(): void;
  storage(report: StorageReport): void;
  saved(cells: readonly string[]): void;
  /** A sentence that the student should see once. */
  remark(words: string): void;
}

/** What a reset has changed, and the way back. */
export interface ResetDone {
  /** Cells that have the author's text again, of the student's own that are gone, and of the author's that are back. */
  readonly cells: number;
  undo(): void;
}

export class NotebookWork {
  readonly session: Session;
  readonly author: AuthorNotebook;
  readonly #copy: Copy;
  readonly #events: WorkEvents;
  readonly #cells: ReadonlyMap<string, AuthorCell>;
  #together = false;
  #reloading = false;
  /** What the student has made of the copy while another file was on its way into its place. */
  #mine: INotebookContent | null = null;
  #unwatch: () => void = () => undefined;
  /** When the copy was saved, in milliseconds since 1970. */
  readonly #saved: number;

  constructor(author: AuthorNotebook, copy: Copy, place: Place, saved: number, ports: WorkPorts, events: WorkEvents) {
    this.author = author;
    this.#copy = copy;
    this.#saved = saved;
    this.#events = events;
    this.#cells = new Map(author.cells.map((cell) => [cell.id, cell]));
    const cells = author.cells.filter(({ kind }) => kind === 'code').map(({ id, source, hash }) => ({ id, source, hash, tags: [] }));
    this.session = new Session({ notebook: author.notebook, cells }, place, ports.store, ports.journal, ports.clock, {
      cell: (id, own) => this.#decided(id, own),
      storage: (report) => {
        this.#reunite();
        events.storage(report);
      },
      saved: events.saved,
      remark: events.remark,
    });
  }

  /** Brings copy and store together. Until the store has been read the copy stays as it is. */
  async open(): Promise<void> {
    await this.session.open();
    this.#reunite();
  }

  /** Whether the store has been read, so that copy and store are in step. */
  get together(): boolean {
    return this.#together;
  }

  /** The file has been saved elsewhere: lets `reload` take it in, and brings copy and store together again. */
  async reload(reload: () => Promise<void>): Promise<void> {
    this.#reloading = true;
    try {
      // What is typed meanwhile is heard as ever.
      await reload();
    } finally {
      this.#reloading = false;
      this.#part();
      // Both have gone on, then: the student's stays here, the other one in the file, and JupyterLab asks before it saves.
      if (this.#mine !== null) this.#copy.replace(this.#mine);
      this.#mine = null;
      this.#reunite();
    }
  }

  /** The copy is about to be saved: notes in it what it knows. */
  stamp(): void {
    if (!this.#together) return;
    const known = this.author.cells.map(({ id, kind, hash }): KnownCell => {
      const stored = kind === 'code' ? this.session.stored(id) : null;
      return { id, base: hash, seen: stored === null ? hash : digest(stored) };
    });
    this.#copy.stamp(this.author.course, this.author.notebook, known);
  }

  /** The author's text of a code cell; `null` if it is the student's own cell. */
  authorText(id: string): string | null {
    const cell = this.#cells.get(id);
    return cell?.kind === 'code' ? cell.source : null;
  }

  versions(id: string): readonly Version[] {
    return this.session.record(id)?.versions ?? [];
  }

  ran(id: string): void {
    if (this.#follows(id)) this.session.ran(id);
  }

  reset(id: string): Promise<void> {
    return this.session.act(id, reset);
  }

  /** Whether a reset would take something away that the store of edits does not keep: own cells, own prose, an own order. */
  get ownParts(): boolean {
    return this.#copy.cells.some((cell) => {
      const author = this.#cells.get(cell.id);
      return author === undefined ? cell.source.trim() !== '' : author.kind !== cell.kind || (author.kind !== 'code' && !sameText(author.source, cell.source));
    });
  }

  /** Makes the copy the author's notebook again; the student's texts stay among the cells' earlier versions. */
  async resetAll(): Promise<ResetDone> {
    const before: INotebookContent = this.#copy.content;
    const own = new Set(this.#copy.cells.filter(({ id, kind }) => this.#cells.get(id)?.kind !== kind).map(({ id }) => id));
    const here = this.#copy.cells.filter(({ id }) => !own.has(id));
    const edited = this.session.ids.filter((id) => this.session.decision(id).state !== 'pristine');
    const prose = here.filter(({ id, kind, source }) => kind !== 'code' && !sameText(this.#cells.get(id)?.source ?? source, source));
    await Promise.all(edited.map((id) => this.session.act(id, reset)));
    const order = this.author.cells.map(({ id }) => id);
    // A cell that the student has made another kind of cannot stay under its name.
    this.#copy.arrange(order.filter((id) => !own.has(id)), (id) => this.#body(id));
    this.#copy.arrange(order, (id) => this.#body(id));
    for (const { id } of prose) this.#copy.write(id, this.#cells.get(id)?.source ?? '');
    this.#events.moved();
    return {
      cells: edited.length + prose.length + own.size + order.length - here.length,
      undo: () => this.#copy.replace(before),
    };
  }

  /** The document is closed, or is not the course's any more. */
  async close(): Promise<void> {
    this.#part();
    await this.session.flush();
  }

  #part(): void {
    this.#unwatch();
    this.#together = false;
  }

  #body(id: string): SharedCell.Cell {
    const cell = this.#cells.get(id);
    if (cell === undefined) throw new RangeError(`the author's notebook has no cell ${id}`);
    const source = cell.kind === 'code' ? this.session.decision(id).text : cell.source;
    // The file's own shape, checked when it was read.
    return { ...cell.body, cell_type: cell.kind, source } as SharedCell.Cell;
  }

  #reunite(): void {
    if (this.#together || !this.session.known) return;
    this.#together = true;
    const { origin } = this.#copy;
    const before = origin?.notebook === this.author.notebook && origin.course === this.author.course ? origin.known : null;
    if (before === null) this.#recognise();
    const known = new Map(before?.map((cell) => [cell.id, cell]));
    const here = new Map(this.#copy.cells.map((cell) => [cell.id, cell]));
    const order = arrange({
      here: [...here.keys()], theirs: this.author.cells.map(({ id }) => id), known: before?.map(({ id }) => id) ?? null,
    }, (id) => digest(here.get(id)?.source ?? '') === known.get(id)?.base);
    this.#copy.arrange(order, (id) => this.#body(id));
    for (const id of this.session.ids) this.#settle(id, here.get(id)?.source ?? null, known.get(id) ?? null);
    this.#unwatch = this.#copy.watch({
      typed: (id, text) => {
        if (this.#follows(id)) this.session.type(id, text);
        else this.#changed();
      },
      came: (id, text) => { if (!this.#reloading && this.#follows(id) && !sameText(this.session.decision(id).text, text)) void this.session.putBack(id, text); },
      moved: (whole) => {
        if (!whole) this.#changed();
        this.#events.moved();
      },
    });
    this.#events.moved();
  }

  /** The student has changed what only the copy holds. */
  #changed(): void {
    if (this.#reloading) this.#mine = this.#copy.content;
  }

  /** Brings together the two texts of one cell. */
  #settle(id: string, here: string | null, known: KnownCell | null): void {
    if (here === null || !this.#follows(id)) return;
    const { text } = this.session.decision(id);
    const found = verdict(here, text, this.session.record(id), known);
    if (found === 'same') return;
    if (found === 'follow') return this.#copy.write(id, text);
    void this.session.act(id, (record, moment) => brought(record, moment, here, known, this.#saved));
    this.#copy.write(id, this.session.decision(id).text);
  }

  /** A copy that does not say what it knows: prose that has an author's text is that cell. */
  #recognise(): void {
    const cells = this.#copy.cells;
    const taken = new Set(cells.map(({ id }) => id));
    for (const { id, kind, source } of cells) {
      if (kind === 'code' || this.#cells.has(id)) continue;
      const twin = this.author.cells.find((cell) => cell.kind === kind && sameText(cell.source, source) && !taken.has(cell.id));
      if (twin === undefined) continue;
      taken.add(twin.id);
      this.#copy.alias(id, twin.id);
    }
  }

  /** Whether the cell of this name in the copy is the author's code cell: one that the student made prose of is not. */
  #follows(id: string): boolean {
    return this.#cells.get(id)?.kind === 'code' && this.#copy.kind(id) === 'code';
  }

  #decided(id: string, own: boolean): void {
    if (!own && this.#together && this.#follows(id)) this.#copy.write(id, this.session.decision(id).text);
    this.#events.cell(id);
  }
}
