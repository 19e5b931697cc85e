/** satchel's JupyterLab extension: the way back to the book, the edits it shares with the book, and the course's Python. */
import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import type { ServiceManagerPlugin } from '@jupyterlab/services';
import { backToTheBook } from './book.ts';
import { kernelClient } from './client.ts';
import { python } from './python.ts';
import { work } from './work.ts';

// JupyterLab tells plugins of the application from those of its services by what they require.
const plugins: readonly (JupyterFrontEndPlugin<unknown> | ServiceManagerPlugin<unknown>)[] = [backToTheBook, kernelClient, python, work];

export default plugins;
