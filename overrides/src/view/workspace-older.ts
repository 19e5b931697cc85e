/** The panel's offer of older work: what lies in this browser under other names, and whether to bring it in. */
import { allWords, changesIn, filesChanging } from './changes.ts';
import { button, el, keepFocus } from './dom.ts';
import type { Speaker } from './workspace.ts';
import type { OlderWork } from '../drive/older.ts';
import type { Answer } from '../store/older-memory.ts';
import type { Brought } from '../store/restore.ts';
import { clock, plural } from '../words.ts';

export interface OlderPorts {
  older: {
    /** All that there is and is not answered yet. */
    find(): Promise<readonly OlderWork[]>;
    bring(work: OlderWork): Promise<Brought & { undo(): Promise<void> }>;
    /** Remembers the answer; `null` forgets it. */
    answer(work: OlderWork, words: Answer | null): void;
  };
  now(): number;
}

export interface OlderSection {
  readonly root: HTMLElement;
  /** Looks for older work and offers it. */
  look(): Promise<void>;
}

export function olderSection({ older, now }: OlderPorts, speaker: Speaker): OlderSection {
  const root = el('div', {});
  const look = async (): Promise<void> => {
    const found = await older.find();
    keepFocus(root, () => root.replaceChildren(...found.map(offer)));
  };
  const offer = (work: OlderWork): HTMLElement => {
    const bring = button('satchel-older-bring', 'Bring in', () => void speaker.attempt(async () => {
      const { counts, files, undo } = await older.bring(work);
      older.answer(work, 'brought');
      await look();
      if (changesIn(counts) + filesChanging(files) === 0) return speaker.say('All of it was here already. Nothing was changed.');
      await speaker.done(`Brought in: ${allWords(counts, files)}. The older place is left as it was.`, async () => {
        older.answer(work, null);
        await undo();
        await look();
      });
    }));
    const later = button('satchel-older-later', 'Not now', () => void speaker.attempt(async () => {
      older.answer(work, 'later');
      await look();
      speaker.say('It stays where it is. You are asked again if something newer lies there.');
    }));
    const holds = [...work.notebooks > 0 ? [plural(work.notebooks, 'notebook')] : [], ...work.files > 0 ? [plural(work.files, 'file')] : []];
    const last = work.newest > 0 ? `, last changed ${clock(work.newest, now())}` : '';
    return el('section', { class: 'satchel-older', 'aria-label': 'Older work' },
      el('p', {}, el('strong', {}, `Older work was found: ${holds.join(', ')}${last}.`),
        ' It lies in this browser under an earlier name or address of this course. Bringing it in changes nothing of yours: where both sides '
        + 'differ, both are kept and you are asked. Saved outputs are not brought in.'),
      el('p', { class: 'satchel-older-place' }, `Kept as “${work.name}”`),
      el('div', { class: 'satchel-choices' }, bring, later));
  };
  return { root, look };
}
