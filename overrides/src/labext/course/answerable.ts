/** Which addresses of a notebook a static host can answer. */

/** The page that shows a single notebook, with the folder it lies in. */
const PAGE = /^(.*\/notebooks\/)(?!index\.html)[^/]+$/;

/** The address of the same page with the notebook in its query; null if `url` is such an address already, or of another page. */
export function answerable(url: string, path: string): string | null {
  const { origin, pathname } = new URL(url);
  const folder = PAGE.exec(pathname)?.[1];
  return folder === undefined ? null : `${origin}${folder}index.html?path=${encodeURIComponent(path)}`;
}
