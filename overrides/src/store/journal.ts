/**
 * What could not be given to the store in time. IndexedDB may drop a write whose page dies (about one close in twenty, right
 * after a key, in Chromium) or refuse it; localStorage is written on the spot. The next page brings both together.
 */
import { isIdentity, storeName } from '../work/keys.ts';
import type { Seen } from '../work/merge.ts';
import { parseRecord, type EditRecord } from '../work/records.ts';
import { amount, bad, good, instant, isBag, list, own } from '../shape.ts';
import type { Parsed } from '../types.ts';

/** A record that may not have reached the store, and the save its tab knew before. */
export interface LastWord {
  readonly cell: string;
  readonly record: EditRecord;
  readonly known: Seen | null;
}

/** The last words of one tab on one notebook: where they lie, and how. */
export interface LeftWords {
  readonly name: string;
  readonly raw: string;
  readonly notebook: string;
  readonly words: readonly LastWord[];
}

// No identity holds a control character.
const END = '\n';

function parseSeen(value: unknown): Seen | null {
  if (!isBag(value)) return null;
  const revision = amount(own(value, 'revision'));
  const time = instant(own(value, 'time'));
  return revision !== null && time !== null ? { revision, time } : null;
}

function parseWord(value: unknown): Parsed<LastWord> {
  if (!isBag(value)) return bad('a last word is not an object');
  const cell = own(value, 'cell');
  const record = parseRecord(own(value, 'record'));
  if (!isIdentity(cell)) return bad('a last word has no cell');
  return record.ok ? good({ cell, record: record.value, known: parseSeen(own(value, 'known')) }) : record;
}

/** The browser's localStorage, or `null` where the page may not use it. */
export function localWords(): Storage | null {
  try {
    return globalThis.localStorage ?? null;
  } catch {
    // Some frames and settings forbid even to look; the page then does without last words.
    return null;
  }
}

/** The last words of all tabs in one course, and the place for this tab's own. */
export class Journal {
  readonly #storage: Storage | null;
  readonly #prefix: string;
  readonly #tab: string;

  /** `tab` tells this tab's words from those of others. */
  constructor(storage: Storage | null, course: string, tab: string = Math.random().toString(36).slice(2)) {
    this.#storage = storage;
    this.#prefix = `${storeName(course)}/leaving/`;
    this.#tab = tab;
  }

  /** Sets `words` aside. `false` if the browser does not take them. */
  write(notebook: string, words: readonly LastWord[]): boolean {
    if (this.#storage === null) return false;
    try {
      this.#storage.setItem(this.#name(notebook), JSON.stringify(words));
      return true;
    } catch (error) {
      console.warn('satchel: the last words of this page could not be kept aside', error);
      return false;
    }
  }

  /** This tab has nothing unsaved any more. */
  clear(notebook: string): void {
    this.#storage?.removeItem(this.#name(notebook));
  }

  /** What other tabs, open or closed, have left in the course. Damaged words are none. */
  read(): readonly LeftWords[] {
    const storage = this.#storage;
    if (storage === null) return [];
    const names = Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? '');
    return names.filter((name) => name.startsWith(this.#prefix) && !name.endsWith(`${END}${this.#tab}`)).flatMap((name) => {
      const raw = storage.getItem(name) ?? '';
      const words = parseWords(raw);
      const [notebook] = name.slice(this.#prefix.length).split(END);
      return words.length > 0 && isIdentity(notebook) ? [{ name, raw, notebook, words }] : [];
    });
  }

  /** What was left there is in the store now. Words that an open tab has written meanwhile stay. */
  settle({ name, raw }: LeftWords): void {
    if (this.#storage?.getItem(name) === raw) this.#storage.removeItem(name);
  }

  /** Calls `act` when another tab leaves words; the returned function ends that. */
  watch(act: () => void): () => void {
    const heard = ({ key, newValue }: StorageEvent): void => {
      if (newValue !== null && key?.startsWith(this.#prefix)) act();
    };
    addEventListener('storage', heard);
    return () => removeEventListener('storage', heard);
  }

  #name(notebook: string): string {
    return `${this.#prefix}${notebook}${END}${this.#tab}`;
  }
}

function parseWords(text: string): readonly LastWord[] {
  try {
    const words = list(JSON.parse(text), parseWord);
    if (words.ok) return words.value;
    console.warn(`satchel: last words could not be used: ${words.problem}`);
  } catch (error) {
    console.warn('satchel: last words could not be read', error);
  }
  return [];
}
