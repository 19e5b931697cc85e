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
  /** Reads a backup or a notebook, without bringing it in. */
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
  /** Shows what bringing `file` in would change, and asks. */
  offer(file: Blob): Promise<void>;
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
  const close = (): void => {
    place.replaceChildren();
    showAge();
  };
  const offerIt = (chosen: Blob, back: () => void): Promise<void> => speaker.attempt(() => offer(chosen, ports, speaker, place, () => { close(); back(); }));
  /** A button that chooses a file. What the file is, its content says. */
  const chooser = (name: string, label: string, accept: string): HTMLElement => {
    const file = el('input', { type: 'file', class: 'satchel-hidden', accept });
    file.addEventListener('change', () => {
      const [chosen] = file.files ?? [];
      file.value = '';
      close();
      if (chosen) void offerIt(chosen, () => file.focus());
    });
    return el('label', { class: `satchel-button ${name}` }, label, file);
  };
  const restore = chooser('satchel-restore', 'Restore from a backup…', '.zip,.json,.ipynb,application/zip,application/json');
  const notebook = chooser('satchel-bring-notebook', 'Bring in a notebook…', '.ipynb,.json,application/json,application/x-ipynb+json');
  const root = el('div', {},
    el('section', { 'aria-labelledby': 'satchel-backup-title' }, el('h3', { id: 'satchel-backup-title' }, 'Backup'),
      el('p', {}, 'One zip with your notebooks, which open in any Jupyter, your files of the notebook view, and an exact copy of your work for this site. Use it on another computer, or when this browser has lost your work.'),
      age,
      el('div', { class: 'satchel-choices' }, save, restore, ...page ? [page] : [])),
    el('section', { 'aria-labelledby': 'satchel-notebook-title' }, el('h3', { id: 'satchel-notebook-title' }, 'Back from a server'),
      el('p', {}, 'Have you worked on one of the course\'s notebooks on a server, or anywhere else? Download it there (in JupyterLab: File, Download), and bring it in here: your cells come back to their pages. You see first what would change. You can also drop the file on any page.'),
      el('div', { class: 'satchel-choices' }, notebook)),
    place);
  return { root, close, offer: (file) => { close(); return offerIt(file, () => root.querySelector<HTMLElement>('.satchel-bring-notebook input')?.focus()); } };
}

/** Shows what the backup or the notebook in `file` would change, and asks. */
async function offer(file: Blob, ports: BackupPorts, speaker: Speaker, place: HTMLElement, close: () => void): Promise<void> {
  const read = await ports.read(file);
  if (!read.ok) return speaker.say(read.problem);
  const incoming = read.value;
  const { notebook } = incoming;
  const merge = await ports.preview(incoming, 'merge');
  if (notebook && changesIn(merge.counts) === 0 && notebook.left.length === 0) return speaker.say(`“${notebook.title}”: nothing in this notebook is new here. Nothing was changed.`);
  const bring = (mode: Mode): Promise<void> => speaker.attempt(async () => {
    const { counts, files, undo } = await ports.bring(incoming, mode);
    close();
    if (changesIn(counts) + filesChanging(files) === 0) speaker.say('All of it was here already. Nothing was changed.');
    else await speaker.done(`Brought in: ${allWords(counts, files)}.`, undo);
  });
  const cancel = button('satchel-cancel', 'Cancel', () => { close(); speaker.say('Nothing was changed.'); });
  const { edits } = incoming.work;
  const held = new Map(edits.filter(({ record }) => isEdited(record)).map(({ notebook: book, cell, record }) => [keyText([book, cell]), record.text]));
  const title = el('h4', { id: 'satchel-preview-title', tabindex: '-1' }, notebook ? notebookHolds(notebook.title, edits.length) : backupHolds(incoming, merge, ports.now()));
  const ways = notebook ? bringNotebook(merge, () => void bring('merge')) : await backupWays(incoming, merge, ports, bring);
  const preview = el('div', { class: 'satchel-preview', role: 'group', 'aria-labelledby': 'satchel-preview-title' }, title,
    el('ul', {}, ...merge.changes.map((change) => el('li', {}, item(change, held.get(keyText([change.notebook, change.cell])) ?? change.after)))),
    ...filesPart(merge.files, incoming.problems), ...notebook ? leftPart(notebook) : [], ...ways,
    el('div', { class: 'satchel-choices' }, cancel));
  place.replaceChildren(preview);
  speaker.say(`Nothing is changed yet: look at what the ${notebook ? 'notebook' : 'backup'} holds, then choose.`);
  title.focus();
  preview.scrollIntoView({ block: 'nearest' });
}

function backupHolds({ work: { made, edits } }: Incoming, merge: Brought, now: number): string {
  const holds = [...edits.length > 0 || merge.files.length === 0 ? [plural(edits.length, 'text')] : [], ...merge.files.length > 0 ? [plural(merge.files.length, 'file')] : []];
  return `This backup${made > 0 ? ` of ${clock(made, now)}` : ''} holds ${holds.join(' and ')}`;
}

function notebookHolds(title: string, texts: number): string {
  return `“${title}”: this notebook has ${texts === 0 ? 'no text' : plural(texts, 'text')} of yours for the book`;
}

/** Both ways to bring a backup in. */
async function backupWays(incoming: Incoming, merge: Brought, ports: BackupPorts, bring: (mode: Mode) => Promise<void>): Promise<readonly HTMLElement[]> {
  const replace = await ports.preview(incoming, 'replace');
  return [
    choice('satchel-merge', 'Merge', `Keeps what is here. ${sentence(allWords(merge.counts, merge.files) || 'nothing')}`, () => void bring('merge')),
    choice('satchel-replace', 'Replace', `Makes the work in this browser what the backup holds; texts that are here now go to the earlier versions, files to a copy. ${sentence(allWords(replace.counts, replace.files) || 'nothing')}`,
      () => void bring('replace')),
  ];
}

/** The one way to bring a notebook in; none if its texts are here already. */
function bringNotebook({ counts }: Brought, act: () => void): readonly HTMLElement[] {
  if (changesIn(counts) === 0) return [];
  return [choice('satchel-merge', 'Bring in', `Nothing of yours is lost: what is here goes to the earlier versions, or you are asked. ${sentence(allWords(counts, []))}`, act)];
}

/** What of a notebook stays in its file. */
function leftPart({ left, missing }: NonNullable<Incoming['notebook']>): readonly HTMLElement[] {
  const gone = missing === 0 ? [] : [el('p', {}, `${plural(missing, 'cell')} of the page ${missing === 1 ? 'is' : 'are'} not in the notebook, and ${missing === 1 ? 'stays' : 'stay'} as ${missing === 1 ? 'it is' : 'they are'}.`)];
  if (left.length === 0) return gone;
  const cells = left.map(({ kind, text }) => el('li', {}, el('details', {}, el('summary', {}, el('code', { class: kind === 'code' ? '' : 'satchel-prose' }, excerpt(text, '')),
    el('span', { class: 'satchel-when' }, kind === 'code' ? 'code' : 'text')), plainText(text))));
  return [...gone, el('p', { class: 'satchel-caption' }, `Not brought in: ${plural(left.length, 'cell')} that the page does not have. Keep the file if you need ${left.length === 1 ? 'it' : 'them'}.`),
    el('ul', { class: 'satchel-left' }, ...cells)];
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
