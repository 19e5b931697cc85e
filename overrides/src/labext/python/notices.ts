/** What a student must know about Python, in JupyterLab's own notifications. */
import { Notification } from '@jupyterlab/apputils';

// JupyterLab shows 140 characters of a notification.
const DEAF = 'Python does not react to Stop. Wait for the cell to end, or restart Python, which forgets all variables.';
const NOT_KEPT = 'Python works on copies of the files in this window. What it writes is gone when it ends; the notebook itself is saved.';

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
