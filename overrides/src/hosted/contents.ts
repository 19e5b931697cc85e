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
  // A server lets a page of another site read its answers, but not its refusals. So nothing is asked for that may not be there.
  const names = async (folder: string): Promise<ReadonlySet<string>> => {
    const response = await ask(`${at(folder)}?type=directory&content=1`);
    const value: unknown = response.ok ? await response.json() : null;
    const content = isBag(value) ? own(value, 'content') : null;
    if (!Array.isArray(content)) throw new Error(`The server could not look into “${folder || '/'}” (${await told(response)}).`);
    return new Set(content.flatMap((entry: unknown) => (isBag(entry) ? text(own(entry, 'name'), 1000) : null) ?? []));
  };
  const exists = async (path: string): Promise<boolean> => {
    const folder = folderOf(path);
    return path === '' || ((folder === '' || await exists(folder)) && (await names(folder)).has(path.slice(path.lastIndexOf('/') + 1)));
  };
  const makeFolder = async (folder: string): Promise<void> => {
    if (await exists(folder)) return;
    await makeFolder(folderOf(folder));
    const response = await ask(at(folder), { method: 'PUT', body: JSON.stringify({ type: 'directory' }) });
    if (!response.ok && !await exists(folder)) throw new Error(`The server could not make the folder “${folder}” (${await told(response)}).`);
  };
  return {
    exists,
    read: async (path) => {
      if (!await exists(path)) return null;
      const response = await ask(`${at(path)}?type=notebook&content=1`);
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
        if (await exists(name)) continue;
        try {
          const renamed = await ask(at(aside), { method: 'PATCH', body: JSON.stringify({ path: name }) });
          if (renamed.ok) return name;
          if (renamed.status !== 409) throw new Error(`The notebook was saved as “${aside}”, but could not be renamed (${await told(renamed)}).`);
        } catch (error) {
          // Somebody was quicker, if the name is taken now.
          if (!await exists(name)) throw error;
        }
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
