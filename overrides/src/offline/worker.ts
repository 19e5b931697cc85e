/** The page's way to the course's service worker: registered only for a reader who keeps the course, and taken away again. */
import { workerUrl, type Answer, type Place, type Wish } from './place.ts';

/** What the browser has registered for the course itself, which is not JupyterLite's below it. */
async function own({ root }: Place): Promise<ServiceWorkerRegistration | null> {
  const all = await navigator.serviceWorker.getRegistrations();
  return all.find(({ scope }) => scope === root) ?? null;
}

/** Registers the worker, if it is not, and resolves when it is at work. */
export async function register(place: Place): Promise<ServiceWorkerRegistration> {
  const registration = await navigator.serviceWorker.register(workerUrl(place), { scope: place.root, updateViaCache: 'none' });
  const worker = registration.active ?? registration.waiting ?? registration.installing;
  if (registration.active === null && worker !== null) {
    await new Promise<void>((resolve, reject) => {
      const look = (): void => {
        if (worker.state === 'activated') resolve();
        else if (worker.state === 'redundant') reject(new Error('the browser has refused the course\'s service worker'));
      };
      worker.addEventListener('statechange', look);
      look();
    });
  }
  await yieldLite(place);
  return registration;
}

/**
 * Takes away JupyterLite's own worker of this course: ours does its work as well, and below `lite/` it would stand between
 * a page and the kept files. JupyterLite goes on with ours when it is opened the next time.
 */
export async function yieldLite({ root }: Place): Promise<void> {
  const all = await navigator.serviceWorker.getRegistrations();
  const lite = new URL('lite/', root).href;
  await Promise.all(all.filter(({ scope }) => scope === lite).map((registration) => registration.unregister()));
}

export async function unregister(place: Place): Promise<void> {
  await (await own(place))?.unregister();
}

/** Asks the worker at work; `null` if there is none. */
export async function wish(place: Place, what: Wish): Promise<Answer | null> {
  const worker = (await own(place))?.active;
  if (!worker) return null;
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }: MessageEvent<Answer>): void => { port1.close(); resolve(data); };
    worker.postMessage(what, [port2]);
  });
}
