/** Shows what differs between two texts, line by line. In a chunk of its own, as most readers never need it. */
import { compared, folded, type Line } from './lines.ts';
import { el } from './dom.ts';

/** A comparison of `before` and `after`: what goes is marked with −, what comes with +, both also in words. */
export function comparison(before: string, after: string): HTMLElement {
  const lines = compared(before, after);
  if (lines === null) return el('div', {}, el('p', { class: 'satchel-caption' }, 'The texts are too long to compare. This is the second one:'), plainText(after));
  if (lines.every(({ sign }) => sign === ' ')) return el('p', { class: 'satchel-caption' }, 'The texts are the same.');
  const rows = folded(lines).map((row) => 'alike' in row
    ? el('span', { class: 'satchel-alike' }, `${row.alike} lines alike\n`) : shown(row));
  return el('pre', { class: 'satchel-lines', tabindex: '0' }, ...rows);
}

/** A text as it is, in a box that a keyboard can scroll. */
export function plainText(text: string): HTMLElement {
  return el('pre', { class: 'satchel-lines', tabindex: '0' }, el('span', {}, text === '' ? '(empty)' : text));
}

function shown({ sign, parts }: Line): HTMLElement {
  const mark = el('span', { class: 'satchel-sign', 'aria-hidden': 'true' }, sign);
  const pieces = parts.map(({ text, changed }) => changed ? el('b', {}, text) : text);
  if (sign === ' ') return el('span', {}, mark, ...pieces, '\n');
  const spoken = el('span', { class: 'satchel-hidden' }, sign === '+' ? 'added: ' : 'removed: ');
  return el(sign === '+' ? 'ins' : 'del', {}, mark, spoken, ...pieces, '\n');
}
