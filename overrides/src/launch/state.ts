/** What has become of a launch, and what the student is told about it. Pure. */

/**
 * `opening`: the window is open, nothing is known yet. `open`: the server answers. `silent`: it has not answered in time.
 * `down`: it cannot be reached. `offline`: nothing can. `blocked`: the browser opened no window. `late`: the expected wait is over.
 */
export type LaunchState = 'opening' | 'open' | 'silent' | 'down' | 'offline' | 'blocked' | 'late';

/** What an inquiry at the server found; `unknown` where this page may not ask. */
export type Answer = 'answers' | 'silent' | 'down' | 'offline' | 'unknown';

/** A server as the page names it. `wait` may be empty. */
export interface LaunchHost {
  readonly label: string;
  readonly wait: string;
}

/** What is told: a title, sentences, and whether trying again and taking the notebook make sense. */
export interface Told {
  readonly title: string;
  readonly words: readonly string[];
  readonly retry: boolean;
}

/** The state after an answer. A window that was blocked stays blocked, whatever the server says. */
export function answered(state: LaunchState, answer: Answer): LaunchState {
  if (state === 'blocked') return state;
  return answer === 'answers' || answer === 'unknown' ? 'open' : answer;
}

const SAFE = 'What you wrote on this page is safe in this browser.';
const UNSAVED = 'What you wrote on this page could not be saved: see the bar at the bottom.';
const OTHERWISE = 'If the new window shows the server all the same, go on there.';

/** The words for `state`. `saved`: whether the student's work is in the browser's storage. */
export function told(state: LaunchState, { label, wait }: LaunchHost, saved: boolean): Told {
  const work = saved ? SAFE : UNSAVED;
  const expected = wait === '' ? '' : ` (${wait})`;
  switch (state) {
    case 'opening':
    case 'open':
      return {
        title: `${label} opens in a new window`,
        words: [...saved ? [] : [UNSAVED], `${wait === '' ? 'It may take a while to start' : `Expected wait: ${wait}`}. Leave that window open, and read on here meanwhile.`],
        retry: false,
      };
    case 'blocked':
      return { title: 'Your browser has blocked the new window', words: [work, 'This link opens it. To get rid of the question, allow windows for this site.'], retry: false };
    case 'silent':
      return { title: `${label} has not answered yet`, words: [work, `${OTHERWISE} Otherwise wait a little, then try again, or read on and come back later.`], retry: true };
    case 'down':
      return {
        title: `${label} does not answer this page`,
        words: [work, `${OTHERWISE} Otherwise try again in a few minutes. If this stays, tell your teacher, and read on: the rest of the book works without the server.`],
        retry: true,
      };
    case 'offline':
      return { title: 'You are offline', words: [work, 'The server can be opened when this computer is connected again. Until then you can read on.'], retry: true };
    case 'late':
      return {
        title: `${label} takes longer than expected${expected}`,
        words: [work, 'Is the notebook open in the other window? Then all is well. If that window still waits, leave it open; if it shows an error, close it and try again.'],
        retry: true,
      };
  }
}
