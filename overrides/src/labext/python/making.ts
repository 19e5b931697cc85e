/** Makes a notebook's Python: the early one or a new one, with the drive or with copies of the files. */
import type { Contents } from '@jupyterlab/services';
import type { IKernel } from '@jupyterlite/services';
import type { BootRequest, WorkerMessage } from '../../boot/protocol.ts';
import { explain, type MissingFile } from '../../kernel/errors.ts';
import type { Copies } from './files.ts';
import { NotebookKernel, type NotebookKernelOptions } from './notebook-kernel.ts';
import type { Notices } from './notices.ts';
import type { KernelSettings } from './settings.ts';

/** What a kernel is made of. */
export interface Makings {
  readonly settings: KernelSettings;
  readonly contents: Contents.IManager;
  readonly log: NonNullable<NotebookKernelOptions['logger']>;
  readonly notices: Notices;
  /** A worker whose Python has been started already, at most once. */
  takeWorker(): Worker | null;
  /** The id under which Python reaches JupyterLite's files, or null. */
  driveId(): Promise<string | null>;
  /** The files to copy for a notebook at `location`; `folder` is the same without the drive's name. */
  copies(location: string, folder: string): Promise<Copies>;
  restart(kernelId: string): void;
}

/** Where upstream mounts JupyterLite's files in Python's file system; the copies lie there too. */
const HOME = '/drive';

const NO_COPIES: Copies = { files: [], release: () => undefined };

/** The function that JupyterLite calls whenever a notebook wants Python. */
export function kernelMaker({ settings, contents, log, notices, takeWorker, driveId, copies, restart }: Makings): (options: IKernel.IOptions) => Promise<IKernel> {
  return async (options) => {
    performance.mark('satchel:lite-asked');
    const worker = takeWorker();
    const drive = await driveId();
    const folder = options.location.replace(/^[^/]*:/, '');
    const { files, release } = drive === null ? await copies(options.location, folder) : NO_COPIES;
    const boot: BootRequest = { home: HOME, folder: folder === '' ? HOME : `${HOME}/${folder}`, files };

    const again = (): void => { restart(options.id); };
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
      mountDrive: drive !== null,
      ...(drive === null ? {} : { browsingContextId: drive }),
      loadPyodideOptions: { ...settings.loadPyodideOptions, packages: [...settings.loadPyodideOptions.packages], satchel: boot },
      contentsManager: contents,
      logger: log,
      ...(worker === null ? {} : { worker }),
      events: {
        message: hear,
        crash: (reason) => { if (!kernel.isDisposed) notices.ended(reason, again); },
        explain: (name, value) => explain(name, value, missing),
      },
      notebook: {
        ready: () => {
          performance.mark('satchel:lite-ready');
          release();
        },
        failed: (reason) => { notices.ended(reason, again); },
        deaf: (over) => { notices.deaf(over, again); },
      },
    });
    if (drive === null) notices.copies();
    return kernel;
  };
}
