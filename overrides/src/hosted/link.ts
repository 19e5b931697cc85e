/** The page's connection to one student's running server: requests, sockets and files, until it is disposed. */
import { ServerConnection } from '@jupyterlab/services';
import type { HubPlace } from '../types.ts';
import { serverUrl } from './addresses.ts';
import { serverNamed, type HubServer, type HubUser } from './answers.ts';
import { hostedContents, type HostedContents } from './contents.ts';
import type { Hub } from './hub.ts';
import { HubTrouble } from './problems.ts';
import { passSockets } from './socket.ts';
import { Listeners } from '../kernel/listeners.ts';

/** A connection as other parts of the page may use it. The token is not in it. */
export interface HostedConnection {
  readonly place: HubPlace;
  /** The student's name on the hub. */
  readonly user: string;
  /** Address of the student's server, ending with a slash. */
  readonly server: string;
  readonly contents: HostedContents;
  readonly disposed: boolean;
  /** Ends the connection and forgets the token. The server goes on running. */
  dispose(): void;
}

/** What became of a socket; `error`: why there was not even a pass for it. */
export type SocketNews = { readonly open: true } | { readonly open: false; readonly error: Error | null };

export class ServerLink implements HostedConnection {
  readonly user: string;
  readonly server: string;
  readonly contents: HostedContents;
  readonly settings: ServerConnection.ISettings;
  readonly #hub: Hub;
  readonly #sockets = new Listeners<SocketNews>();
  #disposed = false;

  /** `server` is a server of `user` that runs. Throws a `HubTrouble` if its address is not on the hub. */
  constructor(hub: Hub, user: HubUser, server: HubServer, unique: () => string) {
    const url = serverUrl(hub.place.hub, server.url);
    if (url === null) throw new HubTrouble({ kind: 'odd', told: 'the address of your server is elsewhere' }, hub.where);
    this.#hub = hub;
    this.user = user.name;
    this.server = url;
    this.contents = hostedContents((path, init) => this.send(`${url}${path}`, init ?? {}), unique);
    this.settings = ServerConnection.makeSettings({
      baseUrl: url,
      wsUrl: url.replace(/^http/, 'ws'),
      token: '',
      appendToken: false,
      fetch: (input, init) => this.#fetch(new Request(input, init)),
      WebSocket: passSockets({
        pass: () => hub.pass(user.name),
        revoke: (pass) => { if (!this.#disposed) hub.revoke(user.name, pass); },
        opened: () => { this.#sockets.tell({ open: true }); },
        closed: (error) => { this.#sockets.tell({ open: false, error }); },
      }),
    });
  }

  get place(): HubPlace {
    return this.#hub.place;
  }

  get disposed(): boolean {
    return this.#disposed;
  }

  onSocket(listener: (news: SocketNews) => void): () => void {
    return this.#sockets.add(listener);
  }

  /** Rejects with a `HubTrouble` unless the server runs and the token counts. */
  async look(): Promise<void> {
    const { servers } = await this.#hub.user();
    if (serverNamed(servers, this.place.server)?.ready !== true) throw this.trouble('stopped');
  }

  /** A request to the server. Where it fails, the hub is asked why. */
  async send(url: string, init: RequestInit): Promise<Response> {
    let response: Response;
    try {
      response = await this.#hub.send(url, init, true);
    } catch (error) {
      // A server that is gone answers nothing that a page may read, which looks like one that forbids it.
      if (error instanceof HubTrouble && error.trouble.kind === 'origin') await this.look();
      throw error;
    }
    if (response.status === 424 || response.status === 503) throw this.trouble('stopped');
    if (response.status === 401 || response.status === 403) {
      await this.look();
      throw this.trouble('limited');
    }
    return response;
  }

  /** Asks the server to end a session and its kernel, even while the page is being left. */
  end(session: string): void {
    this.#hub.send(`${this.server}api/sessions/${encodeURIComponent(session)}`, { method: 'DELETE', keepalive: true }, true)
      .catch((error: unknown) => { console.warn('satchel: a kernel was left behind on the server', error); });
  }

  trouble(kind: 'stopped' | 'limited' | 'socket' | 'kernel' | 'unreachable'): HubTrouble {
    return new HubTrouble({ kind }, this.#hub.where);
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#hub.forget();
  }

  /** JupyterLab's requests, without the headers that it adds for a site of its own. */
  async #fetch(request: Request): Promise<Response> {
    const body = await request.text();
    return this.send(request.url, { method: request.method, ...(body === '' ? {} : { body }) });
  }
}
