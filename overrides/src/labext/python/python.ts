/** The kernel "Python" of JupyterLite, in place of upstream's plugin of the same purpose. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { PageConfig } from '@jupyterlab/coreutils';
import { ILoggerRegistry } from '@jupyterlab/logconsole';
import { INotebookTracker } from '@jupyterlab/notebook';
import { pythonIcon } from '@jupyterlab/ui-components';
import { IServiceWorkerManager } from '@jupyterlite/apputils';
import { DriveContentsProcessor, IKernelClient, IKernelSpecs } from '@jupyterlite/services';
import { windowTimer } from '../../kernel/timer.ts';
import { driveId } from './drive.ts';
import { earlyPython } from './early.ts';
import { copiesFor, type Drive } from './files.ts';
import { NotebookKernel, type NotebookKernelOptions } from './notebook-kernel.ts';
import { Notices } from './notices.ts';
import { kernelMaker } from './making.ts';
import { filesOf, kernelSettings, parsed, SETTINGS_ID } from './settings.ts';
import { tellStarting } from './starting.ts';

export const python: JupyterFrontEndPlugin<void> = {
  id: 'satchel-lab:python',
  description: 'The course\'s Python.',
  autoStart: true,
  requires: [IKernelSpecs, IKernelClient],
  optional: [IServiceWorkerManager, ILoggerRegistry, INotebookTracker],
  activate: (
    app: JupyterFrontEnd,
    specs: IKernelSpecs,
    client: IKernelClient,
    serviceWorker: IServiceWorkerManager | null,
    loggers: ILoggerRegistry | null,
    notebooks: INotebookTracker | null,
  ) => {
    const settings = kernelSettings(parsed(PageConfig.getOption('litePluginSettings')), document.baseURI);
    if (settings === null) {
      console.error(`jupyter-lite.json has no pyodideUrl under ${SETTINGS_ID}; build the site again with satchel`);
      return;
    }
    const { contents, sessions } = app.serviceManager;
    const drive = new DriveContentsProcessor({ contentsManager: contents }) as unknown as Drive;
    const files = parsed(PageConfig.getOption('satchelFiles'));
    const after = (delay: number): Promise<void> => new Promise((resolve) => { windowTimer.set(resolve, delay); });
    const log: NonNullable<NotebookKernelOptions['logger']> = ({ payload, kernelId }) => {
      const session = [...sessions.running()].find(({ kernel }) => kernel?.id === kernelId);
      loggers?.getLogger(session?.path ?? '').log(payload);
    };
    const icon = `data:image/svg+xml;base64,${btoa(pythonIcon.svgstr)}`;

    specs.register({
      spec: {
        name: 'python',
        display_name: 'Python (Pyodide)',
        language: 'python',
        argv: [],
        resources: { 'logo-32x32': icon, 'logo-64x64': icon },
      },
      create: kernelMaker({
        settings, contents, log,
        notices: new Notices(),
        takeWorker: () => earlyPython.take(),
        driveId: () => driveId(serviceWorker, navigator.serviceWorker, after),
        copies: (location, folder) => copiesFor(drive, location, filesOf(files, folder)),
        restart: (kernelId) => {
          // Through the notebook where there is one, so that its own state follows.
          const panel = notebooks?.find(({ sessionContext }) => sessionContext.session?.kernel?.id === kernelId);
          void (panel === undefined ? client.restart(kernelId) : panel.sessionContext.restartKernel());
        },
      }),
    });
    if (notebooks !== null) {
      tellStarting(notebooks, async (kernelId) => {
        const kernel: unknown = await client.getModel(kernelId);
        return kernel instanceof NotebookKernel ? kernel : null;
      });
    }
  },
};
