/** A hub, asked with a student's token. The token stays in this object: it goes into headers, never into an address. */
import type { HubPlace, Parsed } from '../types.ts';
import { apiUrl } from './addresses.ts';
import { parseMessage, parsePass, parseUser, type HubUser, type Pass } from './answers.ts';
import { HubTrouble, type Trouble, type Where } from './problems.ts';

/** How the hub is reached: the browser's `fetch`, and the site that the page is on. */
export interface HubWorld {
  readonly get: typeof fetch;
  readonly origin: string;
}

/** Seconds for which a pass can open a connection. */
const PASS = 60;

export class Hub {
  readonly place: HubPlace;
  readonly #world: HubWorld;
  /** `null` once the page has let go of it. */
  #token: string | null;
  #known = false;

  constructor(place: HubPlace, token: string, world: HubWorld) {
    this.place = place;
    this.#token = token;
    this.#world = world;
  }

  get where(): Where {
    return { label: this.place.label, hub: this.place.hub, origin: this.#world.origin };
  }

  /** Forgets the token. */
  forget(): void {
    this.#token = null;
  }

  /** Who the token belongs to, and which of their servers run. Rejects with a `HubTrouble`. */
  async user(): Promise<HubUser> {
    const user = await this.#read(await this.send(apiUrl(this.place.hub, 'user'), {}, false), parseUser);
    this.#known = true;
    return user;
  }

  /** Asks for the student's server to be started. Its start goes on after this. */
  async start(user: string): Promise<void> {
    const body = JSON.stringify(this.place.profile === '' ? {} : { profile: this.place.profile });
    const path = this.place.server === '' ? ['server'] : ['servers', this.place.server];
    const response = await this.send(apiUrl(this.place.hub, 'users', user, ...path), { method: 'POST', body }, false);
    // 400 says that it runs or starts already.
    if (!response.ok && response.status !== 400) throw await this.#refusal(response);
  }

  /** A pass that opens one connection to the server of `user` within a minute, and can do nothing else. */
  async pass(user: string): Promise<Pass> {
    const body = JSON.stringify({
      note: 'One connection of a course page', expires_in: PASS, scopes: [`access:servers!server=${user}/${this.place.server}`],
    });
    const response = await this.send(apiUrl(this.place.hub, 'users', user, 'tokens'), { method: 'POST', body }, false);
    if (response.status === 403 || response.status === 404 || response.status === 400) {
      // A token that may not make passes is another matter than one that is not known any more.
      await this.user();
      throw this.#trouble({ kind: 'limited' });
    }
    return this.#read(response, parsePass);
  }

  /** Takes a pass back. What fails is left to its expiry. */
  revoke(user: string, pass: Pass): void {
    this.send(apiUrl(this.place.hub, 'users', user, 'tokens', pass.id), { method: 'DELETE' }, false)
      .catch((error: unknown) => { console.warn('satchel: a pass was not taken back; it expires within a minute', error); });
  }

  /** A request with the token; `server`: whether it goes to the student's server. Rejects when no answer may be read. */
  async send(url: string, init: RequestInit, server: boolean): Promise<Response> {
    const token = this.#token;
    if (token === null) throw new Error('The page is not connected any more.');
    const headers = new Headers(init.headers);
    headers.set('Authorization', `token ${token}`);
    if (typeof init.body === 'string') headers.set('Content-Type', 'application/json');
    try {
      return await this.#world.get(url, {
        ...init, headers, mode: 'cors', credentials: 'omit', cache: 'no-store', redirect: 'error', referrerPolicy: 'no-referrer',
      });
    } catch {
      throw this.#trouble(await this.#answers() ? { kind: 'origin', server } : { kind: 'unreachable' });
    }
  }

  /** Whether the hub answers at all, though this page may not read what. Nothing secret is sent. */
  async #answers(): Promise<boolean> {
    try {
      await this.#world.get(apiUrl(this.place.hub), { mode: 'no-cors', credentials: 'omit', cache: 'no-store', referrerPolicy: 'no-referrer' });
      return true;
    } catch {
      return false;
    }
  }

  async #read<T>(response: Response, parse: (value: unknown) => Parsed<T>): Promise<T> {
    if (!response.ok) throw await this.#refusal(response);
    const value: unknown = await response.json().catch(() => null);
    const parsed = parse(value);
    if (!parsed.ok) throw this.#trouble({ kind: 'odd', told: parsed.problem });
    return parsed.value;
  }

  async #refusal(response: Response): Promise<HubTrouble> {
    if (response.status === 401 || response.status === 403) return this.#trouble({ kind: this.#known ? 'ended' : 'token' });
    const said = parseMessage(await response.json().catch(() => null));
    return this.#trouble({ kind: 'odd', told: `${response.status}${said === '' ? '' : `: ${said}`}` });
  }

  #trouble(trouble: Trouble): HubTrouble {
    return new HubTrouble(trouble, this.where);
  }
}
