/** satchel's JupyterLab extension: the course in JupyterLite, the edits it shares with the book, and the course's Python. */
import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import type { ServiceManagerPlugin } from '@jupyterlab/services';
import { atTheCell, backToTheBook } from './book.ts';
import { brand } from './brand.ts';
import { kernelClient } from './client.ts';
import { cellExecutor, runsElsewhere } from './hosted.ts';
import { courseLauncher } from './launcher.ts';
import { python } from './python.ts';
import { sides } from './sides.ts';
import { themeOfTheBook } from './theme.ts';
import { work } from './work.ts';

// JupyterLab tells plugins of the application from those of its services by what they require.
const plugins: readonly (JupyterFrontEndPlugin<unknown> | ServiceManagerPlugin<unknown>)[] = [
  themeOfTheBook, brand, courseLauncher, sides,
  backToTheBook, atTheCell, runsElsewhere,
  cellExecutor, kernelClient, python, work,
];

export default plugins;
