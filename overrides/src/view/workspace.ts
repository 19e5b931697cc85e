/** The panel with the student's work in the whole course: its frame, its messages, and what belongs where. In a chunk of its own. */
import { button, el, keepFocus } from './dom.ts';
import { backupSection, type BackupPorts } from './workspace-backup.ts';
import { factsSection, type FactsPorts } from './workspace-facts.ts';
import { lostList, workList, type ListPorts } from './workspace-list.ts';
import { olderSection, type OlderPorts } from './workspace-older.ts';
import type { Done } from '../store/library.ts';
import { standing, type CourseMap } from '../work/course.ts';
import { isNotes } from '../work/notes.ts';
import { isEdited } from '../work/records.ts';
import { reminder } from '../work/reminder.ts';
import type { StoredEdit } from '../work/archive.ts';
import { plural } from '../words.ts';

export interface WorkspacePorts extends BackupPorts, FactsPorts, ListPorts, OlderPorts {
  /** Resets this page's cells; `null` where there are none. */
  readonly resetPage: (() => Promise<Done>) | null;
  /** The section about the copy for use without a connection; `null` where there is none. */
  readonly offline: { readonly section: HTMLElement; look(): void } | null;
  map(): Promise<CourseMap | null>;
}

/** How a section of the panel speaks to the student. */
export interface Speaker {
  /** Shows a sentence, and what can be done about it. */
  say(words: string, ...acts: readonly HTMLElement[]): void;
  /** Shows a sentence about something done, with the way back. The panel shows afresh what is stored. */
  done(words: string, undo: () => Promise<void>): Promise<void>;
  /** Carries something out; what goes wrong is shown. */
  attempt(act: () => Promise<void>): Promise<void>;
}

function told(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export class Workspace implements Speaker {
  readonly root: HTMLDialogElement;
  readonly #ports: WorkspacePorts;
  readonly #reminder = el('p', { class: 'satchel-reminder', hidden: true });
  readonly #summary = el('p', { class: 'satchel-summary' });
  readonly #list = el('div', { class: 'satchel-list' });
  readonly #message = el('div', { class: 'satchel-message', role: 'status', tabindex: '-1' });
  readonly #backup: ReturnType<typeof backupSection>;
  readonly #facts: ReturnType<typeof factsSection>;
  readonly #older: ReturnType<typeof olderSection>;

  constructor(ports: WorkspacePorts) {
    this.#ports = ports;
    this.#backup = backupSection({ ...ports, backup: async () => {
      const problems = await ports.backup();
      await this.refresh();
      return problems;
    } }, this);
    this.#facts = factsSection(ports, this);
    this.#older = olderSection(ports, this);
    this.root = el('dialog', { id: 'satchel-workspace', 'aria-labelledby': 'satchel-workspace-title' },
      el('div', { class: 'satchel-head' }, el('h2', { id: 'satchel-workspace-title' }, 'My work'), button('satchel-close', 'Close', () => this.root.close())),
      this.#reminder, this.#summary, this.#message, this.#older.root, this.#list, this.#backup.root, this.#startOver(), this.#facts.root,
      ...(ports.offline ? [ports.offline.section] : []));
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
    this.#backup.close();
    if (!this.root.open) this.root.showModal();
    this.#ports.offline?.look();
    await this.refresh();
    await this.attempt(() => this.#older.look());
  }

  /** Shows what bringing in `file`, which was dropped on the page, would change. */
  async offer(file: Blob): Promise<void> {
    await this.#backup.offer(file);
  }

  /** Shows what is stored now. */
  async refresh(): Promise<void> {
    await this.attempt(async () => {
      const [{ edits, unreadable }, map] = await Promise.all([this.#ports.library.all(), this.#ports.map()]);
      const worth = edits.filter(({ record }) => isEdited(record) || record.versions.length > 0);
      const lost = map === null ? [] : worth.filter(({ notebook, cell, record }) => isEdited(record) && standing(map, notebook, cell).kind !== 'here');
      const kept = worth.filter((edit) => !lost.includes(edit));
      this.#summary.textContent = summary(kept, this.#ports.page.course.title);
      if (unreadable > 0) this.#summary.append(` ${unreadable === 1 ? '1 entry' : `${unreadable} entries`} could not be read and stay as they are.`);
      const words = reminder(edits, this.#ports.lastBackup(), this.#ports.now());
      this.#reminder.textContent = words ?? '';
      this.#reminder.hidden = words === null;
      this.#list.replaceChildren(...workList(kept, map, this.#ports, () => this.root.close()), ...lostList(lost, map, this.#ports, this));
      await this.#facts.update(edits);
    });
  }

  say(words: string, ...acts: readonly HTMLElement[]): void {
    keepFocus(this.root, () => this.#message.replaceChildren(el('p', {}, words), ...(acts.length > 0 ? [el('div', { class: 'satchel-choices' }, ...acts)] : [])),
      ...acts, this.#message);
    if (acts.length > 0) acts[0]?.focus();
    // What is said must be seen, wherever the panel has been scrolled to.
    this.#message.scrollIntoView({ block: 'nearest' });
  }

  async done(words: string, undo: () => Promise<void>): Promise<void> {
    await this.refresh();
    this.say(words, button('satchel-undo-all', 'Undo', () => void this.attempt(async () => {
      await undo();
      await this.refresh();
      this.say('Taken back.');
    })));
  }

  async attempt(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      this.say(`That did not work: ${told(error)}`);
    }
  }

  #startOver(): HTMLElement {
    const { resetPage, library } = this.#ports;
    const page = resetPage && button('satchel-reset-page', 'Reset this page', () => this.#ask('Put the author\'s text back into every cell of this page?', () => resetPage()));
    const course = button('satchel-reset-course', 'Reset the whole course', () =>
      this.#ask('Put the author\'s text back into every cell of this course? Your notes stay.', () => library.resetAll()));
    return el('section', { 'aria-labelledby': 'satchel-over-title' }, el('h3', { id: 'satchel-over-title' }, 'Start over'),
      el('div', { class: 'satchel-choices' }, ...(page ? [page] : []), course));
  }

  #ask(question: string, act: () => Promise<Done>): void {
    this.say(`${question} Your texts stay in the earlier versions.`,
      button('satchel-confirm', 'Reset', () => void this.attempt(async () => {
        const { cells, undo } = await act();
        if (cells === 0) return this.say('There was nothing to reset.');
        await this.done(`${plural(cells, 'cell')} ${cells === 1 ? 'shows' : 'show'} the author's text again.`, undo);
      })),
      button('satchel-cancel', 'Cancel', () => this.say('Nothing was changed.')));
  }
}

function summary(kept: readonly StoredEdit[], course: string): string {
  const edited = kept.filter(({ record }) => isEdited(record));
  const notes = edited.filter(({ cell }) => isNotes(cell)).length;
  const cells = edited.length - notes;
  if (edited.length === 0) return 'You have not changed any cell of this course yet.';
  const parts = [cells > 0 ? `changed ${plural(cells, 'cell')}` : '', notes > 0 ? `written notes on ${plural(notes, 'page')}` : ''];
  return `You have ${parts.filter((part) => part !== '').join(' and ')} of “${course}”.`;
}
