/** Keeps a notebook beside itself, under a name of its own, before something in it is given up. */
import type { INotebookContent } from '@jupyterlab/nbformat';
import type { Contents } from '@jupyterlab/services';
import { ORIGIN } from '../../notebook/known.ts';

/** Most names that are tried. */
const MOST = 100;

/** Saves `content` beside the notebook at `path`; resolves with the new file's name. Rejects as the drive does. */
export async function keepBeside(contents: Contents.IManager, path: string, content: INotebookContent): Promise<string> {
  const stem = path.replace(/\.ipynb$/, '');
  // Without its origin it is a notebook of the student's own.
  const { [ORIGIN]: _, ...metadata } = content.metadata as Record<string, unknown>;
  const own = { ...content, metadata };
  for (let count = 1; count <= MOST; count += 1) {
    const name = `${stem} (before reset${count === 1 ? '' : ` ${count}`}).ipynb`;
    const taken = await contents.get(name, { content: false }).then(() => true, () => false);
    if (taken) continue;
    await contents.save(name, { type: 'notebook', format: 'json', content: own });
    return name.split('/').at(-1) ?? name;
  }
  throw new Error(`There are ${MOST} copies of ${path} already. Delete some, then reset the notebook again.`);
}
