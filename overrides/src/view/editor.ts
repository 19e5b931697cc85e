/**
 * A cell's code: the page's own `<pre>` until the student reaches for it, then at once a plain text field, then the
 * full editor as soon as its chunk is here. No key is lost on the way, as each change happens within one event.
 */
import type { CodeView } from './codemirror.ts';
import { attribute, el } from './dom.ts';
import { tokens } from './highlight.ts';
import { indentPlain, plainField, setPlain } from './plain.ts';
import { sameText } from '../work/records.ts';
import { selectionIn } from './selection.ts';

type CodeModule = typeof import('./codemirror.ts');

export interface EditorEvents {
  /** The student changed the text. */
  input(text: string): void;
  /** The student asked to run; `onward` means: and go to the next cell. */
  run(onward: boolean): void;
  /** A sentence for a screen reader. */
  say(words: string): void;
}

/** Id of the page's one explanation of the keys. */
export const HINT = 'satchel-keys';

let code: CodeModule | null = null;
let loading: Promise<CodeModule | null> | null = null;

/** Fetches the full editor once. Without it the plain field does; then the next reach tries again. */
async function loadCode(): Promise<CodeModule | null> {
  loading ??= import('./codemirror.ts').then((module) => (code = module), (error: unknown) => {
    console.warn('satchel: the code editor could not be loaded; a plain text field is used', error);
    loading = null;
    return null;
  });
  return loading;
}

export class Editor {
  readonly root: HTMLElement;
  /** Lies behind the text's lines, for marks. */
  readonly marks = el('div', { class: 'satchel-marks', 'aria-hidden': 'true' });
  readonly #pre: HTMLElement;
  readonly #author: string;
  readonly #authorNodes: readonly Node[];
  readonly #label: string;
  readonly #events: EditorEvents;
  #text: string;
  #plain: HTMLTextAreaElement | null = null;
  #code: CodeView | null = null;
  /** The text when the field was opened, where undo ends. */
  #before = '';
  #composing = false;
  #pointed = false;
  #leaving = false;

  /** Takes over the highlighted block around `pre`, which shows the author's text. */
  constructor(pre: HTMLElement, author: string, label: string, events: EditorEvents) {
    this.#pre = pre;
    this.#author = author;
    this.#authorNodes = [...pre.childNodes];
    this.#label = label;
    this.#events = events;
    this.#text = author;
    this.root = el('div', {
      class: 'satchel-editor', tabindex: '0', role: 'textbox', 'aria-multiline': 'true', 'aria-label': label, 'aria-describedby': HINT,
    });
    const block = pre.closest<HTMLElement>('.cell_input > *') ?? pre;
    block.replaceWith(this.root);
    this.root.append(this.marks, block);
    this.#listen();
  }

  get text(): string {
    return this.#text;
  }

