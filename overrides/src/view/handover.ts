/** Carries the work of a framed page to the tab that it has opened of itself. Both sides check who speaks, and from where. */
import { isBag, own, text } from '../shape.ts';

const ASK = { satchel: 'may I have the work?', schema: 1 } as const;
const ANSWER = 'here is the work';
/** Longest work that is taken over, in UTF-16 units. */
const MOST = 50_000_000;
/** How often, and for how long, a new tab asks; in milliseconds. */
const EVERY = 300;
const AT_MOST = 20_000;

function says(event: MessageEvent<unknown>, speaker: Window, words: string): boolean {
  return event.source === speaker && event.origin === location.origin
    && isBag(event.data) && own(event.data, 'satchel') === words && own(event.data, 'schema') === 1;
}

/** Gives `tab` the exact form of the work whenever it asks. */
export function lend(tab: Window, work: () => Promise<string>): void {
  let busy = false;
  const answer = async (): Promise<void> => {
    busy = true;
    try {
      tab.postMessage({ satchel: ANSWER, schema: 1, work: await work() }, location.origin);
    } finally {
      busy = false;
    }
  };
  addEventListener('message', (event: MessageEvent<unknown>) => {
    if (!busy && says(event, tab, ASK.satchel)) void answer();
  });
}

/** The exact form of the work in the page that opened this tab; `null` if it does not answer, or with something else. */
export function borrow(opener: Window): Promise<string | null> {
  return new Promise((resolve) => {
    const ask = (): void => opener.postMessage(ASK, location.origin);
    const asking = setInterval(ask, EVERY);
    const end = (work: string | null): void => {
      clearInterval(asking);
      clearTimeout(patience);
      removeEventListener('message', heard);
      resolve(work);
    };
    const heard = (event: MessageEvent<unknown>): void => {
      if (says(event, opener, ANSWER) && isBag(event.data)) end(text(own(event.data, 'work'), MOST));
    };
    const patience = setTimeout(() => end(null), AT_MOST);
    addEventListener('message', heard);
    ask();
  });
}
