/** Notebooks of activities that run elsewhere: they say so, start no kernel, and keep the outputs stored with them. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import { INotebookCellExecutor, runCell, type INotebookModel, type NotebookPanel } from '@jupyterlab/notebook';
import { DisposableDelegate, type IDisposable } from '@lumino/disposable';
import type { Activity } from './activities.ts';
import { banner } from './banner.ts';
import { bookPage, elsewhere } from './course.ts';
import { goesOn } from '../python/forgiving.ts';
import { Notice } from './notice.ts';

/** Pixels of a window's width from which the reasons are shown unasked. */
const ROOMY = 600;

class RunsElsewhere implements DocumentRegistry.IWidgetExtension<NotebookPanel, INotebookModel> {
  createNew(panel: NotebookPanel, context: DocumentRegistry.IContext<INotebookModel>): IDisposable {
    const activity = elsewhere(context.path);
    if (activity === null) return new DisposableDelegate(() => undefined);
    // The notebook's kernel is asked for only after this.
    const { sessionContext } = context;
    sessionContext.kernelPreference = {
      ...sessionContext.kernelPreference, shouldStart: false, canStart: false, autoStartDefault: false,
    };
    panel.addClass('satchel-runs-elsewhere');
    const notice = new Notice(banner(activity, bookPage(activity), window.innerWidth >= ROOMY));
    panel.contentHeader.addWidget(notice);
    return notice;
  }
}

export const runsElsewhere: JupyterFrontEndPlugin<void> = {
  id: 'satchel-lab:runs-elsewhere',
  description: 'Tells of notebooks whose cells do not run here, and where they do.',
  autoStart: true,
  activate: (app: JupyterFrontEnd) => {
    app.docRegistry.addWidgetExtension('Notebook', new RunsElsewhere());
  },
};

let told = '';

/** Says where the activity runs, unless that is being said already: *Run all* asks once for every cell. */
function tell({ launches }: Activity): void {
  if (Notification.manager.has(told)) return;
  const [first] = launches;
  // JupyterLab shows 140 characters of a notification.
  const text = first === undefined
    ? 'This cell does not run here: the activity is for reading. Its stored results stay as they are.'
    : `This cell does not run here: the activity runs on ${first.label}. Its stored results stay as they are.`;
  told = Notification.warning(text, {
    autoClose: 10_000,
    actions: launches.map(({ label, href }) => ({
      label: `Open on ${label}`,
      callback: () => { window.open(href, '_blank', 'noopener'); },
    })),
  });
}

export const cellExecutor: JupyterFrontEndPlugin<INotebookCellExecutor> = {
  id: 'satchel-lab:cell-executor',
  description: 'Runs cells as JupyterLab does, but for those that run elsewhere or are meant to fail.',
  autoStart: true,
  provides: INotebookCellExecutor,
  activate: () => Object.freeze<INotebookCellExecutor>({
    runCell: async (options) => {
      const activity = elsewhere(options.sessionContext?.path ?? '');
      if (activity === null || options.cell.model.type !== 'code') return goesOn(options.cell.model, () => runCell(options));
      tell(activity);
      return false;
    },
  }),
};
