/** Asks what to do when a cell has two texts. Whatever the answer, the other text stays in the cell's history. */
import { button, el } from './dom.ts';
import type { Against, Choice } from '../work/edits.ts';

/** What there is to compare. `base` is the author's text that the student started from. */
export interface Dispute {
  readonly against: Against;
  readonly mine: string;
  readonly base: string;
}

/** The question above a cell. */
export interface ConflictPanel {
  readonly root: HTMLElement;
  /** Which second text it is about. */
  readonly about: string;
  /** The student has typed on: the cell holds `mine` now. */
  update(mine: string): void;
}

interface Words {
  readonly title: string;
  readonly body: string;
  readonly take: string;
  /** The second text, as in "From your text to …". */
  readonly theirs: string;
}

const BOTH = 'Both texts are kept. The one in the cell is the one from here; choose which to go on with.';

/** What is asked, by where the second text is from. */
export const WORDS: Readonly<Record<Against['kind'], Words>> = {
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
  backup: { title: 'Your backup has another text for this cell.', body: BOTH, take: 'Take the backup\'s', theirs: 'the backup\'s text' },
  frame: {
    title: 'You wrote something else in this cell inside the other site.', body: BOTH, take: 'Take the other one', theirs: 'the text from the other site',
  },
  notebook: { title: 'This cell was also changed in the notebook view.', body: BOTH, take: 'Take the notebook\'s', theirs: 'the notebook\'s text' },
  file: { title: 'The notebook that you brought in has another text for this cell.', body: BOTH, take: 'Take the notebook\'s', theirs: 'the notebook\'s text' },
  moved: { title: 'You also changed this cell on its earlier page.', body: BOTH, take: 'Take the earlier one', theirs: 'the earlier page\'s text' },
};

/** Longest pair of texts whose comparison is open from the start, in lines. */
const SHORT = 16;

function lineCount(text: string): number {
  return text.split('\n').length;
}

/** The question, ready to be put above the cell that readers call `label`, or above a page's notes. */
export function conflictPanel({ against, mine, base }: Dispute, label: string, choose: (choice: Choice) => void, notes = false): ConflictPanel {
  const words = WORDS[against.kind];
  const title = notes ? words.title.replace('This cell was', 'Your notes were').replace('this cell', 'these notes') : words.title;
  const author = against.kind === 'author';
  const content = el('div', {});
  const diff = el('details', { class: 'satchel-diff' }, el('summary', {}, 'What is different?'), content);
  let text = mine;
  let shown: string | null = null;
  const fill = async (): Promise<void> => {
    if (!diff.open || shown === text) return;
    shown = text;
    const parts: (HTMLElement | string)[] = [];
    try {
      const { comparison } = await import('./compare.ts');
      if (author) parts.push(caption('What the author changed'), comparison(base, against.text));
      parts.push(caption(`From your text to ${words.theirs}`), comparison(text, against.text));
    } catch (error) {
      console.warn('satchel: the comparison could not be loaded', error);
      parts.push(caption(`The comparison could not be loaded. This is ${words.theirs}:`),
        el('pre', { class: 'satchel-lines', tabindex: '0' }, against.text));
    }
    content.replaceChildren(...parts);
  };
  diff.addEventListener('toggle', () => void fill());
  diff.open = lineCount(mine) + lineCount(against.text) <= SHORT;
  const root = el('div', { class: 'satchel-conflict', role: 'group', 'aria-label': `${label}: ${title}` },
    el('p', {}, el('strong', {}, title), ` ${words.body}`),
    el('div', { class: 'satchel-choices' },
      button('satchel-keep-mine', author ? 'Keep mine' : 'Keep this one', () => choose('mine')),
      button('satchel-take-new', words.take, () => choose('new')),
      button('satchel-keep-both', 'Keep both', () => choose('both'))),
    diff);
  return {
    root,
    about: `${against.kind} ${against.text}`,
    update: (now) => {
      text = now;
      void fill();
    },
  };
}

function caption(words: string): HTMLElement {
  return el('p', { class: 'satchel-caption' }, words);
}
