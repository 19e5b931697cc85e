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
import { watchLaunches } from '../../launch/watch.ts';
import { Announcer, download } from '../../view/dom.ts';
import { ownName } from '../../work/file-names.ts';

/** Pixels of a window's width from which the reasons are shown unasked. */
const ROOMY = 600;

type Context = DocumentRegistry.IContext<INotebookModel>;

/** Notebooks of such activities that are open in this window. */
const open = new Set<Context>();

class RunsElsewhere implements DocumentRegistry.IWidgetExtension<NotebookPanel, INotebookModel> {
  createNew(panel: NotebookPanel, context: Context): IDisposable {
    const activity = elsewhere(context.path);
    if (activity === null) return new DisposableDelegate(() => undefined);
    // The notebook's kernel is asked for only after this.
    const { sessionContext } = context;
    sessionContext.kernelPreference = {
      ...sessionContext.kernelPreference, shouldStart: false, canStart: false, autoStartDefault: false,
    };
    panel.addClass('satchel-runs-elsewhere');
    open.add(context);
    context.disposed.connect(() => { open.delete(context); });
    const notice = new Notice(banner(activity, bookPage(activity), window.innerWidth >= ROOMY, () => take(context)));
    panel.contentHeader.addWidget(notice);
    return notice;
  }
}

/** Downloads the notebook as it stands in this window. */
function take(context: Context): void {
  const name = context.path.slice(context.path.lastIndexOf('/') + 1);
  // A saved notebook says which of the author's cells it knows.
  void save().then(() => {
    download(new Blob([`${JSON.stringify(context.model.toJSON(), null, 1)}\n`], { type: 'application/x-ipynb+json' }), ownName(name));
  });
}

/** Saves the open notebooks, and with them the edits that they share with the book. What cannot be saved is told by JupyterLab. */
async function save(): Promise<void> {
  await Promise.allSettled([...open].filter(({ model }) => model.dirty).map((context) => context.save()));
}

function watch(): void {
  watchLaunches({
    flush: save,
    saved: () => [...open].every(({ model }) => !model.dirty),
    take: null,
    notebook: null,
    files: () => null,
    bring: () => undefined,
    say: (words) => { announcer.say(words); },
    tell: (words) => { Notification.warning(words.slice(0, 140), { autoClose: false }); },
    now: () => Date.now(),
  });
  document.body.append(announcer.root);
}

const announcer = new Announcer();

export const runsElsewhere: JupyterFrontEndPlugin<void> = {
  id: 'satchel-lab:runs-elsewhere',
  description: 'Tells of notebooks whose cells do not run here, and where they do.',
  autoStart: true,
  activate: (app: JupyterFrontEnd) => {
    app.docRegistry.addWidgetExtension('Notebook', new RunsElsewhere());
    watch();
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
      callback: () => {
        void save();
        window.open(href, '_blank', 'noopener');
      },
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
