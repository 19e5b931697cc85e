/** The drawer at the end of a page: what the student wrote in cells that the author has taken out or moved. In a chunk of its own. */
import { plainText } from './compare.ts';
import { button, el, relabel } from './dom.ts';
import { versionWords } from './history.ts';
import type { StoredEdit } from '../work/archive.ts';
import { standing, type CourseMap, type CourseNotebook } from '../work/course.ts';
import { clock, plural } from '../words.ts';

type Undo = () => Promise<void>;

export interface DrawerPorts {
  /** The notebook of the open page; `null` where the texts are not shown on a page. */
  readonly here: string | null;
  /** Takes a text out of the drawer; it stays in its history. */
  putAway(edit: StoredEdit): Promise<Undo>;
  /** Brings a moved cell's text to its new notebook. */
  carry(edit: StoredEdit, target: CourseNotebook): Promise<Undo>;
  /** URL of a cell on a page of the site. */
  link(page: string, cell: string): string;
  /** Shows a sentence until it is closed, with a way to take back what it tells of. */
  tell(words: string, undo: Undo | null): void;
  now(): number;
}

/** The drawer with `edits`; `map` is `null` where it could not be had. */
export function drawer(edits: readonly StoredEdit[], map: CourseMap | null, ports: DrawerPorts): HTMLElement {
  return el('section', { id: 'satchel-drawer', 'aria-labelledby': 'satchel-drawer-title', tabindex: '-1' },
    el('h2', { id: 'satchel-drawer-title' }, 'Your earlier work'),
    el('p', {}, `The author has changed this course, and ${plural(edits.length, 'text')} of yours ${edits.length === 1 ? 'is' : 'are'} not in ${edits.length === 1 ? 'its cell' : 'their cells'} any more. Nothing is lost.`),
    ...edits.map((edit) => lostItem(edit, map, ports)));
}

/** One text that has lost its cell, with what can be done about it. */
export function lostItem(edit: StoredEdit, map: CourseMap | null, ports: DrawerPorts): HTMLElement {
  const place = map && standing(map, edit.notebook, edit.cell);
  const target = place?.kind === 'moved' ? place.notebook : null;
  const toHere = target !== null && target.id === ports.here;
  const when = clock(edit.record.time, ports.now());
  const from = edit.record.place.title || edit.notebook;
  const words = toHere ? `You wrote this while the cell was in “${from}”. The cell is on this page now.`
    : target ? `The author has moved this cell from “${from}” to “${target.title}”.`
      : place?.kind === 'removed' ? `The author has taken this cell out of ${ports.here === null ? `“${from}”` : 'this page'}.` : 'This cell is no longer on this page.';
  const copy = button('satchel-copy', 'Copy', () => void copied(copy, edit.record.text));
  const away = button('satchel-put-away', 'Put away', () => void attempt(ports, async () => {
    ports.tell('Put away. The text stays among the cell\'s earlier versions in “My work” and in your backup.', await ports.putAway(edit));
  }));
  const bring = target && button('satchel-bring', toHere ? 'Bring it to its cell' : 'Bring it to its new place', () => void attempt(ports, async () => {
    ports.tell(`Your text is now with its cell in “${target.title}”.`, await ports.carry(edit, target));
  }));
  const go = target && el('a', { class: 'satchel-goto', href: ports.link(target.page, edit.cell) }, 'Go to the cell');
  return el('div', { class: 'satchel-lost', 'data-satchel-drawer': edit.cell, role: 'group', 'aria-label': words },
    el('p', {}, words), el('p', { class: 'satchel-caption' }, `Your text of ${when}`),
    plainText(edit.record.text), ...earlier(edit, ports),
    el('div', { class: 'satchel-choices' }, ...[bring, copy, away, go].filter((act) => act !== null)));
}

/** The text's earlier versions, folded. */
function earlier({ record: { versions } }: StoredEdit, ports: DrawerPorts): readonly HTMLElement[] {
  if (versions.length === 0) return [];
  return [el('details', { class: 'satchel-diff' }, el('summary', {}, plural(versions.length, 'earlier version')),
    ...versions.flatMap((version) => [el('p', { class: 'satchel-caption' }, versionWords(version, ports.now())), plainText(version.text)]))];
}

async function copied(copy: HTMLButtonElement, text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    relabel(copy, 'Copied');
  } catch {
    // Frames and old browsers may forbid it; then the text is at least selected.
    const pre = copy.closest('.satchel-lost')?.querySelector('pre');
    if (pre) getSelection()?.selectAllChildren(pre);
    relabel(copy, 'Selected: press Ctrl+C');
  }
}

async function attempt(ports: DrawerPorts, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    ports.tell(`That did not work: ${error instanceof Error ? error.message : String(error)}`, null);
  }
}
