/** Whether Python can reach JupyterLite's files while it runs: only through the service worker of this page. */
import type { IServiceWorkerManager } from '@jupyterlite/apputils';

/** Milliseconds that a registered service worker has to take over this page. After a forced reload it never does. */
const PATIENCE = 5000;

/** The part of `navigator.serviceWorker` that is used here. */
export interface Workers {
  readonly controller: unknown;
  addEventListener(type: 'controllerchange', listener: () => void): void;
}

/**
 * The id under which Python's worker reaches this page's files, or null when there is no way.
 *
 * Settles in any case. `after` resolves after so many milliseconds.
 */
export async function driveId(
  manager: IServiceWorkerManager | null,
  workers: Workers | undefined,
  after: (delay: number) => Promise<void>,
): Promise<string | null> {
  if (manager === null || workers === undefined) return null;
  try {
    // Not `manager.enabled`: that is already true where the browser refused without an error.
    await manager.ready;
  } catch {
    return null;
  }
  if (workers.controller === null) {
    await Promise.race([
      new Promise<void>((resolve) => { workers.addEventListener('controllerchange', resolve); }),
      after(PATIENCE),
    ]);
  }
  return workers.controller === null ? null : manager.browsingContextId;
}
