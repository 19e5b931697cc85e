/** What a page says and leaves out that was opened straight from a folder, where browsers let no module or worker load. */

import { el } from '../view/dom.ts';

/** Where the course is once it has been started; as in `start.py`. */
const STARTED = 'http://127.0.0.1:8657/';

const STYLE = `
.satchel-disk { margin: 0.5rem 0 1.5rem; padding: 0.75rem 1rem; border: 1px solid var(--pst-color-border, #d1d5da);
  border-left: 4px solid var(--satchel-accent, #125fc2); border-radius: 6px; background: var(--pst-color-surface, #f3f4f5); }
.satchel-disk p { margin: 0 0 0.4rem; }
.satchel-disk a { color: var(--satchel-accent, #125fc2); }
.satchel-disk code { white-space: nowrap; }
.satchel-disk p:last-child { margin: 0; }
@media print { .satchel-disk { display: none; } }
`;

/** The note: what this page can and cannot do, and how to start the course on each system. */
function note(path: string): HTMLElement {
  const strong = (text: string): HTMLElement => el('strong', {}, text);
  return el('aside', { class: 'satchel-disk', 'aria-label': 'How to start the course' },
    el('p', {}, 'You opened this page straight from a folder. Here you can read, but cells do not run and nothing is saved.'),
    el('p', {}, 'To work with it, start the course: in the folder that holds ', strong('site'), ', double-click ', strong('start.bat'),
      ' (Windows) or ', strong('start.command'), ' (Mac), or type ', el('code', {}, 'sh start.sh'), ' in a terminal (Linux).'),
    el('p', {}, 'It is running already? ', el('a', { href: STARTED + path }, 'Go to this page there'), '.'));
}

/** JupyterLite is nothing but modules: links to it would lead to an empty window. */
function takeAwayNotebooks(lite: string): void {
  for (const link of document.querySelectorAll('a')) {
    if (!link.href.startsWith(lite)) continue;
    if (link.classList.contains('satchel-open-lite')) link.remove();
    else link.removeAttribute('href');
  }
  for (const bar of document.querySelectorAll('.satchel-routes')) {
    if (bar.textContent.trim() === '') bar.remove();
  }
}

function show(root: URL): void {
  document.head.append(el('style', {}, STYLE));
  const page = location.href.startsWith(root.href) ? location.href.slice(root.href.length).split('#')[0] ?? '' : '';
  (document.querySelector('article') ?? document.body).prepend(note(page));
  takeAwayNotebooks(new URL('lite/', root).href);
}

const script = document.currentScript;
// It lies in `satchel/<hash>/`.
const root = new URL('../../', script instanceof HTMLScriptElement ? script.src : location.href);
if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', () => { show(root); });
else show(root);
