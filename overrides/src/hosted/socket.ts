/**
 * Web sockets to a student's server. A browser can give a web socket no header, and today's JupyterHub reads a token for one
 * from its address only. So each is opened with a pass, which the token has asked for: it opens this one server, expires
 * within a minute, and is taken back as soon as the connection stands. The token itself is in no address.
 */
import type { Pass } from './answers.ts';

/** Where passes come from and go to, and who hears of connections. */
export interface SocketPorts {
  pass(): Promise<Pass>;
  revoke(pass: Pass): void;
  /** A connection stands. */
  opened(): void;
  /** A connection was not made, or has ended. `error`: why there was not even a pass for it. */
  closed(error: Error | null): void;
}

/** The part of a web socket that JupyterLab's kernel connection uses. */
class PassSocket {
  binaryType: BinaryType = 'arraybuffer';
  onopen: ((event: Event) => void) | null = null;
  onmessage: ((event: MessageEvent) => void) | null = null;
  onclose: ((event: CloseEvent) => void) | null = null;
  onerror: ((event: Event) => void) | null = null;
  #real: WebSocket | null = null;
  #over = false;

  constructor(ports: SocketPorts, url: string, protocols: string | string[] = []) {
    void this.#open(ports, url, protocols);
  }

  get protocol(): string {
    return this.#real?.protocol ?? '';
  }

  get readyState(): number {
    return this.#over ? WebSocket.CLOSED : this.#real?.readyState ?? WebSocket.CONNECTING;
  }

  send(data: string | ArrayBuffer): void {
    if (this.#real === null) throw new Error('The connection to the server does not stand yet.');
    this.#real.send(data);
  }

  close(): void {
    this.#over = true;
    this.#real?.close();
  }

  async #open(ports: SocketPorts, url: string, protocols: string | string[]): Promise<void> {
    let pass: Pass;
    try {
      pass = await ports.pass();
    } catch (error) {
      if (this.#over) return;
      this.#over = true;
      ports.closed(error instanceof Error ? error : new Error(String(error)));
      this.onclose?.(new CloseEvent('close', { code: 1006 }));
      return;
    }
    if (this.#over) return ports.revoke(pass);
    const real = new WebSocket(`${url}${url.includes('?') ? '&' : '?'}token=${encodeURIComponent(pass.token)}`, protocols);
    real.binaryType = this.binaryType;
    this.#real = real;
    real.onopen = (event) => {
      ports.revoke(pass);
      if (this.#over) return;
      ports.opened();
      this.onopen?.(event);
    };
    real.onmessage = (event) => { if (!this.#over) this.onmessage?.(event); };
    // An error is always followed by the end.
    real.onclose = (event) => {
      ports.revoke(pass);
      if (this.#over) return;
      this.#over = true;
      ports.closed(null);
      this.onclose?.(event);
    };
  }
}

/** A class to be used in place of the browser's `WebSocket`. */
export function passSockets(ports: SocketPorts): typeof WebSocket {
  const Sockets = class extends PassSocket {
    constructor(url: string, protocols?: string | string[]) {
      super(ports, url, protocols);
    }
  };
  return Sockets as unknown as typeof WebSocket;
}
