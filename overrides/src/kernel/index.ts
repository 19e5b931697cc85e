/** Python for a course page. This module is only loaded when the reader reaches for a cell, or when a Python is there already. */
import { savesData } from '../saving.ts';
import type { PageConfig } from '../types.ts';
import { PageKernel } from './adapter.ts';
import { makeRenderers } from './outputs.ts';
import { PythonProcess } from './process.ts';
import { addStyles } from './styles.ts';
import type { TabPython } from './tab-python.ts';
import { windowTimer } from './timer.ts';

/** A kernel for the page that `page` describes, whose Python is `tab`'s. */
export function createKernel(page: PageConfig, tab: TabPython): PageKernel {
  const site = new URL(page.root, document.baseURI);
  const absolute = (path: string): string => new URL(path, site).href;
  addStyles(absolute(`${page.assets}kernel.css`));
  const renderers = makeRenderers(absolute(`${page.assets}mathjax/`));
  return new PageKernel((events) => new PythonProcess(tab, renderers, events), windowTimer, ahead(page.packages));
}

/** Packages to load ahead of the cells that import them; none where the reader asked the browser to be sparing. */
function ahead(packages: readonly string[]): readonly string[] {
  return savesData() ? [] : packages;
}
