/** The section in which a reader keeps the course for use without a connection, sees how that stands, and ends it. */
import { button, el, keepFocus } from './dom.ts';
import { LIMITS, share, spoken } from '../offline/offer.ts';
import type { Standing } from '../offline/standing.ts';
import { bytes } from '../words.ts';

/** What the section does. */
export interface OfflineActs {
  keep(): void;
  stop(): void;
  remove(): void;
  /** Calls back now and on every change of how it stands. */
  watch(listener: (standing: Standing) => void): () => void;
}

/** What is shown of a standing: sentences, the names of the buttons that there are, and whether there is a bar. */
interface Shown {
  readonly words: readonly string[];
  readonly problem: string | null;
  readonly acts: Readonly<Partial<Record<'keep' | 'stop' | 'remove', string>>>;
  readonly bar: { readonly done: number; readonly total: number } | null;
}

/** `level` is that of its title; `id` is for the title, which must be one of a kind on the page. */
export function offlineSection(acts: OfflineActs, level: 'h2' | 'h3', id: string): HTMLElement {
  const words = el('div', { class: 'satchel-offline-words' });
  const problem = el('p', { class: 'satchel-offline-problem', role: 'alert' });
  const bar = el('progress', { class: 'satchel-offline-bar', 'aria-label': 'How much of the course is here' });
  const count = el('p', { class: 'satchel-offline-count' });
  const heard = el('div', { class: 'satchel-hidden', 'aria-live': 'polite' });
  const buttons = {
    keep: button('satchel-keep-offline', '', acts.keep),
    stop: button('satchel-stop-offline', '', acts.stop),
    remove: button('satchel-remove-offline', '', acts.remove),
  };
  const title = el(level, { id }, 'Without a connection');
  const section = el('section', { class: 'satchel-offline', 'aria-labelledby': id, tabindex: '-1' },
    title, words, problem, bar, count, el('div', { class: 'satchel-choices' }, ...Object.values(buttons)), heard);
  let said = 0;
  let last: Standing['kind'] = 'unknown';
  acts.watch((standing) => {
    const shown = shownOf(standing);
    section.dataset.standing = standing.kind;
    if (words.textContent !== shown.words.join('')) words.replaceChildren(...shown.words.map((sentence) => el('p', {}, sentence)));
    if (problem.textContent !== (shown.problem ?? '')) problem.textContent = shown.problem ?? '';
    bar.hidden = count.hidden = shown.bar === null;
    if (shown.bar !== null) {
      const { done, total } = shown.bar;
      bar.max = total;
      bar.value = done;
      count.textContent = `${bytes(done)} of ${bytes(total)}`;
      const now = share(done, total);
      const quarter = standing.kind === 'keeping' ? spoken(now, said) : null;
      if (quarter !== null) { heard.textContent = quarter; said = now; }
    }
    keepFocus(section, () => {
      for (const name of ['keep', 'stop', 'remove'] as const) {
        const label = shown.acts[name];
        buttons[name].hidden = label === undefined;
        if (label !== undefined) buttons[name].querySelector('.satchel-label')?.replaceChildren(label);
      }
    }, buttons.stop, buttons.keep, buttons.remove, section);
    if (last === 'keeping' && standing.kind === 'kept') heard.textContent = 'The course is kept. It opens without a connection now.';
    if (last === 'kept' && standing.kind === 'off') heard.textContent = 'The kept copy is removed.';
    if (standing.kind !== 'keeping') said = 0;
    last = standing.kind;
  });
  return section;
}

function shownOf(standing: Standing): Shown {
  const none = { problem: null, acts: {}, bar: null };
  switch (standing.kind) {
    case 'unknown': return { ...none, words: ['Looking what this browser has of the course…'] };
    case 'no': return { ...none, words: [standing.why] };
    case 'off': return {
      ...none,
      words: [
        `This browser can keep the whole course: all pages, the notebooks and Python, ${bytes(standing.size)} in all. Then it opens at this address without a connection, too.`,
        LIMITS,
      ],
      problem: standing.problem,
      acts: { keep: 'Keep this course for offline use' },
    };
    case 'keeping': return {
      ...none,
      words: [standing.update ? 'What is new in the course is being fetched. The copy you have stays whole until then.'
        : 'The course is being fetched. You can go on reading; if you leave, the next page of the course goes on with it.'],
      acts: { stop: 'Stop' },
      bar: standing,
    };
    case 'part': return {
      words: [standing.elsewhere ? 'Another window is fetching the course.' : 'Not all of the course is here yet, so it does not open without a connection.'],
      problem: standing.problem,
      acts: standing.elsewhere ? { remove: 'Remove' } : { keep: 'Continue', remove: 'Remove' },
      bar: standing,
    };
    case 'kept': {
      const { size, update, problem } = standing;
      const news = update === null ? [] : [update.ready ? 'A new version is here, too. It is used from the next time you open the course.'
        : `A new version of the course is on the site; ${bytes(update.bytes)} of it are not here yet.`];
      return {
        words: [`This course is kept in this browser (${bytes(size)}). It opens at this same address without a connection.`, LIMITS, ...news],
        problem,
        acts: { ...(update?.ready === false ? { keep: 'Bring it up to date' } : {}), remove: 'Remove the kept copy' },
        bar: null,
      };
    }
  }
}
