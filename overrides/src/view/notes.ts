/** A student's own notes on a page: a field at the end of it that grows with its text. */
import { conflictPanel, type ConflictPanel } from './conflict.ts';
import { button, el, keepFocus, relabel } from './dom.ts';
import type { HistoryView } from './history.ts';
import type { Choice, Decision } from '../work/edits.ts';
import type { Version } from '../work/records.ts';
import { plural } from '../words.ts';

/** What the student does with the notes. */
export interface NotesActs {
  input(text: string): void;
  choose(choice: Choice): void;
  putBack(text: string): Promise<void>;
  versions(): readonly Version[];
  now(): number;
}

/** Fewest lines that the field shows. */
const LEAST = 4;

export class NotesView {
  readonly root: HTMLDetailsElement;
  readonly summary: HTMLElement;
  readonly #acts: NotesActs;
  readonly #field = el('textarea', { class: 'satchel-notes-field', 'aria-label': 'My notes on this page', 'aria-describedby': 'satchel-notes-hint', rows: String(LEAST) });
  readonly #size = el('span', { class: 'satchel-when' });
  readonly #history: HTMLButtonElement;
  #versions: HistoryView | null = null;
  #conflict: ConflictPanel | null = null;

  constructor(acts: NotesActs) {
    this.#acts = acts;
    this.#field.addEventListener('input', () => {
      this.#grow();
      acts.input(this.#field.value);
    });
    this.#history = button('satchel-history', 'Earlier versions', () => void this.#toggleHistory());
    this.#history.setAttribute('aria-expanded', 'false');
    this.#history.hidden = true;
    this.summary = el('summary', {}, el('span', {}, 'My notes'), this.#size);
    this.root = el('details', { id: 'satchel-notes' }, this.summary,
      this.#field,
      el('div', { class: 'satchel-notes-foot' },
        el('p', { id: 'satchel-notes-hint' }, 'Only you see them. They are saved in this browser as you write, and your backup holds them.'), this.#history));
    this.root.addEventListener('toggle', () => this.#grow());
  }

  /** Shows what the session has decided. `own` means that the field has the text already. */
  show(decision: Decision, own: boolean): void {
    const { text } = decision;
    if (!own && this.#field.value !== text) this.#field.value = text;
    const written = text.trim() !== '';
    // Open for a reader who comes back to notes; one who has closed them is left alone.
    if (written && !own && this.#size.textContent === '') this.root.open = true;
    this.#size.textContent = written ? plural(text.trim().split('\n').length, 'line') : '';
    this.#history.hidden = this.#acts.versions().length === 0;
    this.#versions?.update();
    this.#grow();
    this.#ask(decision);
  }

  #ask({ against, text }: Decision): void {
    if (against !== null && this.#conflict?.about === `${against.kind} ${against.text}`) return this.#conflict.update(text);
    const old = this.#conflict;
    this.#conflict = against && conflictPanel({ against, mine: text, base: '' }, 'Your notes', (choice) => this.#acts.choose(choice), true);
    keepFocus(this.root, () => {
      old?.root.remove();
      if (this.#conflict) this.#field.before(this.#conflict.root);
    }, this.#field);
    if (this.#conflict) this.root.open = true;
  }

  #grow(): void {
    const field = this.#field;
    // Where the browser sizes the field by its content, the height would be in the way.
    if (CSS.supports('field-sizing', 'content') || !this.root.open) return;
    field.style.height = 'auto';
    field.style.height = `${field.scrollHeight + 2}px`;
  }

  async #toggleHistory(): Promise<void> {
    if (this.#versions) return this.#closeHistory();
    const { HistoryView } = await import('./history.ts');
    if (this.#versions) return;
    this.#versions = new HistoryView({
      label: 'your notes',
      versions: () => this.#acts.versions(),
      text: () => this.#field.value,
      putBack: (text) => this.#acts.putBack(text),
      close: () => this.#closeHistory(),
      now: () => this.#acts.now(),
    });
    this.root.append(this.#versions.root);
    this.#history.setAttribute('aria-expanded', 'true');
    relabel(this.#history, 'Hide versions');
    this.#versions.focus();
  }

  #closeHistory(): void {
    const view = this.#versions;
    if (!view) return;
    this.#versions = null;
    this.#history.setAttribute('aria-expanded', 'false');
    relabel(this.#history, 'Earlier versions');
    keepFocus(view.root, () => view.root.remove(), this.#history, this.#field);
  }
}
