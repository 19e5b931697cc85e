/** What differs between two texts: which lines go, come and stay, and within a changed line which words. No page is needed for it. */
import { diffLines, diffWordsWithSpace } from 'diff';

/** A piece of a line; `changed` where the other text has something else. */
export interface Part {
  readonly text: string;
  readonly changed: boolean;
}

export interface Line {
  readonly sign: '+' | '−' | ' ';
  readonly parts: readonly Part[];
}

/** Stands for lines in a row that are the same in both texts. */
export interface Alike {
  readonly alike: number;
}

/** Longest time that a comparison may take, in milliseconds. */
const PATIENCE = 500;
/** Share of a line that must be the same for its words to be compared. */
const ALIKE = 0.4;
/** Most pairs of lines that are tried in one place. */
const MOST_PAIRS = 400;
/** Lines around a change that are shown with it. */
const CONTEXT = 3;

function split(value: string): readonly string[] {
  return value.replace(/\n$/, '').split('\n');
}

function whole(sign: Line['sign'], text: string): Line {
  return { sign, parts: [{ text, changed: false }] };
}

/** The old and the new form of one line, with the words that differ; `null` if hardly any word is the same. */
function pair(before: string, after: string): { readonly gone: Line; readonly come: Line } | null {
  const words = diffWordsWithSpace(before, after);
  const same = words.reduce((sum, { added, removed, value }) => sum + (added || removed ? 0 : value.trim().length), 0);
  if (same < ALIKE * Math.max(before.length, after.length)) return null;
  const side = (sign: '+' | '−', not: 'added' | 'removed'): Line => ({
    sign, parts: words.filter((word) => !word[not]).map(({ value, added, removed }) => ({ text: value, changed: added || removed })),
  });
  return { gone: side('−', 'added'), come: side('+', 'removed') };
}

/** Lines that were replaced by others: each old one is shown beside the first later one that is much like it. */
function replaced(old: readonly string[], fresh: readonly string[]): readonly Line[] {
  const gone = old.map((text) => whole('−', text));
  const come = fresh.map((text) => whole('+', text));
  let from = 0;
  if (old.length * fresh.length > MOST_PAIRS) return [...gone, ...come];
  for (const [index, text] of old.entries()) {
    for (let other = from; other < fresh.length; other += 1) {
      const found = pair(text, fresh[other] ?? '');
      if (!found) continue;
      gone[index] = found.gone;
      come[other] = found.come;
      from = other + 1;
      break;
    }
  }
  return [...gone, ...come];
}

/** All lines of both texts in order; `null` if working it out would take too long. */
export function compared(before: string, after: string): readonly Line[] | null {
  const blocks = diffLines(`${before}\n`, `${after}\n`, { timeout: PATIENCE });
  if (!blocks) return null;
  const lines: Line[] = [];
  for (let index = 0; index < blocks.length; index += 1) {
    const block = blocks[index];
    const next = blocks[index + 1];
    if (!block) continue;
    const old = split(block.value);
    if (block.removed && next?.added) {
      lines.push(...replaced(old, split(next.value)));
      index += 1;
    } else lines.push(...old.map((text) => whole(block.added ? '+' : block.removed ? '−' : ' ', text)));
  }
  return lines;
}

/** The lines with long stretches of the same put together. */
export function folded(lines: readonly Line[]): readonly (Line | Alike)[] {
  const near = lines.map((_, index) => lines.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1).some(({ sign }) => sign !== ' '));
  const rows: (Line | Alike)[] = [];
  for (let index = 0; index < lines.length;) {
    let end = index;
    while (end < lines.length && !near[end]) end += 1;
    // One line is shorter than the words that would stand for it.
    if (end - index > 1) rows.push({ alike: end - index });
    else end = Math.min(lines.length, index + 1);
    if (end - index === 1) rows.push(...lines.slice(index, end));
    index = end;
  }
  return rows;
}

/** Numbers, from 0, of the lines of `before` that `after` does not have, and the other way round. */
export function changedLines(before: string, after: string): { readonly gone: readonly number[]; readonly come: readonly number[] } {
  const gone: number[] = [];
  const come: number[] = [];
  let old = 0;
  let fresh = 0;
  for (const { sign } of compared(before, after) ?? []) {
    if (sign === '−') gone.push(old);
    if (sign === '+') come.push(fresh);
    if (sign !== '+') old += 1;
    if (sign !== '−') fresh += 1;
  }
  return { gone, come };
}
