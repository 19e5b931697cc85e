/** How long to wait for a server before saying that it is late, from what the author wrote about it. Pure. */

const MINUTE = 60_000;
const UNITS: Readonly<Record<string, number>> = { second: 1000, minute: MINUTE, hour: 60 * MINUTE };
const NUMBERS: Readonly<Record<string, number>> = {
  a: 1, an: 1, one: 1, two: 2, three: 3, four: 4, five: 5, six: 6, seven: 7, eight: 8, nine: 9, ten: 10, twelve: 12,
  fifteen: 15, twenty: 20, thirty: 30, half: 0.5,
};
/** Where the author says nothing that can be counted. */
const USUAL = 5 * MINUTE;
/** More than this, and nobody would hear that it is late. */
const MOST = 60 * MINUTE;

function number(word: string): number | undefined {
  return /^\d/.test(word) ? Number(word) : NUMBERS[word];
}

/** Milliseconds that `words` promise at most: the last number before the last unit of time, as in “two to three minutes”. */
export function patience(words: string): number {
  const parts = words.toLowerCase().match(/\d+(?:\.\d+)?|[a-z]+/g) ?? [];
  const at = parts.findLastIndex((part) => unit(part) !== undefined);
  const size = unit(parts[at] ?? '');
  const before = parts.slice(0, Math.max(at, 0));
  const counted = before.findLastIndex((part) => number(part) !== undefined);
  const value = number(before[counted] ?? '');
  if (size === undefined || value === undefined) return USUAL;
  // “half an hour” is not an hour.
  const half = before[counted - 1] === 'half' && value === 1 ? 0.5 : value;
  return Math.min(MOST, Math.max(1000, half * size));
}

function unit(word: string): number | undefined {
  return UNITS[word.replace(/s$/, '')] ?? (word === 'min' || word === 'mins' ? MINUTE : undefined);
}
