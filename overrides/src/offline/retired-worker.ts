/** Takes the place of the service worker where a site no longer wants to be kept: removes every kept copy, and itself. */
import type { WorkerScope } from './scope.ts';
import { KeptStore } from './store.ts';

const scope = globalThis as unknown as WorkerScope;
const course = new URL(scope.location.href).searchParams.get('course') ?? '';

// It must not wait until every page of the course is closed: it is needed because something is wrong.
scope.addEventListener('install', (event) => { event.waitUntil(scope.skipWaiting()); });

scope.addEventListener('activate', (event) => {
  const store = new KeptStore({ course, root: scope.registration.scope }, scope.caches);
  event.waitUntil(store.remove().then(() => scope.registration.unregister()));
});
