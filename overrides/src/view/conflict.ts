/** Asks what to do when a cell has two texts. Whatever the answer, the other text stays in the cell's history. */
import { button, el } from './dom.ts';
import type { Against, Choice } from '../work/edits.ts';

/** What there is to compare. `base` is the author's text that the student started from. */
export interface Dispute {
  readonly against: Against;
  readonly mine: string;
  readonly base: string;
}

const WORDS = {
  author: {
    title: 'The book has a new version of this cell.',
    body: 'You had changed the old one. Your text is shown; nothing is lost, whichever you choose.',
    take: 'Take the new one',
    theirs: 'the new version',
  },
  tab: {
    title: 'This cell was also changed in another tab.',
    body: 'Both texts are kept. The latest one is shown; choose which to go on with.',
    take: 'Take the other one',
    theirs: 'the other tab\'s text',
  },
} as const;

/** The question, ready to be put above the cell. */
export function conflictPanel(dispute: Dispute, choose: (choice: Choice) => void): HTMLElement {
  const words = WORDS[dispute.against.kind === 'author' ? 'author' : 'tab'];
  const diff = el('details', { class: 'satchel-diff' }, el('summary', {}, 'What is different?'));
  void fill(diff, dispute);
  return el('div', { class: 'satchel-conflict', role: 'group', 'aria-label': words.title },
    el('p', {}, el('strong', {}, words.title), ` ${words.body}`),
    el('div', { class: 'satchel-choices' },
      button('satchel-keep-mine', 'Keep mine', () => choose('mine')),
      button('satchel-take-new', words.take, () => choose('new')),
      button('satchel-keep-both', 'Keep both', () => choose('both'))),
    diff);
}

async function fill(diff: HTMLElement, { against, mine, base }: Dispute): Promise<void> {
  const words = WORDS[against.kind === 'author' ? 'author' : 'tab'];
  try {
    const { comparison } = await import('./compare.ts');
    if (against.kind === 'author') {
      diff.append(el('p', { class: 'satchel-caption' }, 'What the author changed'), comparison(base, against.text));
    }
    diff.append(el('p', { class: 'satchel-caption' }, `From your text to ${words.theirs}`), comparison(mine, against.text));
  } catch (error) {
    console.warn('satchel: the comparison could not be loaded', error);
    diff.append(el('p', { class: 'satchel-caption' }, `The comparison could not be loaded. This is ${words.theirs}:`),
      el('pre', { class: 'satchel-lines' }, against.text));
  }
}
