/**
 * Watches the links that lead to a server. The window opens within the click, or browsers would block it; the work is saved
 * before that window leaves for the server. What comes of it is told by a chunk that is fetched when a reader reaches for a link.
 */
import { onIntent } from '../view/intent.ts';

/** The files of a server that the page is connected with. `notebook` is the path of the page's notebook there. */
export interface HostedFiles {
  readonly label: string;
  readonly notebook: string;
  /** The notebook at `path`, `null` if there is none. It is foreign. */
  read(path: string): Promise<unknown>;
  /** Saves a notebook as `path` or, where that is taken, under the next free name. Resolves with the path it got. */
  save(path: string, notebook: object): Promise<string>;
}

/** What a launch needs of its page. */
export interface LaunchPorts {
  /** Saves everything. Resolves when it is saved, or when saving failed. */
  flush(): Promise<void>;
  /** Whether all of the student's work is in the browser's storage. */
  saved(): boolean;
  /** Downloads the page's notebook with the student's texts under `name`. Resolves with what could not be put into it. `null` where there is none. */
  readonly take: ((name: string | null) => Promise<readonly string[]>) | null;
  /** The same notebook as text, for a server that the page is connected with. */
  readonly notebook: (() => Promise<string>) | null;
  /** The files of that server; `null` while there is none. */
  files(): HostedFiles | null;
  /** Asks whether to bring in a notebook that came from there. */
  bring(file: File): void;
  /** Reads a sentence to a screen reader without showing it. */
  say(words: string): void;
  /** Shows a sentence until it is closed. */
  tell(words: string): void;
  now(): number;
}

/** What the page tells the launch buttons. */
export interface LaunchWatch {
  /** So many cells of this page differ from the author's. */
  work(cells: number): void;
  /** The page was connected with a server, or is so no more. */
  connected(): void;
}

const LINKS = 'a.satchel-open-hosted, a.satchel-sign-in';
/** Longest that a window waits for the work to be saved, in milliseconds. */
const SAVE_MOST = 3000;
const BLOCKED = 'Your browser has blocked the new window. Allow windows for this site, or press the button with the Control key held down.';

type Panel = typeof import('./panel.ts');

let loading: Promise<Panel | null> | null = null;

/** Fetches the chunk once; after a failure the next reach tries again. */
function load(): Promise<Panel | null> {
  loading ??= import('./panel.ts').catch((error: unknown) => {
    console.warn('satchel: what comes of a launch cannot be shown', error);
    loading = null;
    return null;
  });
  return loading;
}

/** Watches all launch links of the page, those that come later too. */
export function watchLaunches(ports: LaunchPorts): LaunchWatch {
  onIntent([...document.querySelectorAll<HTMLAnchorElement>(LINKS)], () => void load());
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>(LINKS) : null;
    if (link === null || event.defaultPrevented) return;
    const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
    if (!elsewhere) event.preventDefault();
    void go(link, ports, elsewhere ? 'browser' : blank(link));
  });
  let shown = 0;
  const show = (): void => { void load().then((panel) => panel?.showAlong(shown, ports)); };
  return {
    work: (cells) => {
      if (document.querySelector(LINKS) === null || cells === shown) return;
      shown = cells;
      show();
    },
    connected: show,
  };
}

/** A window of its own that knows nothing of this page; `null` if the browser opens none. */
function blank(link: HTMLAnchorElement): Window | null {
  const tab = window.open('', '_blank');
  if (tab === null) return null;
  tab.opener = null;
  const { label = 'the server', wait = '' } = link.dataset;
  const page = tab.document;
  page.title = label;
  page.documentElement.style.colorScheme = 'light dark';
  page.body.style.cssText = 'font: 1.1rem/1.5 system-ui, sans-serif; margin: 20vh auto 0; max-width: 32rem; padding: 0 1rem';
  for (const words of [`Opening ${label}…`, wait === '' ? '' : `Expected wait: ${wait}.`, 'If nothing comes, close this window: your work is in the book.']) {
    page.body.append(Object.assign(page.createElement('p'), { textContent: words }));
  }
  return tab;
}

/** Saves, then lets `tab` go to the server. `browser`: the reader has a way of their own to open the link. */
async function go(link: HTMLAnchorElement, ports: LaunchPorts, tab: Window | 'browser' | null): Promise<void> {
  const chunk = load();
  const limit = new Promise((resolve) => { setTimeout(resolve, SAVE_MOST); });
  await Promise.race([ports.flush(), limit]);
  if (tab !== null && tab !== 'browser') tab.location.replace(link.href);
  const panel = await chunk;
  if (panel !== null) panel.follow(link, tab === null ? 'blocked' : 'opening', ports, () => void go(link, ports, blank(link)));
  else if (tab === null) ports.tell(BLOCKED);
}
