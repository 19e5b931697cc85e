/** Keeps a notebook beside itself, under a name of its own, before something in it is given up. */
import type { INotebookContent } from '@jupyterlab/nbformat';
import type { Contents } from '@jupyterlab/services';
import { ORIGIN } from '../../notebook/known.ts';

/** Saves `content` beside the notebook at `path`; resolves with the new file's name. Rejects as the drive does. */
export async function keepBeside(contents: Contents.IManager, path: string, content: INotebookContent): Promise<string> {
  const [folder, file] = [path.split('/').slice(0, -1).join('/'), path.split('/').at(-1) ?? path];
  const listing: unknown = (await contents.get(folder, { content: true })).content;
  // Asked of the folder: an error of the drive must not be taken for a name that is free.
  if (!Array.isArray(listing)) throw new Error(`The folder of ${path} cannot be read, so nothing was changed. Reload the page and try again.`);
  const taken = new Set(listing.map((item: Contents.IModel) => item.name));
  const stem = file.replace(/\.ipynb$/, '');
  let name = `${stem} (before reset).ipynb`;
  for (let count = 2; taken.has(name); count += 1) name = `${stem} (before reset ${count}).ipynb`;
  // Without its origin it is a notebook of the student's own.
  const { [ORIGIN]: _, ...metadata } = content.metadata as Record<string, unknown>;
  await contents.save(folder === '' ? name : `${folder}/${name}`, { type: 'notebook', format: 'json', content: { ...content, metadata } });
  return name;
}
