/** The panel's backup: download it, download this page, and bring a backup in after a look at what that would change. */
import { allWords, changesIn, fileKind, filesChanging, KINDS } from './changes.ts';
import { comparison, plainText } from './compare.ts';
import { button, el } from './dom.ts';
import { excerpt } from './history.ts';
import type { Speaker } from './workspace.ts';
import type { FileChange } from '../drive/bring.ts';
import type { Brought, Incoming } from '../store/restore.ts';
import type { Parsed } from '../types.ts';
import type { Change, Mode } from '../work/bring.ts';
import { keyText } from '../work/keys.ts';
import { isNotes } from '../work/notes.ts';
import { isEdited, sameText } from '../work/records.ts';
import { clock, plural } from '../words.ts';

export interface BackupPorts {
  /** Downloads a backup. Resolves with what could not be put into it. */
  backup(): Promise<readonly string[]>;
  /** Downloads this page's notebook with the student's texts. Resolves with what could not be put into it. `null` where there is no page. */
  readonly download: (() => Promise<readonly string[]>) | null;
  /** Reads a backup, without bringing it in. */
  read(file: Blob): Promise<Parsed<Incoming>>;
  preview(work: Incoming, mode: Mode): Promise<Brought>;
  bring(work: Incoming, mode: Mode): Promise<Brought & { undo(): Promise<void> }>;
  /** When the last backup was made, in milliseconds since 1970. */
  lastBackup(): number | null;
  now(): number;
}

export interface BackupSection {
  readonly root: HTMLElement;
  /** Ends a preview that nobody has answered. */
  close(): void;
}

export function backupSection(ports: BackupPorts, speaker: Speaker): BackupSection {
  const place = el('div', {});
  const age = el('p', { class: 'satchel-age' });
  const showAge = (): void => {
    const last = ports.lastBackup();
    age.textContent = last === null ? 'You have made no backup in this browser yet.' : `Last backup: ${clock(last, ports.now())}.`;
  };
  const save = button('satchel-backup', 'Download backup', () => void speaker.attempt(async () => {
    const problems = await ports.backup();
    showAge();
    speaker.say(problems.length === 0 ? 'The backup has been handed to your browser\'s downloads.'
      : `The backup holds all your texts. What could not be put into it: ${problems.join('; ')}.`);
  }));
  const { download } = ports;
  const page = download && button('satchel-download-page', 'Download this page as .ipynb', () => void speaker.attempt(async () => {
    const problems = await download();
    speaker.say(problems.length === 0 ? 'The notebook has been handed to your browser\'s downloads. It opens in any Jupyter.'
      : `The notebook holds your texts only, as the author's could not be had: ${problems.join('; ')}.`);
  }));
  const file = el('input', { type: 'file', class: 'satchel-hidden', accept: '.zip,.json,application/zip,application/json' });
  const close = (): void => {
    place.replaceChildren();
    showAge();
  };
  file.addEventListener('change', () => {
    const [chosen] = file.files ?? [];
    file.value = '';
    close();
    if (chosen) void speaker.attempt(() => offer(chosen, ports, speaker, place, () => { close(); file.focus(); }));
  });
  const root = el('section', { 'aria-labelledby': 'satchel-backup-title' }, el('h3', { id: 'satchel-backup-title' }, 'Backup'),
    el('p', {}, 'One zip with your notebooks, which open in any Jupyter, your files of the notebook view, and an exact copy of your work for this site. Use it on another computer, or when this browser has lost your work.'),
    age,
    el('div', { class: 'satchel-choices' }, save, el('label', { class: 'satchel-button satchel-restore' }, 'Restore from a backup…', file), ...page ? [page] : []),
    place);
  return { root, close };
}

