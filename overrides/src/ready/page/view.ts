/** Shows the answer, the lines below it as they come, and the report that can be copied. */
import { attribute, button, el } from '../../view/dom.ts';
import { inForeignFrame } from '../../view/frame.ts';
import { GROUPS, STATE_WORDS, TITLES, type Check, type Line } from '../line.ts';
import type { Answer } from '../verdict.ts';

export interface ReadyActs {
  again(): void;
  /** The text of the report as it is now. */
  report(): string;
}

/** A picture for each state beside its word. */
const MARKS = { ok: '✓', limited: '!', missing: '✕', unknown: '?' } as const;

/** Begins the name of a line's place in the page. */
const ID = 'satchel-check-';

export class ReadyView {
  readonly #root: HTMLElement;
  readonly #verdict = el('p', { class: 'satchel-verdict' });
  readonly #detail = el('p', { class: 'satchel-verdict-detail' });
  readonly #notable = el('ul', { class: 'satchel-notable', hidden: true });
  readonly #spoken = el('div', { class: 'satchel-hidden', role: 'status', 'aria-live': 'polite' });
  readonly #rows = new Map<Check, HTMLElement>();
  readonly #copied = el('span', { class: 'satchel-copied', role: 'status' });
  readonly #text = el('pre', { class: 'satchel-report', tabindex: '-1', role: 'region', 'aria-label': 'The report' });
  readonly #again: HTMLButtonElement;

  /** Takes the place of what the build wrote into `root` for browsers that run no scripts. */
  constructor(root: HTMLElement, acts: ReadyActs) {
    this.#root = root;
    // It stays reachable while a look goes on, so that a keyboard does not lose its place.
    this.#again = button('satchel-check-again', 'Check again', () => { if (this.#again.ariaDisabled !== 'true') acts.again(); }, 'restart');
    const copy = button('satchel-copy-report', 'Copy report', () => void this.#copy(acts.report()));
    root.replaceChildren(
      el('div', { class: 'satchel-answer' }, this.#verdict, this.#detail, this.#notable,
        ...inForeignFrame() ? [el('a', { class: 'satchel-own-tab', href: location.href, target: '_blank' }, 'Open this page in its own tab')] : []),
      this.#spoken,
      ...GROUPS.map(({ id, title, checks }) => el('section', { class: 'satchel-checks', 'aria-labelledby': `satchel-checks-${id}` },
        el('h2', { id: `satchel-checks-${id}` }, title),
        el('ul', {}, ...checks.map((check) => this.#row(check))))),
      el('section', { class: 'satchel-help-desk', 'aria-labelledby': 'satchel-help-desk' },
        el('h2', { id: 'satchel-help-desk' }, 'For your teacher or a help desk'),
        el('p', {}, 'This is all that “Copy report” copies. It names the browser and the course, not you. Nothing is sent anywhere.'),
        el('div', { class: 'satchel-choices' }, copy, this.#again, this.#copied), this.#text));
  }

  /** Forgets all lines: another look begins. */
  begin(): void {
    for (const row of this.#rows.values()) {
      attribute(row, 'data-state', 'waiting');
      row.querySelector('.satchel-check-state')?.replaceChildren('waiting');
      row.querySelector('.satchel-check-words')?.replaceChildren();
    }
    this.#copied.textContent = '';
    this.#say('Checking your browser.');
  }

  show({ check, state, found, means, cure }: Line): void {
    const row = this.#rows.get(check);
    if (!row) return;
    attribute(row, 'data-state', state);
    row.querySelector('.satchel-check-state')?.replaceChildren(
      el('span', { 'aria-hidden': 'true', class: 'satchel-check-mark' }, MARKS[state]), STATE_WORDS[state]);
    row.querySelector('.satchel-check-words')?.replaceChildren(
      el('p', { class: 'satchel-found' }, found),
      ...means === '' ? [] : [el('p', {}, means)],
      ...cure === '' ? [] : [el('p', { class: 'satchel-cure' }, el('strong', {}, 'What to do: '), cure)]);
  }

  /** `detail` may change many times a second and is not read out; the answer is, once it is there. */
  answer({ verdict, words }: Answer, notable: readonly Check[], detail: string, report: string): void {
    const open = this.#root.getAttribute('data-verdict') !== verdict;
    attribute(this.#root, 'data-verdict', verdict);
    if (this.#verdict.textContent !== words) this.#verdict.textContent = words;
    this.#detail.textContent = detail;
    this.#detail.hidden = detail === '';
    // The same text again would take a reader's selection away.
    if (this.#text.textContent !== report) this.#text.textContent = report;
    const named = verdict === 'running' ? [] : notable;
    if (this.#notable.childElementCount !== named.length) {
      this.#notable.replaceChildren(...named.map((check) => el('li', {}, el('a', { href: `#${ID}${check}` }, TITLES[check]))));
    }
    this.#notable.hidden = named.length === 0;
    if (open && verdict !== 'running') this.#say(words);
    attribute(this.#again, 'aria-disabled', String(verdict === 'running'));
  }

  #row(check: Check): HTMLElement {
    const row = el('li', { id: `${ID}${check}`, 'data-check': check, 'data-state': 'waiting' },
      el('h3', {}, TITLES[check], ' ', el('span', { class: 'satchel-check-state' }, 'waiting')),
      el('div', { class: 'satchel-check-words' }));
    this.#rows.set(check, row);
    return row;
  }

  async #copy(text: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      this.#copied.textContent = 'Copied.';
    } catch {
      // Not offered without https, nor in many frames.
      getSelection()?.selectAllChildren(this.#text);
      this.#text.focus();
      this.#copied.textContent = 'This browser does not let the page copy. The text is selected: press Ctrl+C (on a Mac ⌘C).';
    }
  }

  #say(words: string): void {
    this.#spoken.textContent = words;
  }
}
