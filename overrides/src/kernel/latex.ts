/** Typesets formulas in outputs with the site's own MathJax 3, the same that the book's text uses. */
import type { IRenderMime } from '@jupyterlab/rendermime';

/** The part of MathJax that is used here. Its own types describe the sources, not the combined file. */
interface MathDocument {
  readonly options: { elements?: readonly HTMLElement[] };
  clear(): MathDocument;
  render(): MathDocument;
}

interface LoadedMathJax {
  readonly startup: { readonly promise: Promise<void>; readonly output: object };
  readonly config: { readonly tex?: { readonly packages?: unknown } };
  readonly _: {
    readonly mathjax: { readonly mathjax: { document(target: Document, options: object): MathDocument } };
    readonly input: { readonly tex_ts: { readonly TeX: new (options: object) => object } };
  };
}

declare global {
  interface Window {
    MathJax?: Partial<LoadedMathJax> & { options?: object; loader?: object };
  }
}

/** A typesetter that loads MathJax with the first formula. */
export class PageTypesetter implements IRenderMime.ILatexTypesetter {
  readonly #url: string;
  #document: Promise<MathDocument> | null = null;

  /** `url`: folder of MathJax, ending with a slash. */
  constructor(url: string) {
    this.#url = url;
  }

  /** Typesets `$...$`, `$$...$$`, `\(...\)`, `\[...\]` and environments inside `element`. */
  async typeset(element: HTMLElement): Promise<void> {
    if (!hasFormula(element.textContent ?? '')) return;
    this.#document ??= this.#load();
    const document = await this.#document;
    document.options.elements = [element];
    document.clear().render();
    delete document.options.elements;
  }

  async #load(): Promise<MathDocument> {
    const loaded = await loadMathJax(`${this.#url}tex-mml-chtml.js`);
    const { TeX } = loaded._.input.tex_ts;
    // A document of our own, since the book's text knows no `$` while notebooks do. Sharing the output keeps one style sheet.
    return loaded._.mathjax.mathjax.document(document, {
      InputJax: new TeX({
        packages: loaded.config.tex?.packages ?? ['base', 'ams'],
        inlineMath: [['$', '$'], ['\\(', '\\)']],
        displayMath: [['$$', '$$'], ['\\[', '\\]']],
        processEscapes: true,
        processEnvironments: true,
      }),
      OutputJax: loaded.startup.output,
    });
  }
}

/** Whether `text` may hold a formula: most outputs hold none, and MathJax is a megabyte. */
export function hasFormula(text: string): boolean {
  return /\$[^$]+\$|\\\(|\\\[|\\begin\{/.test(text);
}

async function loadMathJax(url: string): Promise<LoadedMathJax> {
  if (!isLoaded(window.MathJax)) {
    // Not yet on this page: the book loads MathJax only where its text has formulas.
    window.MathJax = { ...window.MathJax, startup: { typeset: false } as never, options: { enableMenu: false } };
    await addScript(url);
  }
  const loaded = window.MathJax;
  if (!isLoaded(loaded)) throw new Error(`MathJax did not load from ${url}`);
  await loaded.startup.promise;
  return loaded;
}

function isLoaded(value: Window['MathJax']): value is LoadedMathJax {
  return value?._ !== undefined && value.startup?.promise !== undefined;
}

async function addScript(url: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const script = document.createElement('script');
    script.src = url;
    script.onload = () => { resolve(); };
    script.onerror = () => { reject(new Error(`MathJax could not be loaded from ${url}`)); };
    document.head.append(script);
  });
}
