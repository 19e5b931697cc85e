/** Shows two texts line by line. In a chunk of its own, as most readers never need it. */
import { diffLines } from 'diff';
import { el } from './dom.ts';

/** A comparison of `before` and `after`: what goes is marked with −, what comes with +, both also in words. */
export function comparison(before: string, after: string): HTMLElement {
  const rows: HTMLElement[] = [];
  for (const part of diffLines(`${before}\n`, `${after}\n`)) {
    const lines = part.value.replace(/\n$/, '').split('\n');
    for (const line of lines) rows.push(row(part.added ? '+' : part.removed ? '−' : ' ', line));
  }
  return el('pre', { class: 'satchel-lines', tabindex: '0' }, ...rows);
}

function row(sign: '+' | '−' | ' ', line: string): HTMLElement {
  const mark = el('span', { class: 'satchel-sign', 'aria-hidden': 'true' }, sign);
  if (sign === ' ') return el('span', {}, mark, line, '\n');
  const spoken = el('span', { class: 'satchel-hidden' }, sign === '+' ? 'added: ' : 'removed: ');
  return el(sign === '+' ? 'ins' : 'del', {}, mark, spoken, line, '\n');
}
