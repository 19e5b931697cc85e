/** What bringing work in did, or would do, in words. */
import type { FileChange } from '../drive/bring.ts';
import type { Change, Counts } from '../work/bring.ts';
import { plural } from '../words.ts';

/** What becomes of a cell, for the list of a preview. */
export const KINDS: Readonly<Record<Change['kind'], string>> = {
  new: 'new here', same: 'nothing changes', replaces: 'takes the place of what is here', asks: 'both kept; you are asked at the cell',
  resets: 'goes back to the author\'s text',
};

/** How many texts change, or are to be asked about. */
export function changesIn(counts: Counts): number {
  return counts.new + counts.replaces + counts.asks + counts.resets;
}

/** `3 texts new here, 1 the same`. */
export function broughtWords(counts: Counts): string {
  const parts = ([
    [counts.new, 'new here'], [counts.replaces, 'in place of another'], [counts.asks, 'kept beside yours, and you are asked at the cell'],
    [counts.resets, 'back to the author\'s text'], [counts.same, 'known here already'],
  ] as const).filter(([count]) => count > 0);
  if (parts.length === 0) return 'nothing';
  return parts.map(([count, words], index) => `${index === 0 ? plural(count, 'text') : count} ${words}`).join(', ');
}

/** What becomes of a file, for the list of a preview. */
export function fileKind({ kind, path, target }: FileChange): string {
  const name = target.split('/').at(-1) ?? target;
  switch (kind) {
    case 'new': return target === path ? 'new here' : `new here, as ${target}`;
    case 'same': return 'nothing changes';
    case 'beside': return `kept beside yours as ${name}`;
    case 'replaces': return 'takes the place of yours, which is kept beside it';
  }
}

/** How many files change. */
export function filesChanging(files: readonly FileChange[]): number {
  return files.filter(({ kind }) => kind !== 'same').length;
}

/** `2 files new here, 1 kept beside yours`. */
export function filesWords(files: readonly FileChange[]): string {
  const many = (kind: FileChange['kind']): number => files.filter((each) => each.kind === kind).length;
  const parts = ([
    [many('new'), 'new here'], [many('beside'), 'kept beside yours under another name'],
    [many('replaces'), 'in place of yours, which stay beside them'], [many('same'), 'here already'],
  ] as const).filter(([count]) => count > 0);
  return parts.map(([count, words], index) => `${index === 0 ? plural(count, 'file') : count} ${words}`).join(', ');
}

/** What was, or would be, brought in: texts, then files. Empty if nothing was. */
export function allWords(counts: Counts, files: readonly FileChange[]): string {
  return [...changesIn(counts) + counts.same > 0 ? [broughtWords(counts)] : [], ...files.length > 0 ? [filesWords(files)] : []].join('; ');
}
