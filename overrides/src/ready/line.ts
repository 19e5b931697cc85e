/** One line of the answer: what was looked at, how it is, what that means for a student, and what helps. */

/** In the order in which they are shown. */
export const CHECKS = [
  'webassembly', 'memory', 'questions', 'keeping', 'isolation',
  'storage', 'promise', 'frame', 'private', 'offline',
  'files', 'types',
  'python', 'package',
] as const;

export type Check = typeof CHECKS[number];

/** `unknown`: no page can tell. */
export type State = 'ok' | 'limited' | 'missing' | 'unknown';

export interface Line {
  readonly check: Check;
  readonly state: State;
  /** What was found, as a sentence. */
  readonly found: string;
  /** What it means for the student; empty where there is nothing more to say. */
  readonly means: string;
  /** What to do about it; empty where nothing has to be done. */
  readonly cure: string;
}

/** What each check looks at. */
export const TITLES: Readonly<Record<Check, string>> = {
  webassembly: 'Running Python (WebAssembly)',
  memory: 'Memory for Python',
  questions: 'Questions from a cell (input)',
  keeping: 'Variables from page to page',
  isolation: 'Shared memory (cross-origin isolation)',
  storage: 'Saving your work (IndexedDB)',
  promise: 'Keeping your work',
  frame: 'Shown inside another site',
  private: 'Private window',
  offline: 'Course without a network (service worker)',
  files: 'Python\'s files on this site',
  types: 'How this site labels its files',
  python: 'Python really runs',
  package: 'A package of this course',
};

/** Headings, and the checks below each. */
export const GROUPS: readonly { readonly id: string; readonly title: string; readonly checks: readonly Check[] }[] = [
  { id: 'browser', title: 'This browser', checks: ['webassembly', 'memory', 'questions', 'keeping', 'isolation'] },
  { id: 'work', title: 'Your work', checks: ['storage', 'promise', 'frame', 'private', 'offline'] },
  { id: 'site', title: 'This site', checks: ['files', 'types'] },
  { id: 'python', title: 'Python', checks: ['python', 'package'] },
];

/** A state in a word, so that it never hangs on a colour. */
export const STATE_WORDS: Readonly<Record<State, string>> = {
  ok: 'OK', limited: 'limited', missing: 'missing', unknown: 'cannot be told',
};

/** A line without a cure: nothing has to be done. */
export function fine(check: Check, found: string, means = ''): Line {
  return { check, state: 'ok', found, means, cure: '' };
}

export function limited(check: Check, found: string, means: string, cure: string): Line {
  return { check, state: 'limited', found, means, cure };
}

/** What is so only because of another line: not looked at, and nothing to be done about it by itself. */
export function follows(check: Check, state: 'limited' | 'missing', found: string): Line {
  return { check, state, found, means: 'This follows from what stands above.', cure: FIRST };
}

const FIRST = 'Mend that first, then check again.';

/** Whether the line stands for something of its own. */
export function isCause({ cure }: Line): boolean {
  return cure !== FIRST;
}

export function lacking(check: Check, found: string, means: string, cure: string): Line {
  return { check, state: 'missing', found, means, cure };
}
