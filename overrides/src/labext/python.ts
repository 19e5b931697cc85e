/** The kernel "Python" of JupyterLite, in place of upstream's plugin of the same purpose. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { PageConfig } from '@jupyterlab/coreutils';
import { ILoggerRegistry } from '@jupyterlab/logconsole';
import { INotebookTracker } from '@jupyterlab/notebook';
import { pythonIcon } from '@jupyterlab/ui-components';
import { IServiceWorkerManager } from '@jupyterlite/apputils';
import { DriveContentsProcessor, IKernelClient, IKernelSpecs, type IKernel } from '@jupyterlite/services';
import type { BootRequest, WorkerMessage } from '../boot/protocol.ts';
import { explain, type MissingFile } from '../kernel/errors.ts';
import { windowTimer } from '../kernel/timer.ts';
import { driveId } from './drive.ts';
import { earlyPython } from './early.ts';
import { copiesFor, type Drive } from './files.ts';
import { NotebookKernel, type NotebookKernelOptions } from './notebook-kernel.ts';
import { Notices } from './notices.ts';
import { filesOf, kernelSettings, parsed, SETTINGS_ID } from './settings.ts';

/** Where upstream mounts JupyterLite's files in Python's file system; the copies lie there too. */
const HOME = '/drive';

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
    const notices = new Notices();
    const drive = new DriveContentsProcessor({ contentsManager: contents }) as unknown as Drive;

    /** Through the notebook where there is one, so that its own state follows. */
    const restart = (kernelId: string) => (): void => {
      const panel = notebooks?.find(({ sessionContext }) => sessionContext.session?.kernel?.id === kernelId);
      void (panel === undefined ? client.restart(kernelId) : panel.sessionContext.restartKernel());
    };
    const log: NonNullable<NotebookKernelOptions['logger']> = ({ payload, kernelId }) => {
      const session = [...sessions.running()].find(({ kernel }) => kernel?.id === kernelId);
      loggers?.getLogger(session?.path ?? '').log(payload);
    };

    const create = async (options: IKernel.IOptions): Promise<IKernel> => {
      performance.mark('satchel:lite-asked');
      const worker = earlyPython.take();
      const browsingContextId = await driveId(serviceWorker, navigator.serviceWorker, (delay) => new Promise((resolve) => { windowTimer.set(resolve, delay); }));
      const folder = options.location.replace(/^[^/]*:/, '');
      const copies = browsingContextId === null
        ? await copiesFor(drive, options.location, filesOf(parsed(PageConfig.getOption('satchelFiles')), folder))
        : { files: [], release: () => undefined };
      const boot: BootRequest = { home: HOME, folder: folder === '' ? HOME : `${HOME}/${folder}`, files: copies.files };
      const missing: MissingFile[] = [];
      const hear = (message: WorkerMessage): void => {
        if (message.satchel === 'ask') kernel.ask(message);
        else if (message.satchel === 'stopper') kernel.stopper.heard(message);
        else if (message.satchel === 'missing') missing.push(message);
      };
      const kernel: NotebookKernel = new NotebookKernel({
        ...options,
        pyodideUrl: settings.pyodideUrl,
        pipliteUrls: [...settings.pipliteUrls],
        disablePyPIFallback: settings.disablePyPIFallback,
        mountDrive: browsingContextId !== null,
        ...(browsingContextId === null ? {} : { browsingContextId }),
        loadPyodideOptions: { ...settings.loadPyodideOptions, packages: [...settings.loadPyodideOptions.packages], satchel: boot },
        contentsManager: contents,
        logger: log,
        ...(worker === null ? {} : { worker }),
        events: {
          message: hear,
          crash: (reason) => { if (!kernel.isDisposed) notices.ended(reason, restart(options.id)); },
          explain: (name, value) => explain(name, value, missing),
        },
        notebook: {
          ready: () => {
            performance.mark('satchel:lite-ready');
            copies.release();
          },
          failed: (reason) => { notices.ended(reason, restart(options.id)); },
          deaf: (over) => { notices.deaf(over, restart(options.id)); },
        },
      });
      if (browsingContextId === null) notices.copies();
      return kernel;
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
      create,
    });
  },
};
