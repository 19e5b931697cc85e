/** What a cell shows of the student's work on it: the mark, original, history, reset with its undo, and the question in a conflict. */
import { conflictPanel, type ConflictPanel } from './conflict.ts';
import { button, el, keepFocus, relabel } from './dom.ts';
import type { HistoryView } from './history.ts';
import type { Original } from './original.ts';
import type { Choice, Decision } from '../work/edits.ts';
import type { Version } from '../work/records.ts';
import { clock } from '../words.ts';

/** What the student does about the work on a cell. */
export interface WorkActs {
  reset(): void;
  undo(): void;
  choose(choice: Choice): void;
  putBack(text: string): Promise<void>;
  versions(): readonly Version[];
  say(words: string): void;
  now(): number;
}

/** What is needed of the place where the student writes. */
export interface Writing {
  readonly root: HTMLElement;
  /** Lies behind the text, for marks at its lines. */
  readonly marks: HTMLElement;
  readonly text: string;
  /** The author's text, to be shown. */
  authorBlock(): HTMLElement;
}

/** What a cell is to show besides its text. */
export interface CellNews {
  readonly decision: Decision;
  /** The author's text that the student started from. */
  readonly base: string;
  /** Whether the last act was a reset that can be undone. */
  readonly undoable: boolean;
}

const CHOSEN: Readonly<Record<Choice, string>> = {
  mine: 'Your text stays.', new: 'The other text is in the cell.', both: 'Both texts are in the cell.',
};

export class CellWork {
  /** Mark and buttons, for the cell's bar. */
  readonly controls: HTMLElement;
  readonly #cell: HTMLElement;
  readonly #bar: () => HTMLElement;
  readonly #label: string;
  readonly #author: string;
  readonly #editor: Writing;
  readonly #acts: WorkActs;
  readonly #home: () => HTMLElement;
  readonly #badge = el('span', { class: 'satchel-badge', hidden: true });
  readonly #originalButton: HTMLButtonElement;
  readonly #historyButton: HTMLButtonElement;
  readonly #resetButton: HTMLButtonElement;
  readonly #undoButton: HTMLButtonElement;
  #original: Original | null = null;
  #history: HistoryView | null = null;
  #conflict: ConflictPanel | null = null;

  /** `home` says what gets the focus when what had it has gone. `bar` is where the history opens below. */
  constructor(cell: HTMLElement, editor: Writing, author: string, label: string, home: () => HTMLElement, bar: () => HTMLElement, acts: WorkActs) {
    this.#cell = cell;
    this.#editor = editor;
    this.#author = author;
    this.#label = label;
    this.#home = home;
    this.#bar = bar;
    this.#acts = acts;
    this.#originalButton = button('satchel-show-original', 'Show original', () => void this.#toggleOriginal());
    this.#historyButton = button('satchel-history', 'Earlier versions', () => void this.#toggleHistory());
    this.#resetButton = button('satchel-reset', 'Reset', acts.reset);
    this.#resetButton.title = 'Back to the author\'s text. Yours stays in the earlier versions.';
    this.#undoButton = button('satchel-undo', 'Undo reset', acts.undo);
    for (const opener of [this.#originalButton, this.#historyButton]) {
      opener.setAttribute('aria-expanded', 'false');
      opener.hidden = true;
    }
    this.controls = el('span', { class: 'satchel-edit-controls' },
      this.#badge, this.#originalButton, this.#historyButton, this.#resetButton, this.#undoButton);
  }

  /** Shows what the session has decided. */
  show({ decision, base, undoable }: CellNews): void {
    const { state, text, since } = decision;
    const changed = state !== 'pristine';
    keepFocus(this.controls, () => {
      this.#badge.hidden = !changed;
      this.#resetButton.hidden = !changed;
      this.#originalButton.hidden = !changed;
      this.#historyButton.hidden = this.#acts.versions().length === 0;
      this.#undoButton.hidden = changed || !undoable;
    }, this.#undoButton, this.#resetButton, this.#home());
    const words = since === null ? 'Edited' : `Edited ${clock(since, this.#acts.now())}`;
    if (this.#badge.textContent !== words) this.#badge.textContent = words;
    if (!changed) this.#closeOriginal();
    this.#original?.update(text);
    this.#history?.update();
    this.#ask(decision, base);
  }

  #ask({ against, text }: Decision, base: string): void {
    // The question is asked once per pair of texts; typing must not close an open comparison.
    if (against !== null && this.#conflict?.about === `${against.kind} ${against.text}`) return this.#conflict.update(text);
    const old = this.#conflict;
    this.#conflict = against === null ? null
      : conflictPanel({ against, mine: text, base }, this.#label, (choice) => {
        this.#acts.choose(choice);
        this.#acts.say(`${CHOSEN[choice]} What is not shown is in the earlier versions.`);
      });
    keepFocus(this.#cell, () => {
      old?.root.remove();
      if (this.#conflict) this.#cell.prepend(this.#conflict.root);
    }, this.#home());
  }

  async #toggleOriginal(): Promise<void> {
    if (this.#original) return this.#closeOriginal();
    try {
      const { Original } = await import('./original.ts');
      if (this.#original || this.#originalButton.hidden) return;
      this.#original = new Original(this.#author, this.#editor.authorBlock(), this.#label, this.#editor.marks, () => this.#closeOriginal());
      this.#original.update(this.#editor.text);
      this.#editor.root.after(this.#original.root);
      this.#opened(this.#originalButton, 'Hide original', true);
    } catch (error) {
      this.#sorry(error);
    }
  }

  #closeOriginal(): void {
    const original = this.#original;
    if (!original) return;
    this.#original = null;
    this.#opened(this.#originalButton, 'Show original', false);
    keepFocus(original.root, () => original.remove(), this.#originalButton, this.#home());
  }

  async #toggleHistory(): Promise<void> {
    if (this.#history) return this.#closeHistory();
    try {
      const { HistoryView } = await import('./history.ts');
      if (this.#history) return;
      this.#history = new HistoryView({
        label: this.#label,
        versions: () => this.#acts.versions(),
        text: () => this.#editor.text,
        putBack: (text) => this.#acts.putBack(text),
        close: () => this.#closeHistory(),
        now: () => this.#acts.now(),
      });
      this.#bar().after(this.#history.root);
      this.#opened(this.#historyButton, 'Hide versions', true);
      this.#history.focus();
    } catch (error) {
      this.#sorry(error);
    }
  }

  #closeHistory(): void {
    const history = this.#history;
    if (!history) return;
    this.#history = null;
    this.#opened(this.#historyButton, 'Earlier versions', false);
    keepFocus(history.root, () => history.root.remove(), this.#historyButton, this.#home());
  }

  #opened(opener: HTMLButtonElement, label: string, open: boolean): void {
    opener.setAttribute('aria-expanded', String(open));
    relabel(opener, label);
  }

  #sorry(error: unknown): void {
    console.warn('satchel: a part of the page could not be loaded', error);
    this.#acts.say('This could not be loaded. Your work is safe; reload the page and try again.');
  }
}
