/** The worker that holds Python: a dedicated one, or a shared one that outlives its page where the browser can. */
import { expose, type Endpoint } from 'comlink';
import { Host, type Port } from './host.ts';
import { CoursePython, hosted } from './remote.ts';

/** Both kinds of worker, as far as they are used here. */
interface WorkerScope extends Port {
  onconnect?: unknown;
  postMessage(message: unknown): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<unknown>) => void): void;
  addEventListener(type: 'connect', listener: (event: MessageEvent<unknown>) => void): void;
  dispatchEvent(event: Event): boolean;
  close(): void;
}

const scope = globalThis as unknown as WorkerScope;
const shared = 'onconnect' in scope;
/** Held until this worker is gone, however it goes: pages wait for it. Not offered on sites without https. */
const alive = new Promise<string>((resolve) => {
  const name = `satchel/python/${crypto.getRandomValues(new Uint32Array(2)).join('-')}`;
  const held = (navigator as Partial<Navigator>).locks?.request(name, () => {
    resolve(name);
    return new Promise<never>(() => undefined);
  });
  if (held === undefined) resolve(name);
  else held.catch(() => { resolve(name); });
});

const python: CoursePython = new CoursePython({
  output: (message) => { host.output(message); },
  tell: (message) => { host.tell(message); },
  mark: (name) => { host.mark(name); },
});
const host: Host = new Host(hosted(python), {
  expose: (remote, port) => { expose(remote, port as unknown as Endpoint); },
  // A dedicated worker's page talks to the scope itself.
  relay: (data) => { if (shared) scope.dispatchEvent(new MessageEvent('message', { data })); },
  now: () => performance.timeOrigin + performance.now(),
  alive,
  close: () => { scope.close(); },
});

if (shared) {
  // The code in here that talks to "the page" speaks to whichever is served now.
  scope.postMessage = (message) => { host.tell(message); };
  scope.addEventListener('connect', (event) => {
    for (const port of event.ports) {
      host.connect(port as unknown as Port);
      port.start();
    }
  });
} else host.connect(scope);
