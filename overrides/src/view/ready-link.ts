/** The way to the page that says whether the reader's browser is ready for the course. */
import { el } from './dom.ts';

/** That page, below the site's root. */
export const READY_PAGE = 'check.html';

/** The link to it; `address` is the page's. */
export function readyLink(address: string): HTMLAnchorElement {
  // In a tab of its own: what has just failed is still to be seen, and unsaved texts stay where they are.
  return el('a', { class: 'satchel-ready-link', href: address, target: '_blank' }, 'Is my browser ready?');
}
