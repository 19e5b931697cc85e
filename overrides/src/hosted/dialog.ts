/** The dialog in which a student connects a page to the hosted Python: steps, the field for the token, and what came of it. */
import type { HubPlace } from '../types.ts';
import { button, el, keepFocus } from '../view/dom.ts';
import { tokenPage } from './addresses.ts';
import { introWords, KEPT_SECRET, TITLE } from './words.ts';
import { vscodeSection } from './vscode.ts';

/** What the student does in the dialog. */
export interface DialogActs {
  /** Connects with this token, which the dialog has forgotten already. */
  connect(token: string): void;
  /** Gives up what is being done. */
  cancel(): void;
  disconnect(): void;
  say(words: string): void;
}

/** Words for the way back. */
export function backLabel(own: boolean): string {
  return own ? 'Use the browser’s Python' : 'Disconnect';
}

export class HostedDialog {
  readonly root: HTMLDialogElement;
  readonly #place: HubPlace;
  readonly #acts: DialogActs;
  readonly #own: boolean;
  readonly #body = el('div', {});
  readonly #message = el('div', { class: 'satchel-message', role: 'status', tabindex: '-1' });
  readonly #vscode: ReturnType<typeof vscodeSection>;
  readonly #launch: string;

  /** `launch` opens the activity on the hub; `own`: whether the page has a Python to go back to. */
  constructor(place: HubPlace, launch: string, own: boolean, acts: DialogActs) {
    this.#place = place;
    this.#launch = launch;
    this.#own = own;
    this.#acts = acts;
    this.#vscode = vscodeSection(place, (words) => acts.say(words));
    this.root = el('dialog', { id: 'satchel-hosted', class: 'satchel-dialog', 'aria-labelledby': 'satchel-hosted-title' },
      el('div', { class: 'satchel-head' },
        el('h2', { id: 'satchel-hosted-title' }, TITLE), button('satchel-close', 'Close', () => this.root.close())),
      this.#body, this.#message, this.#vscode.root);
    // The book's own script keeps Escape on a fold from reaching the dialog.
    this.root.addEventListener('keydown', (event) => {
      event.stopPropagation();
      if (event.key !== 'Escape') return;
      event.preventDefault();
      this.root.close();
    });
    this.root.addEventListener('close', () => acts.cancel());
  }

  show(): void {
    if (!this.root.open) this.root.showModal();
  }

  close(): void {
    this.root.close();
  }

  /** Asks for a token. */
  ask(): void {
    const { hub, label } = this.#place;
    const field = el('input', {
      id: 'satchel-token', class: 'satchel-token', type: 'password', autocomplete: 'off', spellcheck: 'false', autocapitalize: 'off', required: true,
    });
    const form = el('form', { class: 'satchel-token-form' },
      el('label', { for: 'satchel-token' }, 'Token'), field,
      el('button', { type: 'submit', class: 'satchel-button satchel-connect' }, 'Connect'));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const token = field.value.trim();
      field.value = '';
      if (token !== '') this.#acts.connect(token);
    });
    const out = (href: string, words: string): HTMLAnchorElement =>
      el('a', { href, target: '_blank', rel: 'noopener' }, words, el('span', { class: 'satchel-hidden' }, ' (new window)'));
    this.#put(
      el('p', {}, introWords(label)),
      el('ol', { class: 'satchel-how' },
        el('li', {}, el('strong', {}, 'Start your server: '), out(this.#launch, `open the activity on ${label}`),
          ' and wait until the notebook is there. If it is running already, go on.'),
        el('li', {}, el('strong', {}, 'Make a token: '), out(tokenPage(hub), 'open the token page'),
          ', press “Request new API token” and copy what appears. It may expire in a few hours; leave the other fields as they are.'),
        el('li', {}, el('strong', {}, 'Paste it here '), 'and press Connect.', form)),
      el('p', { class: 'satchel-fine' }, KEPT_SECRET));
  }

  /** Says what is being done. */
  busy(words: string): void {
    this.tell(words, 'busy', button('satchel-cancel', 'Cancel', () => { this.#acts.cancel(); this.tell('', 'quiet'); this.ask(); this.#first(); }));
  }

  /** Says that something did not work, and asks again. */
  failed(words: string, ...acts: readonly HTMLElement[]): void {
    this.ask();
    this.tell(words, 'bad', ...acts);
    (acts[0] ?? this.root.querySelector<HTMLElement>('.satchel-token'))?.focus();
  }

  /** Shows the connection. */
  connected(words: string, server: string): void {
    this.#put(el('p', {}, words),
      el('p', {}, 'To end it, leave the page or press the button.'),
      el('div', { class: 'satchel-choices' }, button('satchel-disconnect', backLabel(this.#own), () => this.#acts.disconnect())));
    this.tell('', 'quiet');
    this.#vscode.server(server);
  }

  /** Shows a sentence; an empty one takes it away. */
  tell(words: string, tone: 'busy' | 'bad' | 'quiet', ...acts: readonly HTMLElement[]): void {
    this.#message.setAttribute('role', tone === 'bad' ? 'alert' : 'status');
    this.#message.dataset.tone = tone;
    const parts = words === '' ? [] : [el('p', {}, words), ...acts.length > 0 ? [el('div', { class: 'satchel-choices' }, ...acts)] : []];
    keepFocus(this.root, () => this.#message.replaceChildren(...parts), this.#message);
    if (words !== '') this.#message.scrollIntoView({ block: 'nearest' });
  }

  #put(...nodes: readonly HTMLElement[]): void {
    keepFocus(this.#body, () => this.#body.replaceChildren(...nodes), this.#message);
  }

  #first(): void {
    this.root.querySelector<HTMLElement>('.satchel-token')?.focus();
  }
}
