/** Keeps the window's address one that a static host can answer, when its notebook gets another name. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { INotebookTracker } from '@jupyterlab/notebook';
import { windowTimer } from '../../kernel/timer.ts';
import { answerable } from './answerable.ts';

export const address: JupyterFrontEndPlugin<void> = {
  id: 'satchel-lab:address',
  description: 'Keeps the address of a renamed notebook one that can be loaded again.',
  autoStart: true,
  requires: [INotebookTracker],
  activate: (app: JupyterFrontEnd, notebooks: INotebookTracker) => {
    notebooks.widgetAdded.connect((_, { context }) => {
      context.pathChanged.connect(() => {
        // After upstream, which writes the address of a server.
        windowTimer.set(() => {
          const better = answerable(window.location.href, app.serviceManager.contents.localPath(context.path));
          if (better !== null) history.replaceState(null, '', better);
        }, 0);
      });
    });
  },
};
