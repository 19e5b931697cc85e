// The last look at what was built: no text may name a server that a reader's browser could be sent to.
import { readdir, readFile } from 'node:fs/promises';

/** Servers that third-party code is known to fetch from. Links for people (documentation, licences) are not fetched. */
const FETCHED_FROM = /https?:\/\/(?:[\w.-]+\.)?(?:jsdelivr\.net|unpkg\.com|cloudflare\.com|mybinder\.org|skypack\.dev|esm\.sh|googleapis\.com|gstatic\.com)[^\s"'`)]*/g;

/** Throws with every place that names such a server. */
export async function refuseForeignUrls(out) {
  const found = [];
  for (const entry of await readdir(out, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.(m?js|css|json|html)$/.test(entry.name)) continue;
    const path = `${entry.parentPath}/${entry.name}`;
    const text = await readFile(path, 'utf8');
    for (const [url] of text.matchAll(FETCHED_FROM)) found.push(`${path.slice(out.length + 1)}: ${url}`);
  }
  if (found.length > 0) throw new Error(`The built files name foreign servers:\n  ${[...new Set(found)].sort().join('\n  ')}`);
}
