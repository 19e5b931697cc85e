/** A page's desk: the student's work on it, kept, shown and handed on, whether or not cells run there. */
import { Library } from './store/library.ts';
import type { Journal } from './store/journal.ts';
import { Session, type Clock } from './store/session.ts';
import type { EditStore } from './store/store.ts';
import { Tabs } from './store/tabs.ts';
import type { PageConfig } from './types.ts';
import { Announcer, el, keepFocus } from './view/dom.ts';
import { inForeignFrame, ownTabLink } from './view/frame.ts';
import { NotesView } from './view/notes.ts';
import { StatusChip } from './view/status.ts';
import { Toolbar, type RunActs } from './view/toolbar.ts';
import type { StoredEdit } from './work/archive.ts';
import { reset } from './work/edits.ts';
import { NOTES } from './work/notes.ts';
import type { Place, Version } from './work/records.ts';

/** What a page's desk works with. */
export interface DeskPorts {
  readonly store: EditStore;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly place: Place;
  /** Address of the page that looks at the reader's browser. */
  readonly check: string;
  /** Downloads everything as a backup; resolves with what could not be put into it. */
  backup(library: Library): Promise<readonly string[]>;
  openWorkspace(): void;
  /** Gives the work to a tab that this page, framed by another site, has opened of itself. */
  lend(tab: Window): void;
  /** Work in these notebooks has changed. */
  changed(notebooks: readonly string[]): void;
  /** The first edit on this page is in the store. */
  begun(): void;
}

/** What the desk tells the page. */
export interface DeskEvents {
  /** What the cell shows has changed; `own` means the student is typing it, so the editor has it already. */
  cell(id: string, own: boolean): void;
}

export class Desk {
  readonly page: PageConfig;
  readonly session: Session;
  readonly library: Library;
  readonly status: StatusChip;
  readonly toolbar: Toolbar;
  readonly notes: NotesView;
  readonly #ports: DeskPorts;
  readonly #announcer = new Announcer();
  readonly #tabs: Tabs;
  #begun = false;

  /** `runs` is what the bar does on a page whose cells run; `null` elsewhere. */
  constructor(page: PageConfig, article: HTMLElement, ports: DeskPorts, events: DeskEvents, runs: RunActs | null) {
    this.page = page;
    this.#ports = ports;
    const now = (): number => ports.clock.now();
    this.session = new Session(page, ports.place, ports.store, ports.journal, ports.clock, {
      cell: (id, own) => { if (id === NOTES) this.#showNotes(own); else events.cell(id, own); },
      storage: (report) => this.status.storage(report),
      saved: (cells) => this.#saved(cells),
      remark: (words) => this.toolbar.tell(words),
    });
    this.library = new Library(page, ports.store, {
      now,
      unsaved: () => [...this.session.ids, NOTES].flatMap((cell): StoredEdit[] => {
        const record = this.session.record(cell);
        return record ? [{ notebook: this.session.notebook, cell, record }] : [];
      }),
      changed: (edits) => this.#changed(edits),
    });
    this.#tabs = new Tabs(page.course.id, (saved) => {
      if (saved.notebook === this.session.notebook) void this.session.refresh();
      ports.changed([saved.notebook]);
    });
    ports.journal.watch(() => void this.session.refresh());
    this.status = new StatusChip({
      now, runs: runs !== null,
      say: (words) => this.say(words),
      save: () => void this.backup(),
      reload: () => location.reload(),
      ownTab: inForeignFrame() ? ownTabLink((tab) => ports.lend(tab)) : null,
      check: { address: ports.check, after: (delay, act) => ports.clock.after(delay, act) },
    });
    const notices = [...this.status.framed ? [this.status.framed] : [], this.status.alarm];
    this.toolbar = new Toolbar(this.status.root, notices, () => ports.openWorkspace(), runs);
    this.notes = new NotesView({
      input: (text) => this.session.type(NOTES, text),
      choose: (choice) => void this.session.choose(NOTES, choice),
      putBack: (text) => this.session.putBack(NOTES, text),
      versions: () => this.versions(NOTES),
      now,
    });
    article.append(this.notes.root, this.toolbar.root, this.#announcer.root);
  }

  /** From now on `runs` is what the bar does with all cells; `way` leads back from the hosted Python while that is used. */
  runs(runs: RunActs | null, way: HTMLButtonElement | null): void {
    this.toolbar.runs(runs, way);
    this.status.python(runs !== null, way !== null);
  }

  /** Address of the page that looks at the reader's browser. */
  get check(): string {
    return this.#ports.check;
  }

  /** Reads a sentence to a screen reader without showing it. */
  say(words: string): void {
    this.#announcer.say(words);
  }

  versions(id: string): readonly Version[] {
    return this.session.record(id)?.versions ?? NONE;
  }

  async backup(): Promise<readonly string[]> {
    await this.session.flush();
    return this.#ports.backup(this.library);
  }

  /** Puts the author's text back into every cell of the page. */
  async resetPage(): Promise<{ cells: number; undo: () => Promise<void> }> {
    const { session } = this;
    const edited = session.ids.filter((id) => session.decision(id).state !== 'pristine');
    const texts = edited.map((id) => [id, session.decision(id).text] as const);
    await Promise.all(edited.map((id) => session.act(id, reset)));
    return { cells: edited.length, undo: async () => { await Promise.all(texts.map(([id, text]) => this.session.putBack(id, text))); } };
  }

  /** Puts what has lost its place, or takes it away, above the notes. */
  showDrawer(drawer: HTMLElement | null): void {
    const old = document.getElementById('satchel-drawer');
    const change = (): void => {
      old?.remove();
      if (drawer) this.notes.root.before(drawer);
    };
    if (old) keepFocus(old, change, ...drawer ? [drawer] : [], this.notes.summary);
    else change();
  }

  #showNotes(own: boolean): void {
    this.notes.show(this.session.decision(NOTES), own);
  }

  #saved(cells: readonly string[]): void {
    this.#tabs.tell({ notebook: this.session.notebook, cells });
    this.#ports.changed([this.session.notebook]);
    if (this.#begun) return;
    this.#begun = true;
    this.#ports.begun();
    // Asked for once there is something to keep; the answer may be no, and the panel says so.
    navigator.storage?.persist().catch((error: unknown) => console.warn('satchel: persistent storage was refused', error));
  }

  async #changed(edits: readonly StoredEdit[]): Promise<void> {
    const books = new Map<string, string[]>();
    for (const { notebook, cell } of edits) books.set(notebook, [...books.get(notebook) ?? [], cell]);
    for (const [notebook, cells] of books) this.#tabs.tell({ notebook, cells });
    await this.session.refresh();
    this.#ports.changed([...books.keys()]);
  }
}

/** One list, so that a view can tell that nothing has changed. */
const NONE: readonly Version[] = [];

/** Where a page's own parts go: the end of its article. */
export function articleOf(page: Document): HTMLElement {
  return page.querySelector<HTMLElement>('article.bd-article') ?? page.querySelector('main') ?? page.body;
}

/** Says at the end of the article that something could not be shown. */
export function sorry(article: HTMLElement, error: unknown): void {
  article.append(el('p', { class: 'satchel-problem', role: 'alert' }, `Your work could not be shown: ${String(error)}`));
}