/** Shows what the backup in `file` would change, and asks. */
async function offer(file: Blob, ports: BackupPorts, speaker: Speaker, place: HTMLElement, close: () => void): Promise<void> {
  const read = await ports.read(file);
  if (!read.ok) return speaker.say(read.problem);
  const incoming = read.value;
  const [merge, replace] = await Promise.all([ports.preview(incoming, 'merge'), ports.preview(incoming, 'replace')]);
  const bring = (mode: Mode): Promise<void> => speaker.attempt(async () => {
    const { counts, files, undo } = await ports.bring(incoming, mode);
    close();
    if (changesIn(counts) + filesChanging(files) === 0) speaker.say('All of it was here already. Nothing was changed.');
    else await speaker.done(`Brought in: ${allWords(counts, files)}.`, undo);
  });
  const cancel = button('satchel-cancel', 'Cancel', () => { close(); speaker.say('Nothing was changed.'); });
  const { made, edits } = incoming.work;
  const holds = [...edits.length > 0 || merge.files.length === 0 ? [plural(edits.length, 'text')] : [], ...merge.files.length > 0 ? [plural(merge.files.length, 'file')] : []];
  const held = new Map(edits.filter(({ record }) => isEdited(record)).map(({ notebook, cell, record }) => [keyText([notebook, cell]), record.text]));
  const title = el('h4', { id: 'satchel-preview-title', tabindex: '-1' },
    `This backup${made > 0 ? ` of ${clock(made, ports.now())}` : ''} holds ${holds.join(' and ')}`);
  const preview = el('div', { class: 'satchel-preview', role: 'group', 'aria-labelledby': 'satchel-preview-title' }, title,
    el('ul', {}, ...merge.changes.map((change) => el('li', {}, item(change, held.get(keyText([change.notebook, change.cell])) ?? change.after)))),
    ...filesPart(merge.files, incoming.problems),
    choice('satchel-merge', 'Merge', `Keeps what is here. ${sentence(allWords(merge.counts, merge.files) || 'nothing')}`, () => void bring('merge')),
    choice('satchel-replace', 'Replace', `Makes the work in this browser what the backup holds; texts that are here now go to the earlier versions, files to a copy. ${sentence(allWords(replace.counts, replace.files) || 'nothing')}`,
      () => void bring('replace')),
    el('div', { class: 'satchel-choices' }, cancel));
  place.replaceChildren(preview);
  speaker.say('Nothing is changed yet: look at what the backup holds, then choose.');
  title.focus();
  preview.scrollIntoView({ block: 'nearest' });
}

/** The files of the notebook view in a preview. */
function filesPart(files: readonly FileChange[], problems: readonly string[]): readonly HTMLElement[] {
  const missing = problems.length === 0 ? [] : [el('p', {}, `Of the files that the backup lists, ${problems.join('; ')}.`)];
  if (files.length === 0) return missing;
  const list = el('ul', { class: 'satchel-files' }, ...files.map((file) => el('li', {}, el('code', {}, file.path), el('span', { class: 'satchel-when' }, fileKind(file)))));
  const outputs = files.some(({ path }) => /\.ipynb$/i.test(path)) ? [el('p', {}, 'Saved outputs of notebooks are not brought in: run their cells again.')] : [];
  return [el('p', { class: 'satchel-caption' }, 'Files of the notebook view'), list, ...outputs, ...missing];
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

function choice(name: string, label: string, words: string, act: () => void): HTMLElement {
  const id = `${name}-words`;
  const press = button(name, label, act);
  press.setAttribute('aria-describedby', id);
  return el('div', { class: 'satchel-way' }, press, el('p', { id }, words));
}

/** What a merge makes of one cell; `held` is its text in the backup. */
function item({ cell, title, before, after, kind }: Change, held: string): HTMLElement {
  // What a merge leaves alone may still hold another text than the cell shows.
  const earlier = kind === 'same' && !sameText(held, after);
  const text = kind === 'same' ? held : after;
  const notes = isNotes(cell);
  const content = el('div', { class: 'satchel-texts' });
  const details = el('details', {}, el('summary', {}, el('span', { class: 'satchel-from' }, notes ? `${title}, notes` : title),
    el('code', { class: notes ? 'satchel-prose' : '' }, excerpt(text, before ?? '')),
    el('span', { class: 'satchel-when' }, earlier ? 'here already, among the cell\'s other texts' : KINDS[kind])), content);
  details.addEventListener('toggle', () => {
    if (!details.open || content.childElementCount > 0) return;
    content.append(before === null || (kind === 'same' && !earlier) ? plainText(text) : comparison(before, text));
  });
  return details;
}
