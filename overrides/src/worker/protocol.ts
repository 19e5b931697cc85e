/**
 * What a page and the worker that holds Python tell each other about who is served.
 *
 * `boot/protocol.ts` has the messages for Python itself. Both kinds go over the same port.
 */
import { isRecord } from '../boot/protocol.ts';

/** Is there a Python already? Asked by a page that would rather not start one. */
export interface HelloMessage {
  readonly satchel: 'hello';
}

/** Serve me from now on: start Python, or bring the one that runs to this page. */
export interface OpenMessage {
  readonly satchel: 'open';
  /** What the runtime is made of. A Python of another one is not handed over. */
  readonly fingerprint: string;
  /** Upstream's options for a start, with our `BootRequest` in `loadPyodideOptions.satchel`. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** Load packages of the lock while nothing runs. */
export interface AheadMessage {
  readonly satchel: 'ahead';
  readonly packages: readonly string[];
}

/** End yourself. */
export interface CloseMessage {
  readonly satchel: 'close';
}

export type PageWish = HelloMessage | OpenMessage | AheadMessage | CloseMessage;

/** The answer to `hello`. */
export interface HereMessage {
  readonly satchel: 'here';
  readonly python: boolean;
}

/** The answer to `open`. */
export interface OpenedMessage {
  readonly satchel: 'opened';
  /** `started`: from nothing; `kept`: it ran before; `foreign`: it is made of another runtime and is not handed over. */
  readonly how: 'started' | 'kept' | 'foreign';
  /** A cell of the page before still runs. */
  readonly busy: boolean;
  /** Name of the lock that this worker holds for as long as it lives. */
  readonly alive: string;
}

/** Python is this page's and can run cells. */
export interface ReadyMessage {
  readonly satchel: 'ready';
  /** Cells that it has run for earlier pages. */
  readonly count: number;
}

/** A moment of a start, for a profile. */
export interface MarkMessage {
  readonly satchel: 'mark';
  readonly name: string;
  /** Milliseconds since 1970, with fractions. */
  readonly time: number;
}

export type HostMessage = HereMessage | OpenedMessage | ReadyMessage | MarkMessage;

/** The message in `data` if a page meant it for the worker's host, else null. */
export function pageWish(data: unknown): PageWish | null {
  if (!isRecord(data)) return null;
  switch (data.satchel) {
    case 'hello': return { satchel: 'hello' };
    case 'close': return { satchel: 'close' };
    case 'open': {
      const { fingerprint, options } = data;
      return typeof fingerprint === 'string' && isRecord(options) ? { satchel: 'open', fingerprint, options } : null;
    }
    case 'ahead': {
      const { packages } = data;
      const names = Array.isArray(packages) ? packages.filter((name) => typeof name === 'string') : [];
      return { satchel: 'ahead', packages: names };
    }
    default: return null;
  }
}

/** The message in `data` if the worker's host meant it for the page, else null. */
export function hostMessage(data: unknown): HostMessage | null {
  if (!isRecord(data)) return null;
  const { satchel, python, how, busy, alive, count, name, time } = data;
  if (satchel === 'here') return { satchel, python: python === true };
  if (satchel === 'opened' && (how === 'started' || how === 'kept' || how === 'foreign') && typeof alive === 'string') {
    return { satchel, how, busy: busy === true, alive };
  }
  if (satchel === 'ready' && typeof count === 'number') return { satchel, count };
  if (satchel === 'mark' && typeof name === 'string' && typeof time === 'number') return { satchel, name, time };
  return null;
}
