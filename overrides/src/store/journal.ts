/**
 * Last words of a page that is being closed. IndexedDB may drop a write whose page dies (about one close in twenty, right
 * after a key, in Chromium); localStorage is written on the spot. The next visit brings both together.
 */
import { isIdentity, storeName } from '../work/keys.ts';
import type { Seen } from '../work/merge.ts';
import { parseRecord, type EditRecord } from '../work/records.ts';
import { amount, bad, good, isBag, list, own } from '../shape.ts';
import type { Parsed } from '../types.ts';

/** A record that may not have reached the store, and the save its tab knew before. */
export interface LastWord {
  readonly cell: string;
  readonly record: EditRecord;
  readonly known: Seen | null;
}

function parseSeen(value: unknown): Seen | null {
  if (!isBag(value)) return null;
  const revision = amount(own(value, 'revision'));
  const time = amount(own(value, 'time'));
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

export class Journal {
  readonly #storage: Storage | null;
  readonly #name: string;

  constructor(storage: Storage | null, course: string, notebook: string) {
    this.#storage = storage;
    this.#name = `${storeName(course)}/leaving/${notebook}`;
  }

  write(words: readonly LastWord[]): void {
    try {
      this.#storage?.setItem(this.#name, JSON.stringify(words));
    } catch (error) {
      console.warn('satchel: the last words of this page could not be kept aside', error);
    }
  }

  /** What was left here. Damaged words are none. */
  read(): readonly LastWord[] {
    const text = this.#storage?.getItem(this.#name);
    if (text === null || text === undefined) return [];
    try {
      const words = list(JSON.parse(text), parseWord);
      if (words.ok) return words.value;
      console.warn(`satchel: last words could not be used: ${words.problem}`);
    } catch (error) {
      console.warn('satchel: last words could not be read', error);
    }
    return [];
  }

  clear(): void {
    this.#storage?.removeItem(this.#name);
  }
}
