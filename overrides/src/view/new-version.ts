/** A quiet note that a newer version of the course is there, with a button; it never comes between a reader and a running cell. */
import { button, el, relabel } from './dom.ts';

export interface NewVersionPorts {
  /** What the note says; `null` for a version that is here and only has to be shown. */
  readonly words: string | null;
  /** The page's chip, which says what Python does. */
  readonly status: HTMLElement | null;
  /** What the button is called, and does. */
  readonly label: string;
  act(): Promise<void>;
}

/** The note. It is in the way of nothing and can be closed. */
export function newVersionNote({ words, status, label, act }: NewVersionPorts): HTMLElement {
  const text = el('p', {});
  let acting = false;
  const use = button('satchel-use-new', label, () => {
    acting = true;
    look();
    act().catch((error: unknown) => {
      acting = false;
      look();
      text.textContent = `That did not work: ${error instanceof Error ? error.message : String(error)}`;
    });
  });
  const note = el('div', { class: 'satchel-news satchel-new-version' }, text, use, button('satchel-close', 'Close', () => { seen.disconnect(); note.remove(); }));
  const look = (): void => {
    const kernel = status?.dataset.kernel ?? 'off';
    const busy = words === null && ['busy', 'loading'].includes(kernel);
    use.disabled = busy || acting;
    relabel(use, acting ? 'One moment…' : label);
    text.textContent = words ?? (busy ? 'A new version of this course is ready. It waits until Python has finished.'
      : `A new version of this course is ready. Your work stays${kernel === 'idle' ? '; Python begins afresh' : ''}.`);
  };
  const seen = new MutationObserver(look);
  if (status) seen.observe(status, { attributes: true, attributeFilter: ['data-kernel'] });
  look();
  return note;
}
