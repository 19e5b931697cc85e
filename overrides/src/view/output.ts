/** A cell's outputs: the old ones stay, dimmed, until the first new one arrives. */
import { el } from './dom.ts';

/** What counts as an output even without text. */
const VISIBLE = 'img, svg, canvas, video, audio, iframe, table, form, input, button, hr';

function hasContent(element: HTMLElement): boolean {
  return (element.textContent ?? '').trim() !== '' || element.querySelector(VISIBLE) !== null;
}

export class Output {
  readonly root: HTMLElement;
  readonly #live = el('div', { class: 'satchel-live' });
  readonly #watch: MutationObserver;
  #old: HTMLElement | null = null;

  /** Takes over the page's stored outputs in `stored`, or makes an empty place behind `last`. */
  constructor(stored: HTMLElement | null, last: Element, label: string) {
    this.root = stored ?? el('div', { class: 'cell_output docutils container' });
    if (stored === null) last.after(this.root);
    this.root.classList.add('satchel-output');
    this.root.setAttribute('role', 'region');
    this.root.setAttribute('aria-label', label);
    this.root.hidden = !hasContent(this.root);
    this.#watch = new MutationObserver(() => this.#look());
  }

  /** A run begins. Returns the element its outputs belong into; it is the same one for every run. */
  begin(): HTMLElement {
    this.root.querySelector('.satchel-problem')?.remove();
    this.#old ??= this.#standIn();
    this.#live.classList.add('satchel-coming');
    this.root.replaceChildren(this.#old, this.#live);
    this.root.setAttribute('aria-busy', 'true');
    this.root.hidden = false;
    const details = this.root.closest('details');
    if (details) details.open = true;
    this.#watch.observe(this.#live, { childList: true, subtree: true, characterData: true });
    return this.#live;
  }

  /** The run ended; outputs may still come from callbacks of widgets. */
  end(): void {
    this.#reveal();
    this.root.hidden = !hasContent(this.#live);
  }

  /** There was no run: the old outputs stay, with `problem` in front of them, and `help` at its end. */
  refuse(problem: string, help: Node): void {
    this.#watch.disconnect();
    this.root.removeAttribute('aria-busy');
    this.root.querySelector('.satchel-problem')?.remove();
    this.root.prepend(el('p', { class: 'satchel-problem', role: 'alert' }, problem, ' ', help));
    this.root.hidden = false;
  }

  /** The first words of the outputs, for a screen reader; at most `limit` UTF-16 units. */
  excerpt(limit: number): string {
    const words = (this.#live.textContent ?? '').replace(/\s+/g, ' ').trim();
    return words.length > limit ? `${words.slice(0, limit)}…` : words;
  }

  /** What stays visible for the time being: the page's stored outputs, or a copy of the last run's, which end with their run. */
  #standIn(): HTMLElement {
    const stored = !this.root.contains(this.#live);
    const nodes = stored ? [...this.root.childNodes] : [...this.#live.childNodes].map((node) => node.cloneNode(true));
    const old = el('div', { class: 'satchel-old', inert: true }, ...nodes);
    if (!stored) for (const named of old.querySelectorAll('[id]')) named.removeAttribute('id');
    return old;
  }

  #look(): void {
    if (!hasContent(this.#live)) return;
    performance.mark('satchel:output');
    this.#reveal();
  }

  #reveal(): void {
    this.#watch.disconnect();
    this.#old?.remove();
    this.#old = null;
    this.#live.classList.remove('satchel-coming');
    this.root.removeAttribute('aria-busy');
  }
}
