/** What a hub and a student's server answer, read as foreign text. Pure. */
import { bad, good, isBag, own, text } from '../shape.ts';
import type { Parsed } from '../types.ts';

/** A student's server. `url` is as the hub says it: mostly a path. */
export interface HubServer {
  readonly name: string;
  readonly url: string;
  readonly ready: boolean;
}

/** Who a token belongs to, and the servers that run or start. */
export interface HubUser {
  readonly name: string;
  readonly servers: readonly HubServer[];
}

/** A short-lived pass for one connection. */
export interface Pass {
  readonly id: string;
  readonly token: string;
}

/** The answer of `/hub/api/user`. A server that is being stopped counts as gone. */
export function parseUser(value: unknown): Parsed<HubUser> {
  if (!isBag(value)) return bad('the hub did not say who the token belongs to');
  const name = text(own(value, 'name'), 500);
  const kind = own(value, 'kind');
  if (!name || (kind !== undefined && kind !== 'user')) return bad('the token does not belong to a person');
  const listed = own(value, 'servers');
  const servers: HubServer[] = [];
  if (isBag(listed)) {
    for (const [key, entry] of Object.entries(listed)) {
      if (!isBag(entry) || own(entry, 'pending') === 'stop' || own(entry, 'stopped') === true) continue;
      const url = text(own(entry, 'full_url'), 2000) ?? text(own(entry, 'url'), 2000);
      if (url) servers.push({ name: key, url, ready: own(entry, 'ready') === true });
    }
  }
  return good({ name, servers });
}

/** The student's server called `name`; the usual one has an empty name. */
export function serverNamed(servers: readonly HubServer[], name: string): HubServer | null {
  return servers.find((server) => server.name === name) ?? null;
}

/** The answer to a wish for a pass. */
export function parsePass(value: unknown): Parsed<Pass> {
  if (!isBag(value)) return bad('the hub gave no pass');
  const id = text(own(value, 'id'), 200);
  const token = text(own(value, 'token'), 2000);
  return id && token ? good({ id, token }) : bad('the hub gave no pass');
}

/** What a server says in an error's body, or nothing. */
export function parseMessage(value: unknown): string {
  return isBag(value) ? text(own(value, 'message'), 500) ?? '' : '';
}
