/** Remembers what the student has answered about older work. Where it is forgotten, they are asked again: nothing is lost by that. */
import type { OlderWork } from '../drive/older.ts';
import { storeName } from '../work/keys.ts';
import { localWords } from './journal.ts';

/** `told`: the page has said that there is some. `later`: not now. `brought`: it is here. */
export type Answer = 'told' | 'later' | 'brought';

const ANSWERS: ReadonlySet<string> = new Set<Answer>(['told', 'later', 'brought']);

function isAnswer(value: string | undefined): value is Answer {
  return value !== undefined && ANSWERS.has(value);
}

function key(course: string, { name }: Pick<OlderWork, 'name'>): string {
  return `${storeName(course)}/older/${name}`;
}

/** The answer for this drive as it is now; `null` if there is none, or if something newer lies there. */
export function answered(course: string, work: Pick<OlderWork, 'name' | 'newest'>, storage: Storage | null = localWords()): Answer | null {
  const [answer, newest] = storage?.getItem(key(course, work))?.split(' ') ?? [];
  return isAnswer(answer) && Number(newest) >= work.newest ? answer : null;
}

/** `null` forgets what was answered. */
export function answer(course: string, work: Pick<OlderWork, 'name' | 'newest'>, words: Answer | null, storage: Storage | null = localWords()): void {
  try {
    if (words === null) storage?.removeItem(key(course, work));
    else storage?.setItem(key(course, work), `${words} ${work.newest}`);
  } catch (error) {
    console.warn('satchel: what was answered about older work could not be noted', error);
  }
}