  /** A copy of the author's text as the page showed it. */
  authorBlock(): HTMLElement {
    return el('pre', {}, ...this.#authorNodes.map((node) => node.cloneNode(true)));
  }

  /** Shows `text`, which did not come from this editor. */
  setText(text: string): void {
    if (text === this.#text) return;
    this.#text = text;
    this.#code?.setText(text);
    if (this.#plain) setPlain(this.#plain, text);
    this.#paint();
  }

  /** Opens the editor and puts the caret into it. */
  focus(from?: number, to = from): void {
    if (this.#code) {
      if (from !== undefined) this.#code.select(from, to ?? from);
      this.#code.focus();
    } else if (this.#plain) this.#plain.focus();
    else this.#open(from ?? 0, to ?? 0);
  }

  #listen(): void {
    const { root } = this;
    root.addEventListener('pointerenter', () => void loadCode());
    root.addEventListener('pointerdown', () => { this.#pointed = true; void loadCode(); });
    root.addEventListener('pointercancel', () => { this.#pointed = false; });
    // A click that has not ended yet may be a selection; it opens the editor when it is one.
    root.addEventListener('focus', () => { if (!this.#pointed && !this.#active) this.focus(); });
    root.addEventListener('click', (event) => {
      this.#pointed = false;
      if (this.#active || (event.target instanceof Element && event.target.closest('button, a'))) return;
      const selection = selectionIn(this.#pre);
      this.focus(selection?.from ?? this.#text.length, selection?.to);
    });
    root.addEventListener('keydown', (event) => this.#key(event), true);
    root.addEventListener('compositionstart', () => { this.#composing = true; });
    root.addEventListener('compositionend', () => {
      this.#composing = false;
      this.#upgrade();
    });
  }

  get #active(): boolean {
    return this.#plain !== null || this.#code !== null;
  }

  #key(event: KeyboardEvent): void {
    if (event.isComposing || (event.target instanceof Element && event.target.closest('button, a'))) return;
    this.#pointed = false;
    if (event.key === 'Enter' && (event.shiftKey || event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      event.stopPropagation();
      this.#events.run(event.shiftKey);
    } else if (event.key === 'Escape' && this.#active) {
      this.#leaving = true;
      this.#events.say('Tab now leaves the editor.');
    } else if (event.key === 'Tab') {
      // After Escape the browser's own Tab must reach nobody who would turn it into an indent.
      if (this.#leaving) event.stopPropagation();
      else if (this.#plain && !event.shiftKey) {
        event.preventDefault();
        indentPlain(this.#plain);
      }
      this.#leaving = false;
    } else if (!['Shift', 'Control', 'Alt', 'Meta'].includes(event.key)) {
      this.#leaving = false;
      const command = event.ctrlKey || event.metaKey;
      // The field is there before the browser puts the key's letter in.
      if (!this.#active && !(command && event.key.toLowerCase() === 'c')) {
        const selection = selectionIn(this.#pre);
        this.focus(selection?.from, selection?.to);
      }
    }
  }

  #open(from: number, to: number): void {
    this.#before = this.#text;
    if (code) {
      this.#mount(code, from, to);
      this.#code?.focus();
      return;
    }
    const plain = plainField(this.#text, this.#label, HINT, (text) => this.#typed(text));
    this.#plain = plain;
    this.#place(plain);
    plain.setSelectionRange(from, to);
    plain.focus({ preventScroll: true });
    void loadCode().then(() => this.#upgrade());
  }

  #place(field: HTMLElement): void {
    this.#pre.before(field);
    this.#pre.hidden = true;
    // The field inside is the text box now.
    for (const name of ['role', 'tabindex', 'aria-multiline', 'aria-label', 'aria-describedby']) this.root.removeAttribute(name);
    attribute(this.root, 'data-open', '');
  }

  /** From the plain field to the full editor, between two keys. */
  #upgrade(): void {
    const plain = this.#plain;
    if (!plain || !code || this.#composing) return;
    const focused = document.activeElement === plain;
    const { selectionStart, selectionEnd } = plain;
    this.#plain = null;
    this.#mount(code, selectionStart, selectionEnd);
    plain.remove();
    if (focused) this.#code?.focus();
  }

  #mount(module: CodeModule, from: number, to: number): void {
    this.#code = module.openCode({
      before: this.#before, text: this.#text, from, to, label: this.#label, hint: HINT, input: (text) => this.#typed(text),
    });
    this.#place(this.#code.dom);
  }

  #typed(text: string): void {
    if (text === this.#text) return;
    this.#text = text;
    this.#paint();
    this.#events.input(text);
  }

  /** Keeps the `<pre>` true to the text: it is what is shown, copied and printed when no editor is open. */
  #paint(): void {
    if (sameText(this.#text, this.#author)) {
      this.#pre.replaceChildren(...this.#authorNodes);
      return;
    }
    const parts = tokens(this.#text).map(({ text, kind }) => kind ? el('span', { class: kind }, text) : text);
    this.#pre.replaceChildren(...parts, '\n');
  }
}
