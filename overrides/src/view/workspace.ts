/** The panel with the student's work in the whole course. In a chunk of its own, fetched when it is opened. */
import { button, el } from './dom.ts';
import { isEdited, type Version, type Why } from '../work/records.ts';
import type { Bringing, Library } from '../store/library.ts';
import type { PageConfig, Parsed } from '../types.ts';
import { bytes, clock, plural } from '../words.ts';
import type { StoredEdit, Work } from '../work/archive.ts';

export interface WorkspacePorts {
  readonly page: PageConfig;
  readonly library: Library;
  /** Downloads a backup. Resolves with what could not be put into it. */
  backup(): Promise<readonly string[]>;
  unpack(file: Blob): Promise<Parsed<Work>>;
  /** Resets this page's cells. Resolves with their number and how to take it back. */
  resetPage(): Promise<{ cells: number; undo: () => Promise<void> }>;
  /** Puts an earlier text into a cell of this page. */
  putBack(cell: string, text: string): Promise<void>;
  /** URL of a cell on its page. */
  link(edit: StoredEdit): string;
  now(): number;
}

const WHY: Readonly<Record<Why, string>> = {
  typed: 'before a pause', ran: 'when it ran', reset: 'before a reset', replaced: 'before it was replaced',
  choice: 'set aside in a choice', restored: 'before a restore', 'other tab': 'from another tab', elsewhere: 'from elsewhere',
};

