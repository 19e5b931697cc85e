/** The panel's facts: where the work is, how much, and what the browser has promised about it. */
import { button, el } from './dom.ts';
import type { Speaker } from './workspace.ts';
import { writeWork, type StoredEdit } from '../work/archive.ts';
import type { PageConfig } from '../types.ts';
import { bytes } from '../words.ts';

export interface FactsPorts {
  readonly page: PageConfig;
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
    facts.replaceChildren(
      el('li', {}, `Your work is kept in this browser on this device, and nowhere else.${size}`),
      el('li', {}, kept ? 'The browser has promised not to clear it by itself.'
        : 'The browser may clear it when space runs short or after a long absence. A backup now and then keeps you safe.'),
      el('li', {}, 'In a private window it ends with the window: take a backup before you close it.'));
    ask.hidden = kept || !storage;
  };
  return {
    root: el('section', { 'aria-labelledby': 'satchel-facts-title' }, el('h3', { id: 'satchel-facts-title' }, 'Where your work is'),
      facts, el('div', { class: 'satchel-choices' }, ask)),
    update,
  };
}
