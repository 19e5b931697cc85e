/** The full editor, in a chunk of its own. It looks like the page's code, because it uses the page's Pygments classes. */
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { python } from '@codemirror/lang-python';
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from '@codemirror/language';
import { Annotation, EditorSelection, EditorState } from '@codemirror/state';
import { EditorView, highlightSpecialChars, keymap } from '@codemirror/view';
import { tagHighlighter, tags } from '@lezer/highlight';
import { difference } from '../work/difference.ts';

/** What an editor is opened with. Positions are UTF-16 offsets. */
export interface CodeOptions {
  /** The text before the student's first key here, so that undo leads back to it. */
  readonly before: string;
  readonly text: string;
  readonly from: number;
  readonly to: number;
  readonly label: string;
  /** Id of the element that explains the keys. */
  readonly hint: string;
  input(text: string): void;
}

/** An open editor. */
export interface CodeView {
  readonly dom: HTMLElement;
  setText(text: string): void;
  select(from: number, to: number): void;
  focus(): void;
}

const pygments = tagHighlighter([
  { tag: tags.comment, class: 'c1' },
  { tag: tags.string, class: 's2' },
  { tag: tags.escape, class: 'se' },
  { tag: tags.special(tags.string), class: 's2' },
  { tag: tags.number, class: 'mi' },
  { tag: [tags.bool, tags.null], class: 'kc' },
  { tag: tags.operatorKeyword, class: 'ow' },
  { tag: tags.moduleKeyword, class: 'kn' },
  { tag: tags.keyword, class: 'k' },
  { tag: tags.function(tags.definition(tags.variableName)), class: 'nf' },
  { tag: tags.definition(tags.className), class: 'nc' },
  { tag: tags.standard(tags.name), class: 'nb' },
  { tag: tags.meta, class: 'nd' },
  { tag: tags.operator, class: 'o' },
  { tag: tags.punctuation, class: 'p' },
  { tag: tags.name, class: 'n' },
]);

/** Marks a change that did not come from the student. */
const foreign = Annotation.define<boolean>();

/** Opens an editor. It is not in the page until its `dom` is put there. */
export function openCode(options: CodeOptions): CodeView {
  const view = new EditorView({
    state: EditorState.create({
      doc: options.before,
      extensions: [
        history(), highlightSpecialChars(), indentOnInput(), bracketMatching(), python(),
        indentUnit.of('    '), EditorState.tabSize.of(4), syntaxHighlighting(pygments),
        keymap.of([...defaultKeymap, ...historyKeymap, indentWithTab]),
        // The line with the caret must not lie behind the bar at the bottom.
        EditorView.scrollMargins.of(() => ({ bottom: (document.querySelector<HTMLElement>('.satchel-toolbar')?.offsetHeight ?? 0) + 16 })),
        EditorView.contentAttributes.of({ 'aria-label': options.label, 'aria-describedby': options.hint, autocapitalize: 'off' }),
        EditorView.updateListener.of((update) => {
          const own = update.docChanged && !update.transactions.some((transaction) => transaction.annotation(foreign));
          if (own) options.input(update.state.doc.toString());
        }),
      ],
    }),
  });
  const replace = (text: string): void => {
    const old = view.state.doc.toString();
    if (old !== text) view.dispatch({ changes: difference(old, text), annotations: foreign.of(true) });
  };
  const select = (from: number, to: number): void => {
    const end = view.state.doc.length;
    view.dispatch({ selection: EditorSelection.single(Math.min(from, end), Math.min(to, end)) });
  };
  replace(options.text);
  select(options.from, options.to);
  return { dom: view.dom, setText: replace, select, focus: () => view.focus() };
}