function told(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export class Workspace {
  readonly root: HTMLDialogElement;
  readonly #ports: WorkspacePorts;
  readonly #summary = el('p', { class: 'satchel-summary' });
  readonly #list = el('div', { class: 'satchel-list' });
  readonly #message = el('div', { class: 'satchel-message', role: 'status' });
  readonly #facts = el('p', { class: 'satchel-facts' });

  constructor(ports: WorkspacePorts) {
    this.#ports = ports;
    const file = el('input', { type: 'file', class: 'satchel-hidden', accept: '.zip,.json,application/zip,application/json' });
    file.addEventListener('change', () => {
      const [chosen] = file.files ?? [];
      file.value = '';
      if (chosen) void this.#try(() => this.#offer(chosen));
    });
    const close = button('satchel-close', 'Close', () => this.root.close());
    this.root = el('dialog', { id: 'satchel-workspace', 'aria-labelledby': 'satchel-workspace-title' },
      el('div', { class: 'satchel-head' }, el('h2', { id: 'satchel-workspace-title' }, 'My work'), close),
      this.#summary, this.#message, this.#list,
      el('section', { 'aria-label': 'Backup' }, el('h3', {}, 'Backup'),
        el('p', {}, 'A zip with your notebooks, which open in any Jupyter, and an exact copy of your work for this site.'),
        el('div', { class: 'satchel-choices' },
          button('satchel-backup', 'Download backup', () => void this.#try(() => this.#save())),
          el('label', { class: 'satchel-button satchel-restore' }, 'Restore from a backup…', file))),
      el('section', { 'aria-label': 'Start over' }, el('h3', {}, 'Start over'),
        el('div', { class: 'satchel-choices' },
          button('satchel-reset-page', 'Reset this page', () => this.#ask('Put the author\'s text back into every cell of this page?', () => ports.resetPage())),
          button('satchel-reset-course', 'Reset the whole course', () => this.#ask('Put the author\'s text back into every cell of this course?', () => ports.library.resetAll())))),
      el('section', { 'aria-label': 'Where your work is' }, el('h3', {}, 'Where your work is'), this.#facts));
    // The book's own script keeps Escape on a fold from reaching the dialog.
    this.root.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape') return;
      event.preventDefault();
      event.stopPropagation();
      this.root.close();
    });
  }

  /** Shows the panel with what is stored now. */
  async open(): Promise<void> {
    this.#message.replaceChildren();
    if (!this.root.open) this.root.showModal();
    await this.refresh();
  }

  async refresh(): Promise<void> {
    await this.#try(async () => {
      const { edits, unreadable } = await this.#ports.library.all();
      const worth = edits.filter(({ record }) => isEdited(record) || record.versions.length > 0);
      const books = grouped(worth);
      const edited = worth.filter(({ record }) => isEdited(record)).length;
      this.#summary.textContent = edited === 0 ? 'You have not changed any cell of this course yet.'
        : `You have changed ${plural(edited, 'cell')} on ${plural(books.size, 'page')} of “${this.#ports.page.course.title}”.`;
      if (unreadable > 0) this.#summary.append(` ${plural(unreadable, 'entry').replace('entrys', 'entries')} could not be read and stay as they are.`);
      this.#list.replaceChildren(...[...books.values()].map((book) => this.#book(book)));
      await this.#showFacts();
    });
  }

  #book(edits: readonly StoredEdit[]): HTMLElement {
    const [first] = edits;
    const title = first?.record.place.title || first?.notebook || '';
    return el('section', { 'aria-label': title }, el('h3', {}, title), el('ul', {}, ...edits.map((edit) => el('li', {}, this.#item(edit)))));
  }

  #item(edit: StoredEdit): HTMLElement {
    const { record } = edit;
    const here = edit.notebook === this.#ports.page.notebook && this.#ports.page.cells.some(({ id }) => id === edit.cell);
    const gone = edit.notebook === this.#ports.page.notebook && !here;
    const state = gone ? 'no longer on its page' : isEdited(record) ? 'edited' : 'original';
    const excerpt = record.text.split('\n').find((line) => line.trim() !== '') ?? '(empty)';
    const summary = el('summary', {}, el('code', {}, excerpt), el('span', { class: 'satchel-when' }, `${state}, ${clock(record.time, this.#ports.now())}`));
    const texts = el('div', { class: 'satchel-versions' });
    const details = el('details', {}, summary, texts);
    details.addEventListener('toggle', () => {
      if (!details.open || texts.childElementCount > 0) return;
      if (record.place.page !== '' && !gone) {
        const link = el('a', { href: this.#ports.link(edit) }, 'Go to the cell');
        link.addEventListener('click', () => this.root.close());
        texts.append(link);
      }
      texts.append(this.#text('Now', record.text, null));
      for (const version of record.versions) texts.append(this.#version(edit, version, here));
    });
    return details;
  }

  #version(edit: StoredEdit, version: Version, here: boolean): HTMLElement {
    const put = here ? button('satchel-put-back', 'Put back', () => void this.#try(async () => {
      await this.#ports.putBack(edit.cell, version.text);
      await this.refresh();
      this.#say('The earlier text is back in its cell. The one it replaced is in the history.');
    })) : null;
    return this.#text(`${clock(version.time, this.#ports.now())}, ${WHY[version.why]}`, version.text, put);
  }

  #text(caption: string, text: string, act: HTMLElement | null): HTMLElement {
    return el('div', {}, el('p', { class: 'satchel-caption' }, caption, ...(act ? [act] : [])), el('pre', { tabindex: '0' }, text));
  }

  async #save(): Promise<void> {
    const problems = await this.#ports.backup();
    this.#say(problems.length === 0 ? 'The backup has been handed to your browser\'s downloads.'
      : `The backup holds all your work, but not every notebook: ${problems.join('; ')}.`);
  }

  async #offer(file: Blob): Promise<void> {
    const work = await this.#ports.unpack(file);
    if (!work.ok) return this.#say(work.problem);
    const preview = await this.#ports.library.preview(work.value, 'merge');
    const made = work.value.made > 0 ? ` from ${clock(work.value.made, this.#ports.now())}` : '';
    this.#say(`This backup${made} holds ${described(preview)}. Texts that it replaces stay in the history.`,
      button('satchel-restore-now', `Restore ${plural(preview.changes.length, 'cell')}`, () => void this.#try(async () => {
        const done = await this.#ports.library.bring(work.value, 'merge');
        await this.refresh();
        this.#done(`Restored ${described(done)}.`, done.undo);
      })),
      button('satchel-cancel', 'Cancel', () => this.#say('Nothing was changed.')));
  }

  #ask(question: string, act: () => Promise<{ cells: number; undo: () => Promise<void> }>): void {
    this.#say(`${question} Your texts stay in the history.`,
      button('satchel-confirm', 'Reset', () => void this.#try(async () => {
        const { cells, undo } = await act();
        await this.refresh();
        if (cells === 0) this.#say('There was nothing to reset.');
        else this.#done(`${plural(cells, 'cell')} ${cells === 1 ? 'shows' : 'show'} the author's text again.`, undo);
      })),
      button('satchel-cancel', 'Cancel', () => this.#say('Nothing was changed.')));
  }

  #done(words: string, undo: () => Promise<void>): void {
    this.#say(words, button('satchel-undo-all', 'Undo', () => void this.#try(async () => {
      await undo();
      await this.refresh();
      this.#say('Taken back.');
    })));
  }

  #say(words: string, ...buttons: readonly HTMLElement[]): void {
    this.#message.replaceChildren(el('p', {}, words), ...(buttons.length > 0 ? [el('div', { class: 'satchel-choices' }, ...buttons)] : []));
    buttons[0]?.focus();
  }

  async #try(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      this.#say(`That did not work: ${told(error)}`);
    }
  }

  async #showFacts(): Promise<void> {
    const { storage } = navigator;
    // Only present on secure origins.
    const estimate = storage ? await storage.estimate() : {};
    const kept = storage ? await storage.persisted() : false;
    const used = estimate.usage === undefined ? '' : ` This site uses ${bytes(estimate.usage)} here.`;
    this.#facts.textContent = `Your work is kept in this browser on this device, and nowhere else.${used} `
      + (kept ? 'The browser has promised not to clear it by itself.'
        : 'The browser may clear it when space runs short or after a long absence: download a backup now and then.');
  }
}

function grouped(edits: readonly StoredEdit[]): Map<string, StoredEdit[]> {
  const books = new Map<string, StoredEdit[]>();
  for (const edit of edits) books.set(edit.notebook, [...books.get(edit.notebook) ?? [], edit]);
  return books;
}

function described({ changes, counts }: Bringing): string {
  const different = counts.replaces + counts.asks;
  const parts = [counts.new > 0 ? `${counts.new} new here` : '', different > 0 ? `${different} different from what is here` : '', counts.same > 0 ? `${counts.same} the same` : ''];
  return `${plural(changes.length, 'cell')} (${parts.filter((part) => part !== '').join(', ') || 'none'})`;
}
