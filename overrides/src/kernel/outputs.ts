/** Shows what one run puts out, with thebe-core's cell and JupyterLab's renderers. */
import { ThebeCodeCell, type Config, type ThebeSession } from 'thebe-core';
import { rendererFactory as javascript } from '@jupyterlab/javascript-extension';
import { KernelMessage } from '@jupyterlab/services';
import { RenderMimeRegistry, standardRendererFactories, type IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { RunResult } from '../types.ts';
import { plainName, shortTraceback } from './errors.ts';
import { markdownParser } from './markdown.ts';
import { PageTypesetter } from './latex.ts';
import type { AskMessage } from '../boot/protocol.ts';
import type { OpenQuestion, Run } from './python.ts';
import { askReader } from './question.ts';

/** Renderers for everything a course cell puts out. `mathjaxUrl` is the folder of our MathJax, ending with a slash. */
export function makeRenderers(mathjaxUrl: string): IRenderMimeRegistry {
  return new RenderMimeRegistry({
    initialFactories: [...standardRendererFactories, javascript],
    latexTypesetter: new PageTypesetter(mathjaxUrl),
    markdownParser,
  });
}

/** What stands in the target now, so that the next run can let go of it. */
const shown = new WeakMap<HTMLElement, RunCell>();

/** One run of one cell. thebe-core makes cells for notebooks; here a cell lives for a single run. */
export class RunCell extends ThebeCodeCell implements Run {
  /** Who hears of questions that come with the run's own messages. The page's own Python asks another way. */
  onQuestion: ((message: KernelMessage.IInputRequestMsg) => void) | null = null;
  #disposed = false;
  #target: HTMLElement | null = null;

  /** Empties `target` and makes it the place of this run's outputs. */
  static open(session: ThebeSession, config: Config, rendermime: IRenderMimeRegistry, target: HTMLElement): RunCell {
    const cell = new RunCell('run', 'page', '', config, {}, rendermime);
    cell.#target = target;
    shown.get(target)?.dispose();
    shown.set(target, cell);
    target.replaceChildren();
    cell.attachToDOM(target);
    cell.attachSession(session);
    return cell;
  }

  /**
   * Runs `source` and waits for its last output. Rejects when Python ends before that.
   *
   * thebe-core's own `execute` would then replace what was put out by advice to reload the page.
   */
  async run(source: string): Promise<RunResult> {
    const connection = this.session?.kernel;
    if (connection === null || connection === undefined) throw new Error('The cell has no Python to run on');
    const future = connection.requestExecute({ code: source });
    this.area.future = future;
    const { onQuestion } = this;
    if (onQuestion !== null) future.onStdin = (message) => { if (KernelMessage.isInputRequestMsg(message)) onQuestion(message); };
    const { content } = await future.done;
    nameImages(this.area.node);
    this.executionCount = content.execution_count;
    if (content.status === 'ok') return { ok: true, count: content.execution_count };
    const [name, value] = content.status === 'error'
      ? [plainName(content.ename), content.evalue]
      : ['KeyboardInterrupt', 'The cell was given up.'];
    return { ok: false, count: content.execution_count, error: { name, value } };
  }

  /** Adds a line of ours below the outputs so far. */
  note(text: string): void {
    if (!this.#disposed) this.model.add({ output_type: 'stream', name: 'stderr', text: `${text}\n` });
  }

  /** Opens a question below the outputs so far. */
  ask(question: AskMessage): OpenQuestion {
    if (this.#target === null) throw new Error('The cell has no place for a question');
    return askReader(this.#target, question);
  }

  /** Ends the output with an error of ours: Python cannot say it any more. */
  ended(name: string, value: string): void {
    if (this.#disposed) return;
    this.model.add({ output_type: 'error', ename: name, evalue: value, traceback: [shortTraceback(name, value)] });
  }

  /** Lets go of the outputs: late messages of this run show nowhere. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.area.dispose();
    this.model.dispose();
  }
}

/** Python's pictures come without a text for readers who cannot see them; at least say that one is there. */
function nameImages(node: HTMLElement): void {
  for (const image of node.querySelectorAll<HTMLImageElement>('img:not([alt])')) image.alt = 'Picture put out by this cell';
}
