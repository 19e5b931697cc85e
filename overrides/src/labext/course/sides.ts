/** Lab's two sides leave the room to what is read: the right one when nothing lies in it, the left one on a phone. */
import { ILabShell, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';

/** Pixels of a window's width below which the files would leave a strip for everything else. */
const NARROW = 600;

export const sides: JupyterFrontEndPlugin<void> = {
  id: 'satchel-lab:sides',
  description: 'Closes the sides of the window where they would only take room.',
  autoStart: true,
  optional: [ILabShell],
  activate: (app: JupyterFrontEnd, shell: ILabShell | null) => {
    if (shell === null) return;
    void app.restored.then(() => {
      if (window.innerWidth < NARROW) shell.collapseLeft();
      if (!shell.isEmpty('right')) return;
      // JupyterLab looks whether to show it only when something changes there. Off and on again: both times it looks.
      shell.toggleSideTabBarVisibility('right');
      shell.toggleSideTabBarVisibility('right');
    });
  },
};
