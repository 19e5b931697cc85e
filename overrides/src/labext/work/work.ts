/** The student's work in JupyterLite: every notebook of the course that is opened shows the same edits as the book. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IMainMenu } from '@jupyterlab/mainmenu';
import { INotebookTracker, NotebookActions } from '@jupyterlab/notebook';
import { dress } from '../styles.ts';
import { courseHere } from './course-work.ts';
import { Desk, PANEL, type Context } from './desk.ts';

const RESET = 'satchel:reset-notebook';

export const work: JupyterFrontEndPlugin<void> = {
  id: 'satchel-lab:work',
  description: 'Keeps notebooks in step with the edits in the book.',
  autoStart: true,
  requires: [INotebookTracker],
  optional: [ICommandPalette, IMainMenu],
  activate: (app: JupyterFrontEnd, notebooks: INotebookTracker, palette: ICommandPalette | null, menu: IMainMenu | null) => {
    const course = courseHere();
    if (course === null) return;
    dress();
    const desk = new Desk(app, course);
    notebooks.widgetAdded.connect((_, panel) => { void desk.show(panel); });
    NotebookActions.executionScheduled.connect((_, { notebook, cell }) => {
      const open = desk.of(notebook.model);
      open?.work.ran(open.copy.nameOf(cell.model.id));
    });
    const current = (): Context | null => notebooks.currentWidget?.context ?? null;
    const isCourses = (): boolean => desk.of(current()?.model ?? null) !== null;
    app.commands.addCommand(PANEL, {
      label: 'My Work…',
      caption: 'Your edits in this course: list, backup, restore',
      execute: () => desk.course.openPanel(),
    });
    app.commands.addCommand(RESET, {
      label: 'Reset This Notebook…',
      caption: 'The author\'s text in every cell',
      isEnabled: isCourses,
      execute: async () => { const context = current(); if (context !== null) await desk.reset(context); },
    });
    for (const command of [PANEL, RESET]) palette?.addItem({ command, category: course.title });
    menu?.fileMenu.addGroup([{ command: PANEL }, { command: RESET }], 20);
  },
};
