/** The chip that says how Python is and whether the student's edits are safe. */
import { attribute, button, el } from './dom.ts';
import type { StorageReport } from '../store/session.ts';
import type { KernelState, Progress } from '../types.ts';
import { keptWords, kernelWords, percent, storageWords } from '../words.ts';

/** States worth interrupting a screen reader for. */
const SPOKEN: Readonly<Partial<Record<KernelState, string>>> = {
  loading: 'Python is loading.', idle: 'Python is ready.', dead: 'Python has stopped.',
};

export class StatusChip {
  readonly root: HTMLElement;
  /** Appears when edits are not saved: what is wrong, and a way out. */
  readonly alarm: HTMLElement;
  readonly #kernel = el('span', { class: 'satchel-kernel' });
  readonly #detail = el('span', { class: 'satchel-detail', 'aria-hidden': 'true' });
  readonly #storage = el('span', { class: 'satchel-storage' });
  readonly #problem = el('p', {});
  readonly #say: (words: string) => void;
  readonly #now: () => number;
  #spoken: KernelState = 'off';

  constructor(say: (words: string) => void, now: () => number, save: () => void) {
    this.#say = say;
    this.#now = now;
    // The chip changes many times a second while Python loads, so it is read on demand; changes that matter are announced.
    this.root = el('div', { id: 'satchel-status', role: 'status', 'aria-live': 'off' },
      el('span', { class: 'satchel-line' }, el('span', { class: 'satchel-dot', 'aria-hidden': 'true' }), this.#kernel, this.#detail),
      el('span', { class: 'satchel-line' }, this.#storage));
    this.alarm = el('div', { class: 'satchel-alarm', role: 'alert', hidden: true },
      this.#problem, button('satchel-download-work', 'Download my work', save));
    this.kernel('off', null, 0);
    this.storage({ state: 'empty', saved: null, problem: null });
  }

  /** `kept`: cells that Python ran on earlier pages, whose variables are still there. */
  kernel(state: KernelState, progress: Progress | null, kept: number): void {
    const { words, detail } = kernelWords(state, progress, kept);
    attribute(this.root, 'data-kernel', state);
    const done = state === 'loading' ? percent(progress) : null;
    if (done === null) this.root.removeAttribute('data-progress');
    else attribute(this.root, 'data-progress', String(done));
    this.root.style.setProperty('--satchel-progress', `${done ?? 0}%`);
    if (this.#kernel.textContent !== words) this.#kernel.textContent = words;
    this.#detail.textContent = detail;
    this.root.title = state === 'loading' && progress ? progress.label : keptWords(kept);
    this.root.toggleAttribute('data-kept', kept > 0);
    const spoken = SPOKEN[state];
    // Between two cells Python is ready for an instant, which is no news.
    if (spoken && state !== this.#spoken && !(state === 'idle' && this.#spoken === 'busy')) this.#say(spoken);
    this.#spoken = state;
  }

  storage({ state, saved, problem }: StorageReport): void {
    attribute(this.root, 'data-storage', state);
    const words = storageWords(state, saved, this.#now());
    if (this.#storage.textContent !== words) this.#storage.textContent = words;
    if (problem !== null && this.#problem.textContent !== problem) this.#problem.textContent = problem;
    this.alarm.hidden = problem === null;
  }
}
