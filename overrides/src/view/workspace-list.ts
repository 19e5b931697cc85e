/** The panel's list: every text of the student by page, with the way to it, and those whose cells are no longer in their place. */
import { comparison, plainText } from './compare.ts';
import { lostItem } from './drawer.ts';
import { el } from './dom.ts';
import { excerpt, versionWords } from './history.ts';
import type { Speaker } from './workspace.ts';
import type { Library } from '../store/library.ts';
import type { PageConfig } from '../types.ts';
import type { StoredEdit } from '../work/archive.ts';
import { placeOf, revised, standing, type CourseMap } from '../work/course.ts';
import { isNotes } from '../work/notes.ts';
import { isEdited } from '../work/records.ts';
import { clock, plural } from '../words.ts';

export interface ListPorts {
  readonly page: PageConfig;
  readonly library: Library;
  /** URL of a cell, or of the notes, on a page of the site. */
  link(page: string, cell: string): string;
  now(): number;
}

/** With more texts than this, the pages are folded. */
const MANY = 12;

/** One section for each page, in the order of the course. `go` is called when a link is followed. */
export function workList(edits: readonly StoredEdit[], map: CourseMap | null, ports: ListPorts, go: () => void): readonly HTMLElement[] {
  const books = new Map<string, StoredEdit[]>();
  for (const edit of edits) books.set(edit.notebook, [...books.get(edit.notebook) ?? [], edit]);
  const order = [...map?.notebooks.keys() ?? []];
  const position = (id: string): number => (order.includes(id) ? order.indexOf(id) : order.length);
  return [...books].sort(([one], [other]) => position(one) - position(other)).map(([id, own]) => {
    const last = own[0]?.record.place;
    const place = (map && placeOf(map, id)) ?? last;
    const cells = [...map?.notebooks.get(id)?.cells.keys() ?? []];
    const sorted = [...own].sort((one, other) => rank(cells, one) - rank(cells, other));
    const title = place?.title || last?.title || id;
    const list = el('ul', {}, ...sorted.map((edit) => el('li', {}, item(edit, map, place?.page ?? '', ports, go))));
    const heading = el('h3', {}, title);
    if (edits.length <= MANY) return el('section', { 'aria-label': title }, heading, list);
    const fold = el('details', { open: id === ports.page.notebook }, el('summary', {}, heading, el('span', { class: 'satchel-when' }, plural(own.length, 'text'))), list);
    return el('section', { 'aria-label': title }, fold);
  });
}

function rank(cells: readonly string[], { cell }: StoredEdit): number {
  const index = cells.indexOf(cell);
  return index < 0 ? cells.length + Number(isNotes(cell)) : index;
}

function item(edit: StoredEdit, map: CourseMap | null, page: string, ports: ListPorts, go: () => void): HTMLElement {
  const { record, cell } = edit;
  const notes = isNotes(cell);
  const first = excerpt(record.text, record.baseText);
  const away = map !== null && standing(map, edit.notebook, cell).kind !== 'here';
  const state = away ? 'put away' : notes ? 'notes' : record.rival ? 'two texts: choose one' : isEdited(record) ? 'edited' : 'the author\'s text, with earlier versions';
  const renewed = map !== null && revised(map, edit);
  const content = el('div', { class: 'satchel-texts' });
  const summary = el('summary', {}, el('code', { class: notes ? 'satchel-prose' : '' }, first),
    el('span', { class: 'satchel-when' }, `${state}, ${clock(record.time, ports.now())}`));
  const details = el('details', {}, summary, content);
  if (renewed) summary.append(el('span', { class: 'satchel-renewed' }, 'The book has a new version of this cell'));
  details.addEventListener('toggle', () => {
    if (details.open && content.childElementCount === 0) content.append(...texts(edit, away ? null : page, ports, go));
  });
  return details;
}

function texts({ cell, record }: StoredEdit, page: string | null, ports: ListPorts, go: () => void): readonly HTMLElement[] {
  const parts: HTMLElement[] = [];
  if (page !== null && (page !== '' || record.place.page === '')) {
    const link = el('a', { class: 'satchel-goto', href: ports.link(page, cell) }, isNotes(cell) ? 'Go to the notes' : 'Go to the cell');
    link.addEventListener('click', go);
    parts.push(link);
  }
  parts.push(caption('Your text'), plainText(record.text));
  if (!isNotes(cell) && isEdited(record)) parts.push(caption('What you changed'), comparison(record.baseText, record.text));
  if (record.rival) parts.push(caption('The other text'), plainText(record.rival.text));
  for (const version of record.versions) {
    const text = el('div', {});
    const fold = el('details', {}, el('summary', {}, versionWords(version, ports.now())), text);
    fold.addEventListener('toggle', () => { if (fold.open && text.childElementCount === 0) text.append(plainText(version.text)); });
    parts.push(fold);
  }
  return parts;
}

/** What the student wrote in cells that the author has taken out or moved; none where the map could not be had. */
export function lostList(edits: readonly StoredEdit[], map: CourseMap | null, ports: ListPorts, speaker: Speaker): readonly HTMLElement[] {
  if (edits.length === 0) return [];
  const { library } = ports;
  return [el('section', { class: 'satchel-lost-list', 'aria-labelledby': 'satchel-gone-title' },
    el('h3', { id: 'satchel-gone-title' }, 'No longer in their place'),
    el('p', {}, 'The author has moved these cells or taken them out. Your texts are all here.'),
    ...edits.map((edit) => lostItem(edit, map, {
      here: null,
      putAway: async ({ notebook, cell }) => (await library.putAway([[notebook, cell]])).undo,
      carry: async ({ notebook, cell }, target) => (await library.carry(notebook, cell, target)).undo,
      link: (page, cell) => ports.link(page, cell),
      tell: (words, undo) => { if (undo) void speaker.done(words, undo); else speaker.say(words); },
      now: () => ports.now(),
    })))];
}

function caption(words: string): HTMLElement {
  return el('p', { class: 'satchel-caption' }, words);
}
