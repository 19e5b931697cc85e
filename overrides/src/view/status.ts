/** The chip that says how Python is and whether the student's edits are safe, and what is shown when they are not. */
import { attribute, button, el } from './dom.ts';
import { readyLink } from './ready-link.ts';
import type { StorageReport } from '../store/session.ts';
import type { KernelState, Progress } from '../types.ts';
import { FRAMED, FRAMED_OUT, keptWords, kernelWords, percent, storageWords } from '../words.ts';

/** States worth interrupting a screen reader for. */
const SPOKEN: Readonly<Partial<Record<KernelState, string>>> = {
  loading: 'is loading', idle: 'is ready', dead: 'has stopped',
};

/** What the chip needs of its page. */
export interface StatusPorts {
  say(words: string): void;
  now(): number;
  /** Downloads the work. */
  save(): void;
  reload(): void;
  /** The link to this page in its own tab, where another site shows it in a frame; else `null`. */
  readonly ownTab: HTMLAnchorElement | null;
  /** Whether cells run on this page. Elsewhere nothing is said about Python. */
  readonly runs: boolean;
  /** The page that looks at the reader's browser, and a clock that says when a start takes long; `null` where there is none. */
  readonly check: { readonly address: string; after(delay: number, act: () => void): () => void } | null;
}

/** Milliseconds of loading after which a reader wonders whether the browser is to blame. */
const LONG = 20_000;

export class StatusChip {
  readonly root: HTMLElement;
  /** Appears when edits are not saved: what is wrong, and a way out. */
  readonly alarm: HTMLElement;
  /** Says that the page is in a frame of another site, while nothing worse is to be said; `null` where it is not. */
  readonly framed: HTMLElement | null;
  readonly #ports: StatusPorts;
  readonly #kernel = el('span', { class: 'satchel-kernel' });
  readonly #detail = el('span', { class: 'satchel-detail', 'aria-hidden': 'true' });
  readonly #storage = el('span', { class: 'satchel-storage' });
  readonly #problem = el('p', {});
  readonly #reload: HTMLButtonElement;
  readonly #line: HTMLElement;
  /** Shown in the chip when Python failed or takes long. */
  readonly #check: HTMLElement | null;
  #spoken: KernelState = 'off';
  #hosted = false;
  #forget: (() => void) | null = null;

  constructor(ports: StatusPorts) {
    this.#ports = ports;
    // The chip changes many times a second while Python loads, so it is read on demand; changes that matter are announced.
    this.#line = el('span', { class: 'satchel-line', hidden: !ports.runs },
      el('span', { class: 'satchel-dot', 'aria-hidden': 'true' }), this.#kernel, this.#detail);
    this.root = el('div', { id: 'satchel-status', role: 'status', 'aria-live': 'off' }, this.#line,
      el('span', { class: 'satchel-line' }, this.#storage));
    this.#check = ports.check && el('span', { class: 'satchel-line', hidden: true }, readyLink(ports.check.address));
    if (this.#check) this.root.append(this.#check);
    this.#reload = button('satchel-reload', 'Reload the page', ports.reload);
    this.#reload.hidden = true;
    this.alarm = el('div', { class: 'satchel-alarm', role: 'alert', hidden: true },
      this.#problem, button('satchel-download-work', 'Download my work', ports.save), this.#reload,
      ...ports.check ? [readyLink(ports.check.address)] : []);
    this.framed = ports.ownTab && el('div', { class: 'satchel-framed' }, el('p', {}, FRAMED), ports.ownTab);
    this.kernel('off', null, 0);
    this.storage({ state: 'empty', saved: null, problem: null, newer: false });
  }

  /** Whether anything is said about Python, and whether it is one on a server. */
  python(runs: boolean, hosted: boolean): void {
    this.#line.hidden = !runs;
    this.#hosted = hosted;
    this.root.setAttribute('data-python', hosted ? 'hosted' : 'browser');
  }

  /** `kept`: cells that Python ran on earlier pages, whose variables are still there. */
  kernel(state: KernelState, progress: Progress | null, kept: number): void {
    const { words, detail } = kernelWords(state, progress, kept, this.#hosted);
    attribute(this.root, 'data-kernel', state);
    const done = state === 'loading' ? percent(progress) : null;
    if (done === null) this.root.removeAttribute('data-progress');
    else attribute(this.root, 'data-progress', String(done));
    this.root.style.setProperty('--satchel-progress', `${done ?? 0}%`);
    if (this.#kernel.textContent !== words) this.#kernel.textContent = words;
    this.#detail.textContent = detail;
    this.root.title = state === 'loading' && progress ? progress.label : keptWords(kept);
    this.root.toggleAttribute('data-kept', kept > 0);
    this.#offerCheck(state);
    const spoken = SPOKEN[state];
    // Between two cells Python is ready for an instant, which is no news.
    if (spoken && state !== this.#spoken && !(state === 'idle' && this.#spoken === 'busy')) this.#ports.say(`${this.#hosted ? 'The hosted Python' : 'Python'} ${spoken}.`);
    this.#spoken = state;
  }

  /** Offers to look at the browser once Python failed, or when it takes long to come. */
  #offerCheck(state: KernelState): void {
    const place = this.#check;
    const { check } = this.#ports;
    if (!place || !check) return;
    if (state === 'loading' && !this.#hosted) {
      this.#forget ??= check.after(LONG, () => { place.hidden = false; });
      return;
    }
    this.#forget?.();
    this.#forget = null;
    place.hidden = state !== 'dead' || this.#hosted;
  }

  storage(report: StorageReport): void {
    const { state, saved, problem } = report;
    const { ownTab, now } = this.#ports;
    attribute(this.root, 'data-storage', state);
    const words = storageWords(state, saved, now());
    if (this.#storage.textContent !== words) this.#storage.textContent = words;
    const told = problem !== null && state === 'unavailable' && ownTab ? FRAMED_OUT : problem;
    // The same words again would be read out again at every try.
    if (told !== null && this.#problem.textContent !== told) this.#problem.textContent = told;
    // What the browser itself said is for the help desk.
    this.#problem.title = problem !== null && told !== problem ? problem : '';
    this.#reload.hidden = !report.newer;
    if (!this.alarm.hidden && problem === null && state === 'saved') this.#ports.say('Your work is saved again.');
    this.alarm.hidden = problem === null;
    if (!this.framed || !ownTab) return;
    this.framed.hidden = problem !== null;
    const place = problem === null ? this.framed : this.alarm;
    if (ownTab.parentElement !== place) place.append(ownTab);
  }
}
