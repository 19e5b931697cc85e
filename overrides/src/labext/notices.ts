/** What a student must know about Python, in JupyterLab's own notifications. */
import { Notification } from '@jupyterlab/apputils';

const DEAF = 'Python does not react to Stop: the cell is inside something that cannot be interrupted. '
  + 'Wait for it, or restart Python; a restart forgets all variables.';
const NOT_KEPT = 'Python works on copies here: this window has no service worker, so Python cannot reach the files of JupyterLite. '
  + 'Files that Python writes are gone when it ends. The notebook itself is saved as usual.';

export class Notices {
  #toldOfCopies = false;

  /** The cell does not stop. Goes away when it ends after all. */
  deaf(over: Promise<void>, restart: () => void): void {
    const id = Notification.warning(DEAF, { autoClose: false, actions: [{ label: 'Restart Python', displayType: 'warn', callback: restart }] });
    void over.then(() => { Notification.dismiss(id); });
  }

  /** Python did not start, or has come to an end. */
  ended(reason: string, restart: () => void): void {
    Notification.error(`Python has ended: ${reason}`, { autoClose: false, actions: [{ label: 'Restart Python', displayType: 'accent', callback: restart }] });
  }

  /** Once in a window: what Python writes is not kept. */
  copies(): void {
    if (this.#toldOfCopies) return;
    this.#toldOfCopies = true;
    Notification.warning(NOT_KEPT, { autoClose: false });
  }
}
