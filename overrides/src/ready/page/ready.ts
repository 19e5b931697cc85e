/** The entry of `check.html`, in one file of its own: looks at the browser, the storage, the site and Python, quick things first. */
import { tabSetup } from '../../kernel/tab-python.ts';
import type { Progress } from '../../types.ts';
import { kernelWords } from '../../words.ts';
import { judgeBrowser, judgeMemory } from '../browser.ts';
import type { Line } from '../line.ts';
import { judgePython } from '../python.ts';
import { browserName, report } from '../report.ts';
import { judgeSite } from '../site.ts';
import { judgeStorage } from '../storage.ts';
import { answer, notable } from '../verdict.ts';
import { lookAtBrowser, lookAtMemory } from './browser.ts';
import { parseReady, type ReadyConfig } from './config.ts';
import { tryPython } from './python.ts';
import { lookAtSite } from './site.ts';
import { lookAtStorage } from './storage.ts';
import { ReadyView } from './view.ts';

class Check {
  readonly #config: ReadyConfig;
  readonly #view: ReadyView;
  #lines: readonly Line[] = [];
  #detail = '';

  constructor(config: ReadyConfig, root: HTMLElement) {
    this.#config = config;
    this.#view = new ReadyView(root, { again: () => void this.run(), report: () => this.#report() });
  }

  /** Looks at everything once. */
  async run(): Promise<void> {
    const { page, memory } = this.#config;
    const setup = tabSetup(page, location.href);
    this.#lines = [];
    this.#view.begin();
    this.#show([]);
    const browser = lookAtBrowser();
    this.#show(judgeBrowser(browser));
    this.#show([judgeMemory(browser.wasm ? lookAtMemory(memory) : null)]);
    this.#show(judgeStorage(await lookAtStorage(page.course.id), browser));
    this.#show(judgeSite(await lookAtSite(this.#site(), `${page.assets}python.worker.js`)));
    if (!browser.wasm) return this.#show(judgePython(null));
    const seen = await tryPython(setup, page.packages, (progress) => { this.#progress(progress); });
    this.#detail = '';
    this.#show(judgePython(seen));
  }

  #progress(progress: Progress): void {
    this.#detail = kernelWords('loading', progress, 0).detail;
    this.#show([]);
  }

  #show(lines: readonly Line[]): void {
    this.#lines = [...this.#lines, ...lines];
    for (const line of lines) this.#view.show(line);
    this.#view.answer(answer(this.#lines), notable(this.#lines), this.#detail, this.#report());
  }

  #site(): string {
    return new URL(this.#config.page.root, `${location.origin}${location.pathname}`).href;
  }

  #report(): string {
    const { course } = this.#config.page;
    return report(this.#lines, answer(this.#lines), {
      course: course.title, site: this.#site(), browser: browserName(navigator.userAgent),
    });
  }
}

const root = document.getElementById('satchel-ready');
const data = document.getElementById('satchel-page');
if (root && data) {
  const config = parseReady(JSON.parse(data.textContent ?? ''));
  if (!config.ok) throw new Error(`satchel: the page's configuration cannot be used: ${config.problem}`);
  void new Check(config.value, root).run();
}
