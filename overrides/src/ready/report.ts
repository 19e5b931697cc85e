/** The plain text for a help desk. It names the browser and the site, and nothing that tells who reads here. */
import { CHECKS, STATE_WORDS, TITLES, type Line } from './line.ts';
import type { Answer } from './verdict.ts';

export interface Circumstances {
  readonly course: string;
  /** The site's root, without what is behind it. */
  readonly site: string;
  readonly browser: string;
}

/** The report's text. Lines that have not come yet are left out. */
export function report(lines: readonly Line[], { words }: Answer, { course, site, browser }: Circumstances): string {
  const ordered = CHECKS.flatMap((check) => lines.filter((line) => line.check === check));
  return [
    `Is my browser ready? ${course}`,
    `Site: ${site}`,
    `Browser: ${browser}`,
    words,
    '',
    ...ordered.map(({ check, state, found }) => `[${STATE_WORDS[state]}] ${TITLES[check]}: ${found}`),
  ].join('\n');
}

/** Later names win: every browser also names those that it descends from. */
const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/\bVersion\/(\d+[\d.]*).*\bSafari\//, 'Safari'],
  [/\b(?:Headless)?Chrome\/(\d+)/, 'Chrome'],
  [/\bCriOS\/(\d+)/, 'Chrome'],
  [/\bFirefox\/(\d+)/, 'Firefox'],
  [/\bFxiOS\/(\d+)/, 'Firefox'],
  [/\bSamsungBrowser\/(\d+)/, 'Samsung Internet'],
  [/\bOPR\/(\d+)/, 'Opera'],
  [/\bEdg(?:A|iOS)?\/(\d+)/, 'Edge'],
];

const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/\bCrOS\b/, 'ChromeOS'], [/\bAndroid\b/, 'Android'], [/\b(?:iPhone|iPad)\b/, 'iOS'],
  [/\bWindows\b/, 'Windows'], [/\bMac OS X\b/, 'macOS'], [/\bLinux\b/, 'Linux'],
];

/** `Firefox 153 on Linux`, from what the browser calls itself. Device names and the like are left out. */
export function browserName(agent: string): string {
  const found = BROWSERS.flatMap(([pattern, name]) => {
    const version = pattern.exec(agent)?.[1];
    return version === undefined ? [] : [`${name} ${version}`];
  }).at(-1);
  const system = SYSTEMS.find(([pattern]) => pattern.test(agent))?.[1];
  return `${found ?? 'an unknown browser'}${system === undefined ? '' : ` on ${system}`}`;
}
