/** Lab's right side takes its share of the window even when nothing lies in it; it looks only when something is added. */
import { ILabShell, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';

export const emptySide: JupyterFrontEndPlugin<void> = {
  id: 'satchel-lab:empty-side',
  description: 'Closes the right side of the window when nothing lies in it.',
  autoStart: true,
  optional: [ILabShell],
  activate: (app: JupyterFrontEnd, shell: ILabShell | null) => {
    void app.restored.then(() => {
      if (shell?.isEmpty('right') !== true) return;
      // Off and on again: both times it looks.
      shell.toggleSideTabBarVisibility('right');
      shell.toggleSideTabBarVisibility('right');
    });
  },
};
