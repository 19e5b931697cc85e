/** The panel's facts: where the work is, how much, and what the browser has promised about it. */
import { button, el } from './dom.ts';
import { readyLink } from './ready-link.ts';
import type { Speaker } from './workspace.ts';
import { writeWork, type StoredEdit } from '../work/archive.ts';
import type { PageConfig } from '../types.ts';
import type { DriveFacts } from '../drive/course-drive.ts';
import { bytes, clock, plural } from '../words.ts';

export interface FactsPorts {
  readonly page: PageConfig;
  /** Address of the page that looks at the reader's browser. */
  readonly check: string;
  /** What the student has in the notebook view. */
  files(): Promise<DriveFacts>;
  now(): number;
}

export interface FactsSection {
  readonly root: HTMLElement;
  /** Shows the facts about what is stored. */
  update(edits: readonly StoredEdit[]): Promise<void>;
}

export function factsSection(ports: FactsPorts, speaker: Speaker): FactsSection {
  const facts = el('ul', { class: 'satchel-facts' });
  let edits: readonly StoredEdit[] = [];
  const ask = button('satchel-keep', 'Ask the browser to keep it', () => void speaker.attempt(async () => {
    const kept = await navigator.storage.persist();
    await update(edits);
    speaker.say(kept ? 'The browser has promised to keep your work.'
      : 'The browser did not promise it. It may when you have used this site more often, or have bookmarked it. A backup is safe in any case.');
  }));
  const update = async (now: readonly StoredEdit[]): Promise<void> => {
    edits = now;
    // Only present on secure origins.
    const storage: StorageManager | undefined = navigator.storage;
    const [estimate, kept] = storage ? await Promise.all([storage.estimate(), storage.persisted()]) : [{}, false];
    const own = new Blob([writeWork({ course: ports.page.course, made: 0, edits })]).size;
    const size = edits.length === 0 ? '' : ` It takes ${bytes(own)}${estimate.usage === undefined ? '' : `; all of this site takes ${bytes(estimate.usage)} here`}.`;
    const files = await notebookView(ports);
    facts.replaceChildren(
      el('li', {}, `Your work is kept in this browser on this device, and nowhere else.${size}`),
      ...files === null ? [] : [el('li', { class: 'satchel-files-fact' }, files)],
      el('li', {}, kept ? 'The browser has promised not to clear it by itself.'
        : 'The browser may clear it when space runs short or after a long absence. A backup now and then keeps you safe.'),
      el('li', {}, 'In a private window it ends with the window: take a backup before you close it.'),
      el('li', {}, readyLink(ports.check), ' looks at this browser and says what it can do.'));
    ask.hidden = kept || !storage;
  };
  return {
    root: el('section', { 'aria-labelledby': 'satchel-facts-title' }, el('h3', { id: 'satchel-facts-title' }, 'Where your work is'),
      facts, el('div', { class: 'satchel-choices' }, ask)),
    update,
  };
}

/** A sentence about the files of the notebook view; `null` if there are none. */
async function notebookView({ files, now }: FactsPorts): Promise<string | null> {
  try {
    const { notebooks, files: others, size, newest, unreadable } = await files();
    const odd = unreadable === 0 ? '' : ` ${plural(unreadable, 'entry').replace('entrys', 'entries')} cannot be read and stay as they are.`;
    if (notebooks + others === 0) return odd === '' ? null : `The notebook view:${odd}`;
    const parts = [...notebooks > 0 ? [plural(notebooks, 'notebook')] : [], ...others > 0 ? [plural(others, 'file')] : []];
    const last = newest > 0 ? `, the newest of ${clock(newest, now())}` : '';
    return `In the notebook view you have ${parts.join(' and ')} (${bytes(size)}${last}). They are part of a backup.${odd}`;
  } catch (error) {
    return `Your files of the notebook view could not be looked at: ${error instanceof Error ? error.message : String(error)}`;
  }
}
