/** Python for a course page. This module is only loaded when the reader reaches for a cell. */
import type { Kernel, PageConfig } from '../types.ts';
import { PageKernel } from './adapter.ts';
import { makeRenderers } from './outputs.ts';
import { PythonProcess, type ProcessSetup } from './process.ts';
import { addStyles } from './styles.ts';
import { windowTimer } from './timer.ts';

/** The course folder in Python's file system. */
const HOME = '/home/pyodide/course';

/** A kernel for the page that `page` describes. Nothing is downloaded before its first `start()` or `run()`. */
export function createKernel(page: PageConfig): Kernel {
  const site = new URL(page.root, document.baseURI);
  const absolute = (path: string): string => new URL(path, site).href;
  addStyles(absolute(`${page.assets}kernel.css`));
  const setup: ProcessSetup = {
    runtimeUrl: absolute('runtime/'),
    boot: {
      home: HOME,
      folder: page.cwd === '' ? HOME : `${HOME}/${page.cwd}`,
      files: page.files.map(({ path, url, size }) => ({ path, url: absolute(url), size })),
    },
  };
  const renderers = makeRenderers(absolute(`${page.assets}mathjax/`));
  return new PageKernel((events) => new PythonProcess(setup, renderers, events), windowTimer);
}
