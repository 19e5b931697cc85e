/** The answer in one sentence. */
import { plural } from '../words.ts';
import { CHECKS, GROUPS, isCause, type Check, type Line } from './line.ts';

export type Verdict = 'running' | 'ready' | 'limited' | 'blocked';

export interface Answer {
  readonly verdict: Verdict;
  readonly words: string;
}

/** The checks that the answer speaks of: what is missing first, then what is limited. */
export function notable(lines: readonly Line[]): readonly Check[] {
  const of = (wanted: Line['state']): readonly Check[] => lines.filter((line) => line.state === wanted && isCause(line)).map(({ check }) => check);
  return [...of('missing'), ...of('limited').filter((check) => !QUIET.has(check))];
}

/** Checks that are the host's affair. */
const OF_THE_SITE: ReadonlySet<Check> = new Set(GROUPS.find(({ id }) => id === 'site')?.checks);

/** What the lines come to. While lines are missing, the answer is still open. */
export function answer(lines: readonly Line[]): Answer {
  if (lines.length < CHECKS.length) {
    const blocked = lines.some(({ check, state }) => check === 'webassembly' && state === 'missing');
    if (!blocked) return { verdict: 'running', words: lines.some(({ check }) => check === 'files') ? 'Almost done: Python is starting…' : 'Checking your browser…' };
  }
  const missing = lines.filter(({ state }) => state === 'missing').map(({ check }) => check);
  const has = (check: Check): boolean => missing.includes(check);
  if (has('webassembly')) return { verdict: 'blocked', words: 'This browser cannot run the cells of this course. You can read the pages and write; to run cells, use another browser.' };
  if (has('python')) {
    return missing.some((check) => OF_THE_SITE.has(check))
      ? { verdict: 'blocked', words: 'Cells cannot run, because this site does not deliver Python as it should. It is not your browser: please tell your teacher.' }
      : { verdict: 'blocked', words: 'Python did not start in this browser, so cells cannot run. This is what to look at:' };
  }
  if (has('storage')) return { verdict: 'blocked', words: 'Cells run, but this browser cannot keep your work here. This is what to look at:' };
  if (missing.length > 0) return { verdict: 'limited', words: `You can work here, but ${plural(missing.length, 'thing')} will not:` };
  const limits = notable(lines).length;
  if (limits > 0) return { verdict: 'limited', words: `You can work on this course here, with ${plural(limits, 'limit')}:` };
  return { verdict: 'ready', words: 'Your browser is ready for this course.' };
}

/** Limits that many good browsers have and that cost nobody work. */
const QUIET: ReadonlySet<Check> = new Set(['keeping', 'promise', 'offline']);
