/** The service worker of a course that a reader keeps for use without a connection. Nobody else ever registers it. */
import { Answering } from './answering.ts';
import { PAST } from './place.ts';
import type { WorkerScope } from './scope.ts';
import { KeptStore } from './store.ts';

const scope = globalThis as unknown as WorkerScope;
const root = scope.registration.scope;
const course = new URL(scope.location.href).searchParams.get('course') ?? '';
const answering = new Answering(scope, new KeptStore({ course, root }, scope.caches));

/** What JupyterLite's Python asks of its page through a service worker, whichever that is: files, and answers to `input()`. */
const LITE = [`${new URL(root).pathname}lite/api/drive`, `${new URL(root).pathname}lite/api/stdin/`, '/api/service-worker-heartbeat'];

scope.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin === scope.location.origin && LITE.some((path) => url.pathname.startsWith(path))) return;
  // The part of JupyterLite's below would answer all else, too.
  event.stopImmediatePropagation();
  if (request.method !== 'GET' || !request.url.startsWith(root) || request.headers.has(PAST)) return;
  const answer = answering.answer(event);
  event.respondWith(answer);
  if (request.mode !== 'navigate') return;
  const tidy = answer.then(() => answering.tidy(event.resultingClientId));
  event.waitUntil(tidy.catch((error: unknown) => { console.warn('satchel: the kept copy could not be tidied', error); }));
});

scope.addEventListener('message', (event) => {
  const { data, source, ports: [port] } = event;
  if (data === null || source === null || port === undefined) return;
  const done = async (): Promise<void> => {
    if (data.satchel === 'claim') await answering.claim(source.id);
    else if (data.satchel === 'switch') await answering.switch();
    port.postMessage({ edition: await answering.whose(source.id) });
  };
  event.waitUntil(done());
});

// JupyterLite's would take over every page at once, and keep a cache of its own.
for (const moment of ['install', 'activate'] as const) {
  scope.addEventListener(moment, (event) => { event.stopImmediatePropagation(); });
}

try {
  scope.importScripts(new URL('lite/service-worker.js', root).href);
} catch (error) {
  // Then Python in JupyterLite gets copies of the files, as it does where there is no service worker.
  console.warn('satchel: JupyterLite\'s service worker could not be taken in', error);
}
