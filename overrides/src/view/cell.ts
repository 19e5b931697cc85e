/** One code cell of the page, with its editor, its controls and its outputs. */
import { CellWork, type CellNews, type WorkActs } from './cell-work.ts';
import { attribute, button, el } from './dom.ts';
import { Editor } from './editor.ts';
import { Output } from './output.ts';
import { readyLink } from './ready-link.ts';
import type { Runnable } from '../run/runner.ts';
import type { PageCell, RunResult, RunState } from '../types.ts';

/** What the student does with a cell. */
export interface CellActs extends WorkActs {
  input(text: string): void;
  run(onward: boolean): void;
  /** Address of the page that looks at the reader's browser. */
  readonly check: string;
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
  readonly #ranNote = el('span', { class: 'satchel-ran' });
  readonly #bar: HTMLElement;
  readonly #work: CellWork;
  #runs = true;

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
    // Room beside the code, for the author's.
    const pane = el('div', { class: 'satchel-pane' });
    this.editor.root.replaceWith(pane);
    pane.append(this.editor.root);
    this.#work = new CellWork(root, this.editor, cell.source, this.#label, () => this.#runs ? this.#runButton : this.editor.root, () => this.#bar, acts);
    const bar = this.#bar = el('div', { class: 'satchel-bar', role: 'group', 'aria-label': `Controls of ${this.#label}` },
      this.#runButton, this.#ranNote, this.#work.controls);
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

  /** Whether there is a Run button. Without one the bar is there only when it has something to say about the text. */
  set runs(runs: boolean) {
    this.#runs = runs;
    if (runs) this.#bar.prepend(this.#runButton);
    else this.#runButton.remove();
    this.#quieten();
  }

  /** Shows what the session has decided. `own` means that the editor has the text already. */
  show(news: CellNews, own: boolean): void {
    if (!own) this.editor.setText(news.decision.text);
    attribute(this.root, 'data-state', news.decision.state);
    this.#work.show(news);
    this.#quieten();
  }

  #quieten(): void {
    const quiet = !this.#runs && [...this.#work.controls.children].every((control) => control instanceof HTMLElement && control.hidden);
    this.#bar.hidden = quiet;
    this.root.toggleAttribute('data-quiet', quiet);
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
    this.#output.refuse(problem, readyLink(this.#acts.check));
  }
}
