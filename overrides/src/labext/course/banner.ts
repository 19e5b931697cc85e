/** What a notebook says at its top when its cells do not run here: why, where they do, how long that takes. */
import { button } from '../../view/dom.ts';
import type { Activity, Launch } from './activities.ts';

const NO_SERVER = 'No server is set up for this course, so there is nothing to start. Ask your teacher where to run it.';
const READ_ON = 'You can read on here while it starts: the text stays, and so do the results that were stored with it.';

const NOT_SEEN = 'What you change here is kept in this browser; the server does not see it. Take your notebook along as a file, and drop it into the '
  + 'list of files there. To bring your work back, download the notebook there and bring it in under “My work”.';

/** What kind of activity it is, in a few words. */
export function headline({ launches }: Activity): string {
  return launches.length > 0 ? 'This activity runs on a server' : 'This activity is for reading here';
}

/**
 * The banner of `activity`; `page` is the address of its page in the book, `roomy` whether all of it may be shown at once,
 * `take` downloads the student's notebook.
 */
export function banner(activity: Activity, page: string, roomy: boolean, take: () => void): HTMLElement {
  const { why, launches, meanwhile } = activity;
  const reasons = document.createElement('details');
  reasons.open = roomy;
  reasons.append(
    element('summary', '', [launches.length > 0 ? 'Why, and what to do meanwhile' : 'Why']),
    element('ul', '', why.map((reason) => element('li', '', [reason]))),
    ...(launches.length > 0 ? [element('p', 'satchel-hosted-meanwhile', [meanwhile || READ_ON]), element('p', 'satchel-hosted-along', [NOT_SEEN])] : []),
  );
  const box = element('section', 'satchel-hosted-notice', [
    element('h2', 'satchel-hosted-title', [headline(activity)]),
    reasons,
    ...launches.filter(({ wait }) => wait !== '').map(({ label, wait }) => (
      element('p', 'satchel-hosted-wait', [`Expected wait for ${label}: `, element('strong', '', [wait]), '.']))),
    ...(launches.length > 0 ? [] : [element('p', '', [NO_SERVER])]),
    ...launches.filter(({ signIn }) => signIn !== '').map(({ label }) => (
      element('p', 'satchel-hosted-steps', [`${label} knows you only after you have signed in through it. Signed in already? Go straight to step 2.`]))),
    element('p', 'satchel-hosted-ways', [
      ...launches.flatMap(ways),
      link('satchel-hosted-page', 'Page in the book', page),
      ...(launches.length > 0 ? [button('satchel-take-along', 'Take my notebook along', take)] : []),
    ]),
  ]);
  box.setAttribute('role', 'region');
  box.setAttribute('aria-label', 'Where this activity runs');
  // The notebook takes single keys as commands; in here Enter follows a link.
  box.dataset.lmSuppressShortcuts = 'true';
  return box;
}

/** The link to a server, or two where a student has to sign in somewhere else first. What comes of a click is told by `launch/`. */
function ways({ id, label, wait, href, signIn }: Launch): readonly HTMLAnchorElement[] {
  const outside = (name: string, words: string, address: string): HTMLAnchorElement => {
    const way = link(name, words, address);
    Object.assign(way.dataset, { host: id, label, wait });
    way.target = '_blank';
    way.rel = 'noopener';
    return way;
  };
  if (signIn === '') return [outside('satchel-open-hosted', `Open on ${label}`, href)];
  return [outside('satchel-sign-in', `1. Sign in through ${label}`, signIn), outside('satchel-open-hosted', '2. Open the notebook', href)];
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
