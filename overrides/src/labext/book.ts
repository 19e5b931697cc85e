/** A way back from a notebook to the page of the book that it belongs to. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { PageConfig } from '@jupyterlab/coreutils';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { INotebookModel, NotebookPanel } from '@jupyterlab/notebook';
import { DisposableDelegate, type IDisposable } from '@lumino/disposable';
import { Widget } from '@lumino/widgets';
import { bookPage } from './pages.ts';

/** Where the link stands in the toolbar: behind the notebook's own buttons, before the kernel's name. */
const POSITION = 10;

class BackToTheBook implements DocumentRegistry.IWidgetExtension<NotebookPanel, INotebookModel> {
  createNew(panel: NotebookPanel, context: DocumentRegistry.IContext<INotebookModel>): IDisposable {
    const link = document.createElement('a');
    link.className = 'satchel-back-to-book jp-ToolbarButtonComponent-label';
    link.textContent = 'Back to the book';
    link.title = 'Open the page of the book that this notebook belongs to';
    link.style.cssText = 'padding: 0 8px; line-height: 24px; color: var(--jp-content-link-color); text-decoration: none;';
    const item = new Widget({ node: link });
    item.addClass('jp-ToolbarButton');
    const update = (): void => {
      const url = bookPage(PageConfig.getOption('satchelPages'), context.path, PageConfig.getBaseUrl());
      item.setHidden(url === null);
      if (url !== null) link.href = url;
    };
    link.addEventListener('click', (event) => {
      const newTab = event.ctrlKey || event.metaKey || event.shiftKey;
      if (newTab || !context.model.dirty) return;
      // What was typed since the last save goes along, without a question about leaving the page.
      event.preventDefault();
      void context.save().then(() => { window.location.assign(link.href); });
    });
    context.pathChanged.connect(update);
    update();
    panel.toolbar.insertItem(POSITION, 'satchel-back-to-book', item);
    return new DisposableDelegate(() => {
      context.pathChanged.disconnect(update);
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
