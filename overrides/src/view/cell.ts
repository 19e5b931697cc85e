/** One code cell of the page, with its editor, its controls and its outputs. */
import { conflictPanel } from './conflict.ts';
import { attribute, button, el, relabel } from './dom.ts';
import { Editor } from './editor.ts';
import type { Choice, Decision } from '../work/edits.ts';
import { Output } from './output.ts';
import type { Runnable } from '../run/runner.ts';
import type { PageCell, RunResult, RunState } from '../types.ts';
import { clock } from '../words.ts';

/** What the student does with a cell. */
export interface CellActs {
  input(text: string): void;
  run(onward: boolean): void;
  reset(): void;
  undo(): void;
  choose(choice: Choice): void;
  say(words: string): void;
  now(): number;
}

/** What a cell is to show besides its text. */
export interface CellNews {
  readonly decision: Decision;
  /** The author's text that the student started from. */
  readonly base: string;
  /** Whether the last act was a reset that can be undone. */
  readonly undoable: boolean;
}

const RUN_WORDS: Readonly<Record<RunState, string>> = {
  none: '', queued: 'Waiting…', running: 'Running…', ok: 'Done', error: 'Failed',
};

export class CellView implements Runnable {
  readonly root: HTMLElement;
  readonly mayFail: boolean;
  readonly editor: Editor;
  readonly #label: string;
  readonly #acts: CellActs;
  readonly #output: Output;
  readonly #runButton: HTMLButtonElement;
  readonly #resetButton: HTMLButtonElement;
  readonly #undoButton: HTMLButtonElement;
  readonly #originalButton: HTMLButtonElement;
  readonly #ranNote = el('span', { class: 'satchel-ran' });
  readonly #badge = el('span', { class: 'satchel-badge', hidden: true });
  #original: HTMLElement | null = null;
  #conflict: { readonly panel: HTMLElement; readonly about: string } | null = null;

  /** Takes over the cell `root`, whose code is in `pre`. `ordinal` counts from 1 over the page's cells. */
  constructor(root: HTMLElement, pre: HTMLElement, cell: PageCell, ordinal: number, acts: CellActs) {
    this.root = root;
    this.#acts = acts;
    this.#label = `cell ${ordinal}`;
    this.mayFail = cell.tags.includes('raises-exception');
    this.editor = new Editor(pre, cell.source, `Code of ${this.#label}`, acts);
    this.#runButton = button('satchel-run', 'Run', () => acts.run(false), 'run');
    this.#runButton.title = 'Run this cell (Ctrl+Enter; Shift+Enter also goes to the next)';
    this.#runButton.setAttribute('aria-label', `Run ${this.#label}`);
    this.#originalButton = button('satchel-show-original', 'Show original', () => this.#toggleOriginal());
    this.#originalButton.setAttribute('aria-expanded', 'false');
    this.#resetButton = button('satchel-reset', 'Reset', acts.reset);
    this.#resetButton.title = 'Back to the author\'s text. Yours stays in the history.';
    this.#undoButton = button('satchel-undo', 'Undo reset', acts.undo);
    const bar = el('div', { class: 'satchel-bar', role: 'group', 'aria-label': `Controls of ${this.#label}` },
      this.#runButton, this.#ranNote,
      el('span', { class: 'satchel-edit-controls' }, this.#badge, this.#originalButton, this.#resetButton, this.#undoButton));
    const input = [...root.children].find((child) => child.contains(pre)) ?? root;
    if (input === root) root.append(bar);
    else input.after(bar);
    this.#output = new Output(root.querySelector<HTMLElement>('.cell_output'), bar, `Output of ${this.#label}`);
    attribute(root, 'data-state', 'pristine');
    this.mark('none');
  }

  /** What a student reaches for before running the cell. */
  get wishes(): readonly HTMLElement[] {
    return [this.#runButton, this.editor.root];
  }

  /** Shows what the session has decided. `own` means that the editor has the text already. */
  show({ decision, base, undoable }: CellNews, own: boolean): void {
    const { state, text, against, since } = decision;
    if (!own) this.editor.setText(text);
    attribute(this.root, 'data-state', state);
    const changed = state !== 'pristine';
    this.#badge.hidden = !changed;
    this.#resetButton.hidden = !changed;
    this.#originalButton.hidden = !changed;
    this.#undoButton.hidden = changed || !undoable;
    if (!changed && this.#original) this.#toggleOriginal();
    const words = since === null ? 'Edited' : `Edited ${clock(since, this.#acts.now())}`;
    if (this.#badge.textContent !== words) this.#badge.textContent = words;
    // The question is asked once per pair of texts; typing must not close an open comparison.
    const about = against === null ? '' : `${against.kind} ${against.text}`;
    if (about === (this.#conflict?.about ?? '')) return;
    this.#conflict?.panel.remove();
    this.#conflict = null;
    if (against === null) return;
    const panel = conflictPanel({ against, mine: text, base }, (choice) => this.#acts.choose(choice));
    this.root.prepend(panel);
    this.#conflict = { panel, about };
  }

  source(): string {
    return this.editor.text;
  }

  mark(state: RunState): void {
    attribute(this.root, 'data-run', state);
    this.#ranNote.textContent = RUN_WORDS[state];
    this.#ranNote.removeAttribute('title');
  }

  begin(): HTMLElement {
    return this.#output.begin();
  }

  end(result: RunResult, seconds: number): void {
    this.#output.end();
    const took = seconds < 10 ? `${seconds.toFixed(1)} s` : `${Math.round(seconds)} s`;
    const count = result.count === null ? '' : `[${result.count}] `;
    const stopped = result.error?.name === 'KeyboardInterrupt';
    const words = result.ok ? `Done in ${took}` : stopped ? `Stopped after ${took}` : `Failed: ${result.error?.name ?? 'error'}`;
    this.#ranNote.textContent = `${count}${words}`;
    const heard = result.ok ? this.#output.excerpt(160) : result.error?.value ?? '';
    this.#acts.say(`${this.#label}: ${words}. ${heard}`);
  }

  refuse(problem: string): void {
    this.#ranNote.textContent = 'Python did not start';
    this.#output.refuse(problem);
  }

  #toggleOriginal(): void {
    if (this.#original) {
      this.#original.remove();
      this.#original = null;
    } else {
      const code = el('div', { class: 'highlight' }, this.editor.authorBlock());
      this.#original = el('div', { class: 'satchel-original', role: 'region', 'aria-label': `The author's text of ${this.#label}` },
        el('p', { class: 'satchel-caption' }, 'The author\'s text'), code);
      this.editor.root.after(this.#original);
    }
    this.#originalButton.setAttribute('aria-expanded', String(this.#original !== null));
    relabel(this.#originalButton, this.#original ? 'Hide original' : 'Show original');
  }
}
