/** Renders `display(Markdown(...))`. The parser is only loaded by the first output that needs it. */
import type { IRenderMime } from '@jupyterlab/rendermime';

export const markdownParser: IRenderMime.IMarkdownParser = {
  async render(source: string): Promise<string> {
    const { marked } = await import('marked');
    return marked.parse(source, { async: true });
  },
};
