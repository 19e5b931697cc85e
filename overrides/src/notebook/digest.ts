/** The hash that stands for a cell's text everywhere; the build's `pairing.digest` makes the same. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** Blanks at the end of a line, as Python's `str.rstrip` knows them. */
const BLANKS = /[\t\v\f\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+$/;

/** The first 16 hex digits of SHA-256 over UTF-8. Blanks at line ends and empty lines at the end make no difference. */
export function digest(text: string): string {
  const lines = text.split('\n').map((line) => line.replace(BLANKS, ''));
  return bytesToHex(sha256(utf8ToBytes(lines.join('\n').replace(/\n+$/, '')))).slice(0, 16);
}
