/** Whether another site shows this page in a frame of its own, and the way out: this page in its own tab. */
import { el } from './dom.ts';

/** Starts the name of a tab that is to ask the page it came from for its work. */
export const OWN_TAB = 'satchel-own-tab';

/** Whether the tab belongs to another site. Browsers then keep a separate storage for this page, or none. */
export function inForeignFrame(): boolean {
  if (window.top === null || window.top === window.self) return false;
  try {
    return window.top.location.origin !== location.origin;
  } catch {
    // Not even to be asked: that is another site.
    return true;
  }
}

/** The link. `opened` gets the new tab, unless the browser opens it without a way back to it. */
export function ownTabLink(opened: (tab: Window) => void): HTMLAnchorElement {
  const link = el('a', { class: 'satchel-button satchel-own-tab', href: location.href, target: '_blank' }, 'Open this page in its own tab');
  link.addEventListener('click', (event) => {
    link.href = location.href;
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    // A name of its own, so that a second click does not take the work of a tab that is open.
    const tab = window.open(link.href, `${OWN_TAB}-${Date.now()}`);
    // A blocked window is no reason to stay here: the plain link may still work.
    if (tab === null) return;
    event.preventDefault();
    opened(tab);
  });
  return link;
}
