/** The notebooks of the course that are open in this window, and what a student does with a whole one. */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Dialog, Notification, showDialog } from '@jupyterlab/apputils';
import { PageConfig } from '@jupyterlab/coreutils';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { INotebookModel, NotebookPanel } from '@jupyterlab/notebook';
import { Widget } from '@lumino/widgets';
import { keepSafe } from '../../keeping.ts';
import { button } from '../../view/dom.ts';
import { contentsName } from '../../work/keys.ts';
import { CourseWork } from './course-work.ts';
import { keepBeside } from './keep-beside.ts';
import { NotebookCopy } from './notebook-copy.ts';
import { NotebookMarks } from './notebook-marks.ts';
import { NotebookWork } from './notebook-work.ts';

export type Context = DocumentRegistry.IContext<INotebookModel>;

/** Behind the notebook's own buttons and the way back to the book. */
const POSITION = 11;
/** The command that opens the panel. */
export const PANEL = 'satchel:my-work';

/** A notebook of the course that is open, with the windows that show it. */
interface Open {
  readonly work: NotebookWork;
  readonly copy: NotebookCopy;
  readonly marks: Set<NotebookMarks>;
}

function told(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** All open notebooks of the course in this window. */
export class Desk {
  readonly course: CourseWork;
  readonly #app: JupyterFrontEnd;
  readonly #open = new Map<Context, Promise<Open | null>>();
  readonly #ready = new Map<INotebookModel, Open>();
  /** Tells the course's other windows that a file has been saved. */
  readonly #files: BroadcastChannel;

  constructor(app: JupyterFrontEnd, course: { readonly id: string; readonly title: string }) {
    this.#app = app;
    this.course = new CourseWork(course, new URL('../', PageConfig.getBaseUrl()).href, () => this.#saveAll());
    this.#files = new BroadcastChannel(`${contentsName(course.id)} saved`);
    let looking = Promise.resolve();
    // One after the other: a second look finds what the first one has taken in.
    const look = (): void => {
      looking = looking.then(() => this.#lookAgain())
        .catch((error: unknown) => console.warn('satchel: another window\'s notebook could not be taken in', error));
    };
    this.#files.addEventListener('message', look);
    addEventListener('focus', look);
    document.addEventListener('visibilitychange', () => {
      // Another window of the same notebook is to find what was done here.
      if (!document.hidden) look();
      else this.#saveAll().catch((error: unknown) => console.warn('satchel: a notebook could not be saved as its window was left', error));
    });
  }

  async #saveAll(): Promise<void> {
    await Promise.all([...this.#open.keys()].filter(({ model }) => model.dirty).map((context) => context.save()));
  }

  /** A window shows a notebook. */
  async show(panel: NotebookPanel): Promise<void> {
    const { context } = panel;
    try {
      await context.ready;
      let opening = this.#open.get(context);
      if (opening === undefined) {
        opening = this.#begin(context);
        this.#open.set(context, opening);
        context.disposed.connect(() => { this.#open.delete(context); });
      }
      const open = await opening;
      if (open === null || panel.isDisposed) return;
      const marks = new NotebookMarks(panel, open.work, open.copy, POSITION, () => void this.#backup());
      panel.toolbar.insertItem(POSITION + 1, 'satchel-my-work', this.#panelButton());
      open.marks.add(marks);
      panel.disposed.connect(() => { open.marks.delete(marks); });
    } catch (error) {
      this.#open.delete(context);
      console.warn('satchel: the notebook could not be brought together with the book', error);
      Notification.warning(`Edits are not shared with the book just now: ${told(error)}`.slice(0, 140), {
        autoClose: false, actions: [{ label: 'Try again', callback: () => void this.show(panel) }],
      });
    }
  }

  of(model: INotebookModel | null): Open | null {
    return (model && this.#ready.get(model)) ?? null;
  }

  async #backup(): Promise<void> {
    try {
      for (const problem of await this.course.backup()) Notification.warning(problem.slice(0, 140));
    } catch (error) {
      Notification.error(`The backup could not be made: ${told(error)}`.slice(0, 140), { autoClose: false });
    }
  }

  /** Another window may have saved a notebook that is open here as well. Where nothing here is unsaved, it is taken in. */
  async #lookAgain(): Promise<void> {
    const { contents } = this.#app.serviceManager;
    for (const [context, opening] of this.#open) {
      const open = await opening.catch(() => null);
      const here = context.contentsModel?.last_modified;
      if (open === null || here === undefined || context.model.dirty) continue;
      const there = await contents.get(context.path, { content: false });
      if (Date.parse(there.last_modified) > Date.parse(here) && !context.model.dirty) await open.work.reload(() => context.revert());
    }
  }

  /** Puts the notebook back to the author's, after a question. */
  async reset(context: Context): Promise<void> {
    const open = this.of(context.model);
    if (open === null) return;
    if (!open.work.together) {
      Notification.warning('The notebook cannot be reset just now: your work in this browser has not been read yet.', { autoClose: false });
      return;
    }
    const { button: { accept } } = await showDialog({
      title: 'Reset this notebook?',
      body: 'The author\'s text comes back into every cell; cells that you added go, such as you deleted come back. Your texts stay in the cells\' '
        + 'earlier versions. If you have changed more than code, a copy of the notebook is kept beside it. Files that you added stay.',
      buttons: [Dialog.cancelButton(), Dialog.warnButton({ label: 'Reset' })],
    });
    if (accept) await this.#reset(context, open);
  }

  async #reset(context: Context, { work, copy }: Open): Promise<void> {
    const kept = work.ownParts ? await keepBeside(this.#app.serviceManager.contents, context.path, copy.content) : null;
    const { cells, undo } = await work.resetAll();
    await context.save();
    const words = cells === 0 ? 'The notebook has the author\'s text already.' : `The notebook is the author's again.${kept === null ? '' : ` Yours is kept as ${kept}.`}`;
    Notification.success(words.slice(0, 140), cells === 0 ? {} : {
      autoClose: false, actions: [{ label: 'Undo', callback: () => { undo(); void context.save(); } }],
    });
  }

  async #begin(context: Context): Promise<Open | null> {
    const path = this.#app.serviceManager.contents.localPath(context.path);
    const found = await this.course.notebookAt(path);
    const copy = new NotebookCopy(context.model);
    if (found === null) {
      await this.#sayWhereItIs(copy);
      return null;
    }
    const { place, author } = found;
    const marks = new Set<NotebookMarks>();
    const saved = Date.parse(context.contentsModel?.last_modified ?? '') || Date.now();
    const { store } = this.course;
    const work: NotebookWork = new NotebookWork(author, copy, { page: place.page, title: place.title, download: place.download }, saved, {
      store, journal: this.course.journal(), clock: this.course.clock,
    }, {
      cell: (id) => { for (const each of marks) each.one(id); },
      moved: () => { requestAnimationFrame(() => { for (const each of marks) each.all(); }); },
      storage: (report) => { for (const each of marks) each.storage(report); },
      saved: (cells) => this.course.saved(work, cells),
      remark: (words) => { Notification.info(words.slice(0, 140), { autoClose: false }); },
    });
    const leave = this.course.add(work);
    const rest = keepSafe(work.session);
    const onSave = (_: Context, state: DocumentRegistry.SaveState): void => {
      if (state === 'completed') this.#files.postMessage(path);
      if (state !== 'started') return;
      work.stamp();
      void work.session.flush();
    };
    context.saveState.connect(onSave);
    const end = (): void => {
      context.saveState.disconnect(onSave);
      context.pathChanged.disconnect(renamed);
      this.#ready.delete(context.model);
      rest();
      leave();
      void work.close();
    };
    const renamed = (): void => {
      end();
      Notification.info('Under its new name this notebook is your own: the book no longer shows what you write in it.', { autoClose: false });
    };
    context.pathChanged.connect(renamed);
    context.disposed.connect(end);
    await work.open();
    const open = { work, copy, marks };
    this.#ready.set(context.model, open);
    return open;
  }

  /** A copy of one of the course's notebooks lies at another place: an earlier one's, or one of the student's own. */
  async #sayWhereItIs(copy: NotebookCopy): Promise<void> {
    const { origin } = copy;
    const path = origin?.course === this.course.id ? await this.course.pathOf(origin.notebook) : null;
    if (path === null) return;
    Notification.info(`This copy is your own. The course has the notebook at ${path}, with your edits of the book.`.slice(0, 140), {
      autoClose: false, actions: [{ label: 'Open it', callback: () => void this.#app.commands.execute('docmanager:open', { path }) }],
    });
  }

  #panelButton(): Widget {
    const node = button('satchel-open-workspace', 'My work', () => void this.#app.commands.execute(PANEL), 'work');
    node.title = 'Your edits in this course: list, backup, restore';
    const item = new Widget({ node: document.createElement('div') });
    item.node.append(node);
    return item;
  }
}
