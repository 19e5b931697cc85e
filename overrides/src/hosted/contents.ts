/** Files on a student's server. What is there already is never written over. */
import { isBag, own, text } from '../shape.ts';
import { folderOf, freeName, pathUrl } from './addresses.ts';

/** What the server is asked, below its address; rejects when it gives no answer. */
export type Ask = (path: string, init?: RequestInit) => Promise<Response>;

/** A student's files. Paths are the server's own, without a slash at the start. */
export interface HostedContents {
  /** Whether there is a file or folder at `path`. */
  exists(path: string): Promise<boolean>;
  /** The notebook at `path`, or `null` if there is none. It is foreign text: parse it. */
  read(path: string): Promise<unknown>;
  /**
   * Saves a notebook as `path`, or where that is taken, as `name (2).ipynb` and so on. Resolves with the path it got. Folders
   * that are missing are made.
   */
  save(path: string, notebook: object): Promise<string>;
}

/** More copies of one notebook than this are nobody's wish. */
const MOST = 50;

export function hostedContents(ask: Ask, unique: () => string): HostedContents {
  const at = (path: string): string => `api/contents/${pathUrl(path)}`;
  const exists = async (path: string): Promise<boolean> => {
    const response = await ask(`${at(path)}?content=0`);
    if (response.status === 404) return false;
    if (!response.ok) throw new Error(`The server could not look for “${path}” (${await told(response)}).`);
    return true;
  };
  const makeFolder = async (folder: string): Promise<void> => {
    if (folder === '' || await exists(folder)) return;
    await makeFolder(folderOf(folder));
    const response = await ask(at(folder), { method: 'PUT', body: JSON.stringify({ type: 'directory' }) });
    if (!response.ok && !await exists(folder)) throw new Error(`The server could not make the folder “${folder}” (${await told(response)}).`);
  };
  return {
    exists,
    read: async (path) => {
      const response = await ask(`${at(path)}?type=notebook&content=1`);
      if (response.status === 404) return null;
      const value: unknown = response.ok ? await response.json() : null;
      if (!isBag(value)) throw new Error(`The server could not read “${path}” (${await told(response)}).`);
      return own(value, 'content');
    },
    save: async (path, notebook) => {
      await makeFolder(folderOf(path));
      // Written under a name of its own and then renamed: the server refuses a name that is taken, however short ago.
      const aside = path.replace(/(\.ipynb)?$/, ` (arriving ${unique()})$1`);
      const written = await ask(at(aside), { method: 'PUT', body: JSON.stringify({ type: 'notebook', format: 'json', content: notebook }) });
      if (!written.ok) throw new Error(`The server could not save “${path}” (${await told(written)}).`);
      for (let turn = 1; turn <= MOST; turn += 1) {
        const name = freeName(path, turn);
        const renamed = await ask(at(aside), { method: 'PATCH', body: JSON.stringify({ path: name }) });
        if (renamed.ok) return name;
        if (renamed.status !== 409) throw new Error(`The notebook was saved as “${aside}”, but could not be renamed (${await told(renamed)}).`);
      }
      throw new Error(`The notebook was saved as “${aside}”, because there are too many copies of “${path}”.`);
    },
  };
}

async function told(response: Response): Promise<string> {
  const value: unknown = await response.clone().json().catch(() => null);
  const message = isBag(value) ? text(own(value, 'message'), 300) : null;
  return message ? `${response.status}: ${message}` : String(response.status);
}
