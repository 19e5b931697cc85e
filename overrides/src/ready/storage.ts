/** Judges where the student's work would be kept, and what the browser promises about it. */
import { bytes } from '../words.ts';
import { fine, follows, lacking, limited, type Line } from './line.ts';
import type { BrowserSeen, StorageSeen } from './seen.ts';

/** Bytes below which a site runs out of space with a few data sets. */
const TIGHT = 50_000_000;

const OWN_TAB = 'Open the course in its own tab: the link at the top of this page does.';

/** The lines about the student's work. */
export function judgeStorage(seen: StorageSeen, browser: BrowserSeen): readonly Line[] {
  return [database(seen), promise(seen, browser), frame(seen), PRIVATE, offline(browser)];
}

function database({ database: { milliseconds, problem }, aside, framed }: StorageSeen): Line {
  if (milliseconds === null) {
    return lacking('storage', `The browser stores nothing for this site${problem === null ? '' : ` (${problem})`}.`,
      'Cells run, but what you write is gone when you close the page.',
      framed ? OWN_TAB : 'Allow this site to store data: look for “cookies and site data” in the browser\'s settings, and leave strict private modes. Until then, download your work before you leave a page.');
  }
  if (!aside) {
    return limited('storage', `What was written was read back in ${Math.ceil(milliseconds)} ms, but the browser\'s second store, a small one, is closed.`,
      'Your work is saved. Only the last letters before you close a page may be lost.', 'Wait until the page says “saved” before you close it, or allow this site to store data.');
  }
  return fine('storage', `A text was written and read back in ${Math.ceil(milliseconds)} ms.`, 'Your work is saved in this browser on this device, and nowhere else.');
}

function promise({ database: { milliseconds }, promised, quota }: StorageSeen, { secure }: BrowserSeen): Line {
  const room = quota === null ? '' : ` Up to ${bytes(quota)} for this site.`;
  if (milliseconds === null) return follows('promise', 'limited', 'Not asked: there is nothing to keep.');
  if (!secure) {
    return limited('promise', 'This address is not a secure one (https), so the browser promises nothing.',
      'The browser may clear your work when space runs short.', 'Take a backup now and then, under “My work”, and ask whoever runs the site for https.');
  }
  if (quota !== null && quota < TIGHT) {
    return limited('promise', `The browser gives this site only ${bytes(quota)}.`,
      'That is enough for texts, but not for many files. Private windows and full disks are frequent causes.', 'Free some space on the disk, or use an ordinary window.');
  }
  if (promised === true) return fine('promise', `The browser has promised to keep what is stored.${room}`);
  return limited('promise', `The browser has not promised to keep what is stored${promised === null ? ', and cannot be asked' : ''}.${room}`,
    'It may clear your work when space runs short or after a long absence. That is so in most browsers at first.',
    'Take a backup now and then, under “My work”. The browser is asked again when you have written something.');
}

function frame({ framed, database: { milliseconds } }: StorageSeen): Line {
  if (!framed) return fine('frame', 'No: the page has its own tab.');
  return milliseconds === null
    ? lacking('frame', 'Yes, and there the browser stores nothing.', 'What you write in the frame is gone when you close it.', OWN_TAB)
    : limited('frame', 'Yes.', 'The browser keeps what you write in the frame apart from the course\'s own pages: you will not find it there.', OWN_TAB);
}

const PRIVATE: Line = {
  check: 'private', state: 'unknown',
  found: 'Browsers do not tell a page whether its window is private. You see it yourself: a dark frame, a mask or the word “Private” or “InPrivate”.',
  means: 'In a private window your work ends with the window, even if everything else here is OK.',
  cure: 'Use an ordinary window, or download a backup before you close a private one.',
};

function offline({ serviceWorker, secure }: BrowserSeen): Line {
  if (serviceWorker) return fine('offline', 'The browser could keep pages for a time without a network.');
  return limited('offline', secure ? 'The browser has no service workers, or they are switched off.' : 'Not on this address: it is not a secure one (https).',
    'The course needs a connection each time. Nothing else depends on it.', 'Nothing has to be done. Some private windows have none, ordinary ones do.');
}
