/** The launcher offers the course: a card for every activity, in the order of the book, before anything else. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ILauncher } from '@jupyterlab/launcher';
import { LabIcon, notebookIcon } from '@jupyterlab/ui-components';
import server from './server.svg';
import { activities, activityOf, courseTitle } from './course.ts';
import { addStyle } from '../styles.ts';

const COMMAND = 'course:open-activity';
/** JupyterLab's own categories start at 0. */
const FIRST = -1;

const serverIcon = new LabIcon({ name: 'satchel-lab:server', svgstr: server });

export const courseLauncher: JupyterFrontEndPlugin<void> = {
  id: 'satchel-lab:launcher',
  description: 'Offers the activities of the course in the launcher.',
  autoStart: true,
  optional: [ILauncher],
  activate: (app: JupyterFrontEnd, launcher: ILauncher | null) => {
    const offered = activities().filter(({ listed }) => listed);
    if (launcher === null || offered.length === 0) return;
    const asked = (args: { readonly [key: string]: unknown }) => activityOf(String(args.path ?? ''));
    app.commands.addCommand(COMMAND, {
      label: (args) => {
        const activity = asked(args);
        if (activity === null) return 'Open an activity of the course';
        return activity.here ? activity.title : `${activity.title} (${activity.launches.length > 0 ? 'on a server' : 'to read'})`;
      },
      caption: (args) => asked(args)?.why.join(' ') ?? '',
      icon: (args) => (asked(args)?.here === false ? serverIcon : notebookIcon),
      execute: (args) => app.commands.execute('docmanager:open', { path: String(args.path ?? ''), factory: 'Notebook' }),
      describedBy: { args: { type: 'object', properties: { path: { type: 'string', description: 'The notebook of the activity' } } } },
    });
    const category = courseTitle();
    offered.forEach(({ path }, rank) => {
      launcher.add({ command: COMMAND, args: { path }, category, rank, categoryRank: FIRST });
    });
    // Titles are longer than the names of kernels, for which the cards are made.
    const section = `.jp-Launcher-section:has(.jp-LauncherCard[data-category=${CSS.escape(category)}])`;
    addStyle(`
      ${section} .jp-Launcher-cardContainer { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(216px, 100%), 1fr)); }
      ${section} .jp-LauncherCard { flex-direction: row; align-items: center; gap: 10px; width: auto; min-height: 52px; margin: 6px; padding: 6px 12px; box-sizing: border-box; }
      ${section} .jp-LauncherCard-icon { flex: none; width: 28px; height: 28px; }
      ${section} .jp-LauncherCard-icon svg { width: 28px; height: 28px; margin: 0; }
      ${section} .jp-LauncherCard-label { flex: 1; width: auto; min-height: 0; padding: 0; }
      ${section} .jp-LauncherCard-label p { min-height: 0; margin: 0; text-align: left; line-height: 1.25; font-size: var(--jp-ui-font-size1); }
    `);
  },
};
