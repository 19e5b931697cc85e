/** Colours Python roughly, with the class names of Pygments, so that an edit is readable before the editor has loaded. */

/** A piece of source and its Pygments class, empty for plain text. */
export interface Token {
  readonly text: string;
  readonly kind: string;
}

const KEYWORDS = new Set(('and as assert async await break class continue def del elif else except finally for from global if '
  + 'import in is lambda nonlocal not or pass raise return try while with yield').split(' '));
const CONSTANTS = new Set(['True', 'False', 'None']);
const BUILTINS = new Set(('abs all any bool dict enumerate filter float format input int isinstance len list map max min open '
  + 'print range repr reversed round set sorted str sum super tuple type zip').split(' '));

// One alternative per kind, tried in order at each position; whatever fits none is plain.
const LEXEMES = new RegExp([
  /(?<comment>#[^\n]*)/,
  /(?<string>\b[rbfuRBFU]{0,2}(?:"""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?)|"""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?)/,
  /(?<number>\b(?:0[xob][\da-f_]+|\d[\d_]*(?:\.[\d_]*)?(?:e[+-]?\d+)?j?))/i,
  /(?<definition>(?<=\b(?:def|class)\s+)[\p{L}_][\p{L}\p{N}_]*)/u,
  /(?<name>[\p{L}_][\p{L}\p{N}_]*)/u,
  /(?<operator>[-+*/%=<>!&|^~@:]+)/,
].map((part) => part.source).join('|'), 'giu');

const PYGMENTS: Readonly<Record<string, string>> = { comment: 'c1', string: 's2', number: 'mi', definition: 'nf', operator: 'o' };

function nameKind(name: string): string {
  if (KEYWORDS.has(name)) return 'k';
  if (CONSTANTS.has(name)) return 'kc';
  return BUILTINS.has(name) ? 'nb' : 'n';
}

/** The tokens of `source`; their texts joined give exactly `source`. */
export function tokens(source: string): readonly Token[] {
  const found: Token[] = [];
  let end = 0;
  for (const match of source.matchAll(LEXEMES)) {
    if (match.index > end) found.push({ text: source.slice(end, match.index), kind: '' });
    const [group] = Object.entries(match.groups ?? {}).find(([, value]) => value !== undefined) ?? ['name'];
    found.push({ text: match[0], kind: group === 'name' ? nameKind(match[0]) : PYGMENTS[group] ?? '' });
    end = match.index + match[0].length;
  }
  if (end < source.length) found.push({ text: source.slice(end), kind: '' });
  return found;
}
