/** What a notebook says at its top when its cells do not run here: why, where they do, how long that takes. */
import type { Activity } from './activities.ts';

const NO_SERVER = 'No server is set up for this course, so there is nothing to start. Ask your teacher where to run it.';
const READ_ON = 'You can read on here while it starts: the text stays, and so do the results that were stored with it.';

/** What kind of activity it is, in a few words. */
export function headline({ launches }: Activity): string {
  return launches.length > 0 ? 'This activity runs on a server' : 'This activity is for reading here';
}

/** The banner of `activity`; `page` is the address of its page in the book, `roomy` whether all of it may be shown at once. */
export function banner(activity: Activity, page: string, roomy: boolean): HTMLElement {
  const { why, launches, meanwhile } = activity;
  const reasons = document.createElement('details');
  reasons.open = roomy;
  reasons.append(
    element('summary', '', [launches.length > 0 ? 'Why, and what to do meanwhile' : 'Why']),
    element('ul', '', why.map((reason) => element('li', '', [reason]))),
    ...(launches.length > 0 ? [element('p', 'satchel-hosted-meanwhile', [meanwhile || READ_ON])] : []),
  );
  const box = element('section', 'satchel-hosted-notice', [
    element('h2', 'satchel-hosted-title', [headline(activity)]),
    reasons,
    ...launches.filter(({ wait }) => wait !== '').map(({ label, wait }) => (
      element('p', 'satchel-hosted-wait', [`Expected wait for ${label}: `, element('strong', '', [wait]), '.']))),
    ...(launches.length > 0 ? [] : [element('p', '', [NO_SERVER])]),
    element('p', 'satchel-hosted-ways', [
      ...launches.map(({ id, label, href }) => {
        const way = link('satchel-open-hosted', `Open on ${label}`, href);
        way.dataset.host = id;
        way.target = '_blank';
        way.rel = 'noopener';
        return way;
      }),
      link('satchel-hosted-page', 'Page in the book', page),
    ]),
  ]);
  box.setAttribute('role', 'region');
  box.setAttribute('aria-label', 'Where this activity runs');
  // The notebook takes single keys as commands; in here Enter follows a link.
  box.dataset.lmSuppressShortcuts = 'true';
  return box;
}

function link(name: string, label: string, href: string): HTMLAnchorElement {
  const way = document.createElement('a');
  way.className = name;
  way.textContent = label;
  way.href = href;
  return way;
}

function element(tag: string, name: string, children: readonly (Node | string)[]): HTMLElement {
  const node = document.createElement(tag);
  if (name !== '') node.className = name;
  node.append(...children);
  return node;
}
