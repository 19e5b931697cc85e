/** satchel's JupyterLab extension: the way back to the book, and the course's Python with what JupyterLite's own lacks. */
import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import type { ServiceManagerPlugin } from '@jupyterlab/services';
import { backToTheBook } from './book.ts';
import { kernelClient } from './client.ts';
import { python } from './python.ts';

// JupyterLab tells plugins of the application from those of its services by what they require.
const plugins: readonly (JupyterFrontEndPlugin<unknown> | ServiceManagerPlugin<unknown>)[] = [backToTheBook, kernelClient, python];

export default plugins;
