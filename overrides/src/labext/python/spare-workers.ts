/**
 * Keeps JupyterLite from ending every service worker of the host.
 *
 * When it first meets a worker that already controls its page, and after each change of its own version, it unregisters
 * all workers of the origin: the one that keeps this course for use without a connection, and those of other courses.
 * It notes the version under the worker's address, and leaves them alone where that note says that nothing has changed. A
 * browser compares the worker's script by itself, so nothing old stays.
 */

/** The part of `localStorage` that is used here. */
export type Notes = Pick<Storage, 'setItem'>;

/** `controller` is the address of the worker that controls this page, `version` that of JupyterLite. */
export function spareWorkers(controller: string | null, version: unknown, notes: () => Notes): void {
  if (controller === null || typeof version !== 'string') return;
  try {
    notes().setItem(`${controller}-version`, version);
  } catch (error) {
    // Where nothing can be noted, JupyterLite cannot read a note either and fails before it ends any worker.
    console.warn('satchel: JupyterLite may end the service workers of this site', error);
  }
}
