/** Judges what the browser offers for running Python. */
import { fine, follows, lacking, limited, type Line } from './line.ts';
import type { BrowserSeen, MemorySeen } from './seen.ts';

const CURRENT = 'Use a current version of Chrome, Edge, Firefox or Safari.';

/** The lines about the browser itself, memory apart. */
export function judgeBrowser(seen: BrowserSeen): readonly Line[] {
  return [
    seen.wasm ? fine('webassembly', 'The browser can run Python.')
      : lacking('webassembly', 'WebAssembly is switched off or not there.',
        'No cell can run in this browser. Reading and writing work.',
        `${CURRENT} If yours is current, a strict security mode (“Lockdown”, “Super Duper Secure”) or your school has switched WebAssembly off: allow it for this site.`),
    questions(seen),
    seen.keeps ? fine('keeping', 'Python stays when you turn the page.', 'What you define on one page is known on the next.')
      : limited('keeping', 'Python starts afresh on each page.', 'Variables do not go along to the next page, and its first run takes a moment longer. Your texts are not affected.',
        'Nothing has to be done. Chrome and Edge from version 148 keep Python.'),
    seen.isolated ? fine('isolation', 'On.')
      : fine('isolation', 'Off, as on most sites.', 'Nothing here depends on it: Stop and all else work without.'),
  ];
}

function questions({ pauses, isolated }: BrowserSeen): Line {
  if (pauses || isolated) return fine('questions', 'A cell can ask you something and wait for the answer.');
  return limited('questions', 'The browser cannot pause Python for a question (JSPI).',
    'A cell that uses input() says on the page that it cannot ask here.', 'Open such an activity as a notebook, or use a current Chrome, Edge or Firefox.');
}

/** Below this many gigabytes larger packages get slow. */
const SMALL_DEVICE = 2;

/** `null`: there was none to look at. */
export function judgeMemory(seen: MemorySeen | null): Line {
  if (seen === null) return follows('memory', 'limited', 'Not looked at: without WebAssembly there is none for Python.');
  const { device, wanted, got } = seen;
  const about = device === null ? '' : ` The device has ${device >= 8 ? 'at least 8' : `about ${device}`} GB in all.`;
  if (got < wanted) {
    return limited('memory', `Python can have ${got} of the ${wanted} MB that this course may need.${about}`,
      'Cells with large data may end with a MemoryError, or the page may be reloaded by the browser.',
      'Close other tabs and programs, then check again. If it stays so, use a computer with more memory.');
  }
  if (device !== null && device < SMALL_DEVICE) {
    return limited('memory', `Python can have the ${wanted} MB that this course may need.${about}`,
      'That is little: large packages are slow, and the browser may close other tabs.', 'Keep only one page of the course open.');
  }
  return fine('memory', `Python can have the ${wanted} MB that this course may need.${about}`);
}
