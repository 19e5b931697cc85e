/** Small questions to ask of a value of unknown shape. Only own properties count, so `__proto__` never answers. */
import type { Parsed } from './types.ts';

/** A value that has properties. */
export type Bag = { readonly [name: string]: unknown };

export function isBag(value: unknown): value is Bag {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The own property `name`, or `undefined`. */
export function own(bag: Bag, name: string): unknown {
  return Object.hasOwn(bag, name) ? bag[name] : undefined;
}

/** A string of at most `limit` UTF-16 units, else `null`. */
export function text(value: unknown, limit: number): string | null {
  return typeof value === 'string' && value.length <= limit ? value : null;
}

/** A finite number that is not negative, else `null`. */
export function amount(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null;
}

/** A moment in milliseconds since 1970 that a `Date` can hold, else `null`. */
export function instant(value: unknown): number | null {
  const time = amount(value);
  return time !== null && time <= 8_640_000_000_000_000 ? time : null;
}

/** A whole number that can still be counted up, else `null`. */
export function count(value: unknown): number | null {
  const whole = amount(value);
  return whole !== null && Number.isInteger(whole) && whole < 2 ** 50 ? whole : null;
}

/** Every item parsed by `parse`, or the first problem. */
export function list<T>(value: unknown, parse: (item: unknown, index: number) => Parsed<T>): Parsed<readonly T[]> {
  if (!Array.isArray(value)) return bad('a list is missing');
  const items: T[] = [];
  for (const [index, item] of value.entries()) {
    const parsed = parse(item, index);
    if (!parsed.ok) return parsed;
    items.push(parsed.value);
  }
  return good(items);
}

export function good<T>(value: T): Parsed<T> {
  return { ok: true, value };
}

export function bad<T>(problem: string): Parsed<T> {
  return { ok: false, problem };
}
