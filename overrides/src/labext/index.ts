/** satchel's JupyterLab extension: the course in JupyterLite, the edits it shares with the book, and the course's Python. */
import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import type { ServiceManagerPlugin } from '@jupyterlab/services';
import { address } from './course/address.ts';
import { atTheCell, backToTheBook } from './course/book.ts';
import { brand } from './course/brand.ts';
import { kernelClient } from './python/client.ts';
import { cellExecutor, runsElsewhere } from './course/hosted.ts';
import { courseLauncher } from './course/launcher.ts';
import { python } from './python/python.ts';
import { sides } from './course/sides.ts';
import { themeOfTheBook } from './course/theme.ts';
import { work } from './work/work.ts';

// JupyterLab tells plugins of the application from those of its services by what they require.
const plugins: readonly (JupyterFrontEndPlugin<unknown> | ServiceManagerPlugin<unknown>)[] = [
  themeOfTheBook, brand, courseLauncher, sides,
  address, backToTheBook, atTheCell, runsElsewhere,
  cellExecutor, kernelClient, python, work,
];

export default plugins;
