/** Files that are dropped on a page: a notebook or a backup is offered to be brought in, and no file takes the page's place. */
import { el } from './dom.ts';

/** What may be brought in, by its name; what it is, its content says. */
const MAY_COME = /\.(ipynb|zip|json)$/i;
const HINT = 'Drop a notebook or a backup to bring it in. You see first what would change.';
const OTHER = 'Only notebooks (.ipynb) and backups (.zip) can be brought in. Nothing was changed.';

/** Whether files are held over the page. What a cell has drawn may take files of its own. */
function bringsFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') === true && !(event.target instanceof Element && event.target.closest('.satchel-output'));
}

/** Calls `take` with a file that may be brought in, `refuse` with a sentence about any other. */
export function watchDrops(take: (file: File) => void, refuse: (words: string) => void): void {
  const hint = el('div', { class: 'satchel-drop', 'aria-hidden': 'true' }, el('p', {}, HINT));
  const end = (): void => hint.remove();
  addEventListener('dragover', (event) => {
    if (!bringsFiles(event)) return;
    // Otherwise the browser would leave the page for the file.
    event.preventDefault();
    if (!hint.isConnected) (document.querySelector('dialog[open]') ?? document.body).append(hint);
  }, true);
  addEventListener('dragleave', (event) => { if (event.relatedTarget === null) end(); }, true);
  // The editor would put the file's text into its cell.
  addEventListener('drop', (event) => {
    end();
    if (!bringsFiles(event)) return;
    event.preventDefault();
    event.stopPropagation();
    const [file] = [...event.dataTransfer?.files ?? []].filter(({ name }) => MAY_COME.test(name));
    if (file) take(file);
    else refuse(OTHER);
  }, true);
}
