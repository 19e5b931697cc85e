/** The earlier versions of one cell: when, why, the text, what differs from now, and the way back. In a chunk of its own. */
import { comparison, plainText } from './compare.ts';
import { button, el } from './dom.ts';
import { sameText, type Version, type Why } from '../work/records.ts';
import { clock, plural } from '../words.ts';

/** What the history needs of its cell. */
export interface HistoryPorts {
  /** As a reader calls it: `cell 3`. */
  readonly label: string;
  /** Newest first. */
  versions(): readonly Version[];
  text(): string;
  /** Puts `text` into the cell; what is there goes to the history. Resolves when it is saved, or when saving failed. */
  putBack(text: string): Promise<void>;
  close(): void;
  now(): number;
}

const WHY: Readonly<Record<Why, string>> = {
  typed: 'as you wrote on', ran: 'when it ran', reset: 'before a reset', replaced: 'before it was replaced',
  choice: 'set aside in a choice', restored: 'before a restore', 'other tab': 'from another tab', elsewhere: 'from elsewhere',
};

/** When and why, in words: `10:32, before a reset`. */
export function versionWords({ time, why }: Version, now: number): string {
  return `${clock(time, now)}, ${WHY[why]}`;
}

/** The first line that `now` does not have, so that versions can be told apart; else the first one. */
export function excerpt(text: string, now: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const known = new Set(now.split('\n'));
  return lines.find((line) => !known.has(line)) ?? lines[0] ?? '(empty)';
}

export class HistoryView {
  readonly root: HTMLElement;
  readonly #ports: HistoryPorts;
  readonly #message = el('div', { class: 'satchel-message', role: 'status' });
  readonly #list = el('ol', {});
  readonly #title = el('p', { class: 'satchel-caption', tabindex: '-1' });
  #shown: readonly Version[] = [];

  constructor(ports: HistoryPorts) {
    this.#ports = ports;
    const hide = button('satchel-close', 'Hide', ports.close);
    hide.setAttribute('aria-label', `Hide the earlier versions of ${ports.label}`);
    this.root = el('div', { class: 'satchel-versions', role: 'region', 'aria-label': `Earlier versions of ${ports.label}` },
      el('div', { class: 'satchel-head' }, this.#title, hide), this.#message, this.#list);
    // Escape closes what a button has opened.
    this.root.addEventListener('keydown', (event) => { if (event.key === 'Escape') ports.close(); });
    this.update();
  }

  focus(): void {
    this.#title.focus();
  }

  /** The cell has changed; a list that is still right stays as it is, so that nothing that is open closes. */
  update(): void {
    const versions = this.#ports.versions();
    if (versions === this.#shown) return;
    this.#shown = versions;
    this.#title.textContent = `${plural(versions.length, 'earlier version')}${versions.length > 1 ? ', newest first' : ''}`;
    this.#list.replaceChildren(...versions.map((version) => this.#item(version)));
  }

  #item(version: Version): HTMLElement {
    const words = versionWords(version, this.#ports.now());
    const first = excerpt(version.text, this.#ports.text());
    const content = el('div', {});
    const details = el('details', {}, el('summary', {}, el('span', {}, words), el('code', {}, first)), content);
    details.addEventListener('toggle', () => {
      if (!details.open) return;
      const now = this.#ports.text();
      content.replaceChildren(plainText(version.text), ...(sameText(now, version.text)
        ? [el('p', { class: 'satchel-caption' }, 'This is what the cell holds now.')]
        : [el('p', { class: 'satchel-caption' }, 'What putting it back would change'), comparison(now, version.text)]));
    });
    const put = button('satchel-put-back', 'Put back', () => void this.#put(version));
    put.setAttribute('aria-label', `Put back the version of ${words}`);
    return el('li', {}, details, put);
  }

  async #put(version: Version): Promise<void> {
    const before = this.#ports.text();
    if (sameText(before, version.text)) return this.#say('This is what the cell holds now.');
    await this.#ports.putBack(version.text);
    const undo = button('satchel-undo-put', 'Undo', () => void this.#ports.putBack(before).then(() => {
      this.#say('Taken back.');
      this.#title.focus();
    }));
    this.#say(`The version of ${clock(version.time, this.#ports.now())} is back. What was there before is in this list.`, undo);
    undo.focus();
  }

  #say(words: string, ...acts: readonly HTMLElement[]): void {
    this.#message.replaceChildren(el('p', {}, words), ...acts);
  }
}
