/** Whose notebook this is: the course's title at the top of the window, leading to the book, and in the window's title. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { DocumentWidget } from '@jupyterlab/docregistry';
import { Widget } from '@lumino/widgets';
import { activityOf, bookUrl, courseTitle } from './course.ts';

/** The part of a shell that knows the widget in front. Lab's and the notebook's have it, under the same name. */
interface Shell {
  readonly currentChanged?: { connect(slot: () => void): unknown };
  readonly currentWidget?: Widget | null;
}

/** The title of a browser tab: what is open in front, then the course. */
function windowTitle(front: Widget | null): string {
  const activity = front instanceof DocumentWidget ? activityOf(front.context.path) : null;
  const name = activity?.title ?? front?.title.label ?? '';
  return [name, courseTitle()].filter((part) => part !== '').join(' — ');
}

export const brand: JupyterFrontEndPlugin<void> = {
  id: 'satchel-lab:brand',
  description: 'Shows the title of the course.',
  autoStart: true,
  activate: (app: JupyterFrontEnd) => {
    const title = courseTitle();
    if (title === '') return;
    const link = document.createElement('a');
    link.className = 'satchel-course-title';
    link.href = bookUrl();
    const label = document.createElement('span');
    label.textContent = title;
    link.append(label);
    link.title = `${title}: to the book`;
    const logo = new Widget({ node: link });
    logo.id = 'satchel-course-title';
    app.shell.add(logo, 'top', { rank: 0 });

    const shell = app.shell as Shell;
    let front: Widget | null = null;
    const update = (): void => {
      const wanted = windowTitle(front);
      if (document.title !== wanted) document.title = wanted;
    };
    // JupyterLab writes its own whenever it saves what is open.
    const tag = document.querySelector('title');
    if (tag !== null) new MutationObserver(update).observe(tag, { childList: true });
    const follow = (): void => {
      front?.title.changed.disconnect(update);
      front = shell.currentWidget ?? null;
      front?.title.changed.connect(update);
      update();
    };
    shell.currentChanged?.connect(follow);
    void app.restored.then(follow);
    follow();
  },
};
