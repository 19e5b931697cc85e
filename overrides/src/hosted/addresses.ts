/** Where things are on a hub, and which answers of it may be followed. Pure. */

/** An address of the hub's API; `hub` ends with a slash. */
export function apiUrl(hub: string, ...path: readonly string[]): string {
  return `${hub}hub/api/${path.map(encodeURIComponent).join('/')}`;
}

/** The page on which a student makes a token. */
export function tokenPage(hub: string): string {
  return `${hub}hub/token`;
}

/**
 * The address of a student's server, ending with a slash; `null` if it is not on this hub. A token must not go anywhere
 * else, whatever the hub answers. Hubs that give each student a domain use one below their own.
 */
export function serverUrl(hub: string, answer: string): string | null {
  let base: URL;
  let url: URL;
  try {
    base = new URL(hub);
    url = new URL(answer, hub);
  } catch {
    return null;
  }
  const same = url.host === base.host || url.host.endsWith(`.${base.host}`);
  if (!same || url.protocol !== base.protocol || url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') return null;
  return url.href.endsWith('/') ? url.href : `${url.href}/`;
}

/** A path on the server as the contents API wants it in an address. */
export function pathUrl(path: string): string {
  return path.split('/').filter((part) => part !== '').map(encodeURIComponent).join('/');
}

/** The folder of a path, empty at the top. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/**
 * The path of a kernel's session: beside the notebook, so that it starts in its folder, and never the notebook's own, so that
 * it is not the kernel of a notebook that is open in JupyterLab. `unique` tells it from other pages.
 */
export function sessionPath(notebook: string, unique: string): string {
  const name = notebook.slice(notebook.lastIndexOf('/') + 1).replace(/\.ipynb$/, '');
  const folder = folderOf(notebook);
  return `${folder === '' ? '' : `${folder}/`}${name} (book page ${unique})`;
}

/** The next name to try for a file whose name is taken: `net.ipynb`, `net (2).ipynb`, `net (3).ipynb`. `turn` counts from 1. */
export function freeName(path: string, turn: number): string {
  if (turn === 1) return path;
  const dot = path.lastIndexOf('.');
  const end = dot > path.lastIndexOf('/') + 1 ? dot : path.length;
  return `${path.slice(0, end)} (${turn})${path.slice(end)}`;
}
