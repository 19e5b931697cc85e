/** What the course consists of, as the build has written it into JupyterLite's configuration. */
import { isRecord } from '../../boot/protocol.ts';

/** A server that runs an activity: what it is called, how long it takes to start (or nothing), the address to open. */
export interface Launch {
  readonly id: string;
  readonly label: string;
  readonly wait: string;
  readonly href: string;
  /** Where a student has to sign in first, or nothing. */
  readonly signIn: string;
}

export interface Activity {
  /** The notebook's path inside JupyterLite, without a drive's name. */
  readonly path: string;
  readonly title: string;
  /** The page of the book, relative to the site root. */
  readonly page: string;
  /** Whether JupyterLite offers it. */
  readonly listed: boolean;
  /** Whether its cells run in JupyterLite. */
  readonly here: boolean;
  /** Sentences: why it runs where it runs. */
  readonly why: readonly string[];
  /** What to do while a server starts, or nothing. */
  readonly meanwhile: string;
  readonly launches: readonly Launch[];
}

/** The activities in `value`, in the order of the book. What is none is left out: the page works without it. */
export function readActivities(value: unknown): readonly Activity[] {
  return Array.isArray(value) ? value.map(readActivity).filter((one) => one !== null) : [];
}

/** The activity whose notebook lies at `path`, with or without a drive's name before it; null when it is not the course's. */
export function activityAt(activities: readonly Activity[], path: string): Activity | null {
  const bare = path.replace(/^[^/]*:/, '');
  return activities.find((one) => one.path === bare) ?? null;
}

/** The absolute URL of the activity's page. `liteUrl`: JupyterLite's base URL, one folder below the site root. */
export function pageOf({ page }: Activity, liteUrl: string): string {
  return new URL(page, new URL('../', liteUrl)).href;
}

function readActivity(value: unknown): Activity | null {
  if (!isRecord(value) || typeof value.path !== 'string' || typeof value.page !== 'string') return null;
  return {
    path: value.path,
    title: text(value.title) || value.path,
    page: value.page,
    listed: value.listed === true,
    here: value.here === true,
    why: Array.isArray(value.why) ? value.why.filter((one) => typeof one === 'string') : [],
    meanwhile: text(value.meanwhile),
    launches: Array.isArray(value.launches) ? value.launches.map(readLaunch).filter((one) => one !== null) : [],
  };
}

function readLaunch(value: unknown): Launch | null {
  if (!isRecord(value) || !isWeb(value.href)) return null;
  const id = text(value.id);
  return { id, label: text(value.label) || id, wait: text(value.wait), href: value.href, signIn: isWeb(value.sign_in) ? value.sign_in : '' };
}

/** Whether `value` is an address that may be opened. */
function isWeb(value: unknown): value is string {
  return typeof value === 'string' && /^https?:/i.test(value);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
