/** Ways between a notebook and the page of the book that it belongs to, at the same cell. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import { INotebookTracker, type INotebookModel, type NotebookPanel } from '@jupyterlab/notebook';
import { DisposableDelegate, type IDisposable } from '@lumino/disposable';
import { Widget } from '@lumino/widgets';
import { cellIn, hashOf, identityOf } from './cell-link.ts';
import { activityOf, bookPage } from './course.ts';

/** Where the link stands in the toolbar: behind the notebook's own buttons, before the kernel's name. */
const POSITION = 10;

class BackToTheBook implements DocumentRegistry.IWidgetExtension<NotebookPanel, INotebookModel> {
  createNew(panel: NotebookPanel, context: DocumentRegistry.IContext<INotebookModel>): IDisposable {
    const link = document.createElement('a');
    link.className = 'satchel-back-to-book jp-ToolbarButtonComponent-label';
    link.textContent = 'Back to the book';
    link.title = 'Open the page of the book that this notebook belongs to';
    const item = new Widget({ node: link });
    item.addClass('jp-ToolbarButton');
    const notebook = panel.content;
    const update = (): void => {
      const activity = activityOf(context.path);
      item.setHidden(activity === null);
      const active = notebook.activeCell;
      if (activity !== null) link.href = bookPage(activity) + hashOf(active === null ? null : identityOf(active.model));
    };
    link.addEventListener('click', (event) => {
      const newTab = event.ctrlKey || event.metaKey || event.shiftKey;
      if (newTab || !context.model.dirty) return;
      // What was typed since the last save goes along, without a question about leaving the page.
      event.preventDefault();
      void context.save().then(() => { window.location.assign(link.href); });
    });
    context.pathChanged.connect(update);
    notebook.activeCellChanged.connect(update);
    update();
    panel.toolbar.insertItem(POSITION, 'satchel-back-to-book', item);
    return new DisposableDelegate(() => {
      context.pathChanged.disconnect(update);
      notebook.activeCellChanged.disconnect(update);
      item.dispose();
    });
  }
}

export const backToTheBook: JupyterFrontEndPlugin<void> = {
  id: 'satchel-lab:back-to-the-book',
  description: 'Adds a link back to the book to notebooks.',
  autoStart: true,
  activate: (app: JupyterFrontEnd) => {
    app.docRegistry.addWidgetExtension('Notebook', new BackToTheBook());
  },
};

/** Brings the reader to the cell in `panel` that the book knows as `id`, if there is one. */
async function arrive(panel: NotebookPanel, id: string): Promise<void> {
  await panel.context.ready;
  await panel.revealed;
  const notebook = panel.content;
  const index = notebook.widgets.findIndex(({ model }) => identityOf(model) === id);
  if (index < 0) return;
  notebook.activeCellIndex = index;
  notebook.deselectAll();
  await notebook.scrollToItem(index, 'start');
}

export const atTheCell: JupyterFrontEndPlugin<void> = {
  id: 'satchel-lab:at-the-cell',
  description: 'Opens a notebook at the cell that the address names (#cell:…).',
  autoStart: true,
  requires: [INotebookTracker],
  activate: (_app: JupyterFrontEnd, notebooks: INotebookTracker) => {
    const path = new URLSearchParams(window.location.search).get('path');
    let wanted = cellIn(window.location.hash);
    notebooks.widgetAdded.connect((_, panel) => {
      if (wanted === null || (path !== null && panel.context.path !== path)) return;
      void arrive(panel, wanted);
      wanted = null;
    });
    window.addEventListener('hashchange', () => {
      const id = cellIn(window.location.hash);
      if (id !== null && notebooks.currentWidget !== null) void arrive(notebooks.currentWidget, id);
    });
  },
};
