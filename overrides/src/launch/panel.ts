/** What the student sees of a launch, below its button. In a chunk of its own. */
import { button, el, keepFocus } from '../view/dom.ts';
import { clock } from '../words.ts';
import { along } from './along.ts';
import { patience } from './patience.ts';
import { placeIn } from './place.ts';
import { probe } from './probe.ts';
import { answered, told, type LaunchState } from './state.ts';
import type { LaunchPorts } from './watch.ts';

/** Where launch links stand; what is told of one stands at its end or behind it. */
const REGIONS = '.satchel-launch, .satchel-routes, .satchel-starts, .satchel-hosted-ways';

class Launching {
  readonly root = el('div', { class: 'satchel-launching', role: 'group', 'aria-label': 'Opening the server' });
  readonly #link: HTMLAnchorElement;
  readonly #ports: LaunchPorts;
  readonly #again: () => void;
  readonly #opened: number;
  #state: LaunchState;
  #over = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(link: HTMLAnchorElement, state: LaunchState, ports: LaunchPorts, again: () => void) {
    this.#link = link;
    this.#state = state;
    this.#ports = ports;
    this.#again = again;
    this.#opened = ports.now();
    this.#show();
    void probe(link.href).then((answer) => this.#become(answered(this.#state, answer)));
    // A sign-in is no start of a server, so it is never late.
    if (state === 'opening' && !link.matches('.satchel-sign-in')) {
      this.#timer = setTimeout(() => { if (this.#state === 'open' || this.#state === 'opening') this.#become('late'); }, patience(link.dataset['wait'] ?? ''));
    }
  }

  /** Another launch takes its place. */
  end(): void {
    this.#over = true;
    clearTimeout(this.#timer);
    keepFocus(this.root, () => this.root.remove(), this.#link);
  }

  #become(state: LaunchState): void {
    // After the expected wait, an answer that comes late is no news.
    if (this.#over || state === this.#state || this.#state === 'late') return;
    const quiet = this.#state === 'opening' && state === 'open';
    this.#state = state;
    if (quiet) this.root.setAttribute('data-launch', state);
    else this.#show();
  }

  #show(): void {
    const { label = 'The server', wait = '' } = this.#link.dataset;
    const { title, words, retry } = told(this.#state, { label, wait }, this.#ports.saved());
    const { take } = this.#ports;
    const acts = [
      ...this.#state === 'blocked' ? [el('a', { class: 'satchel-button satchel-open-plain', href: this.#link.href, target: '_blank', rel: 'noopener' }, `Open ${label}`)] : [],
      ...retry ? [button('satchel-try-again', 'Try again', this.#again)] : [],
      ...retry && take ? [button('satchel-launch-download', 'Download the notebook', () => void this.#download(take))] : [],
      button('satchel-close', 'Close', () => this.end()),
    ];
    const opened = this.#state === 'blocked' ? [] : [el('span', { class: 'satchel-when' }, `opened ${clock(this.#opened, this.#ports.now())}`)];
    keepFocus(this.root, () => {
      this.root.setAttribute('data-launch', this.#state);
      this.root.replaceChildren(el('p', { class: 'satchel-launching-title' }, el('strong', {}, title), ...opened),
        ...words.map((sentence) => el('p', {}, sentence)), el('div', { class: 'satchel-choices' }, ...acts));
    }, ...acts);
    this.#ports.say([`${title}.`, ...words].join(' '));
  }

  async #download(take: NonNullable<LaunchPorts['take']>): Promise<void> {
    try {
      for (const problem of await take(null)) this.#ports.tell(`The notebook holds your texts only, as the author's could not be had: ${problem}`);
    } catch (error) {
      this.#ports.tell(`The notebook could not be made: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

const shown = new WeakMap<Element, Launching>();

/** Shows what becomes of the launch of `link`. `again` is what to do when the student tries once more. */
export function follow(link: HTMLAnchorElement, state: LaunchState, ports: LaunchPorts, again: () => void): void {
  const region = link.closest(REGIONS) ?? link;
  shown.get(region)?.end();
  const launching = new Launching(link, state, ports, again);
  shown.set(region, launching);
  if (region.matches('.satchel-starts')) region.append(launching.root);
  else region.after(launching.root);
  launching.root.scrollIntoView({ block: 'nearest' });
}

let box: HTMLElement | null = null;

/** Shows that so many cells of the page are the student's, and how to take them to the server; nothing to take removes it. */
export function showAlong(cells: number, ports: LaunchPorts): void {
  const region = document.querySelector('.satchel-launch, .satchel-routes');
  const links = [...region?.querySelectorAll<HTMLAnchorElement>('a.satchel-open-hosted') ?? []];
  const [first] = links;
  const { take } = ports;
  const files = ports.files();
  const old = box;
  box = region === null || first === undefined || take === null || (cells === 0 && files === null) ? null
    : along({ cells, place: links.map(({ href }) => placeIn(href)).find((place) => place !== null) ?? null, label: first.dataset['label'] ?? 'the server', files }, { ...ports, take });
  if (old !== null) keepFocus(old, () => { if (box) old.replaceWith(box); else old.remove(); }, ...box?.querySelectorAll<HTMLElement>('button') ?? [], ...links);
  else if (box !== null) region?.before(box);
}
