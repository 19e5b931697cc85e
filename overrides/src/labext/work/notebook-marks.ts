/** Shows in one notebook window what the student's work on each cell is, and whether all of it is saved. */
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Cell } from '@jupyterlab/cells';
import { Widget, type PanelLayout } from '@lumino/widgets';
import { clock } from '../../keeping.ts';
import type { StorageReport } from '../../store/session.ts';
import { Announcer, attribute } from '../../view/dom.ts';
import { StatusChip } from '../../view/status.ts';
import { CellStrip } from './cell-strip.ts';
import type { NotebookCopy } from './notebook-copy.ts';
import type { NotebookWork } from './notebook-work.ts';

export class NotebookMarks {
  readonly #panel: NotebookPanel;
  readonly #work: NotebookWork;
  readonly #copy: NotebookCopy;
  readonly #chip: StatusChip;
  readonly #announcer = new Announcer();
  readonly #strips = new WeakMap<Cell, CellStrip>();
  readonly #resets = new Map<string, string>();

  /** `save` downloads the work. The saving state stands in the toolbar at `position`. */
  constructor(panel: NotebookPanel, work: NotebookWork, copy: NotebookCopy, position: number, save: () => void) {
    this.#panel = panel;
    this.#work = work;
    this.#copy = copy;
    this.#chip = new StatusChip({
      say: (words) => this.#announcer.say(words), now: () => clock.now(), save, reload: () => window.location.reload(), ownTab: null, runs: false,
      check: null,
    });
    // Several notebooks may be open in one window.
    this.#chip.root.removeAttribute('id');
    this.#chip.root.classList.add('satchel-saving');
    const item = new Widget({ node: this.#chip.root });
    panel.toolbar.insertItem(position, 'satchel-saving', item);
    this.#chip.alarm.classList.add('satchel-lite-alarm');
    panel.node.append(this.#chip.alarm, this.#announcer.root);
    this.storage(work.session.report);
    this.all();
  }

  storage(report: StorageReport): void {
    this.#chip.storage(report);
  }

  /** Shows all cells afresh. */
  all(): void {
    for (const cell of this.#panel.content.widgets) this.#show(cell);
  }

  one(id: string): void {
    const cell = this.#panel.content.widgets.find(({ model }) => this.#copy.nameOf(model.id) === id);
    if (cell !== undefined) this.#show(cell);
  }

  #show(cell: Cell): void {
    const id = this.#copy.nameOf(cell.model.id);
    const author = cell.model.type === 'code' ? this.#work.authorText(id) : null;
    if (author === null) return cell.node.removeAttribute('data-satchel-cell');
    attribute(cell.node, 'data-satchel-cell', id);
    const { session } = this.#work;
    const decision = session.decision(id);
    attribute(cell.node, 'data-state', decision.state);
    const news = { decision, base: session.record(id)?.baseText ?? '', undoable: this.#resets.has(id) };
    const strip = this.#strips.get(cell);
    if (strip !== undefined) return strip.show(news);
    // Most cells never need one.
    if (decision.state !== 'pristine' || this.#work.versions(id).length > 0) this.#make(cell, id, author).show(news);
  }

  #make(cell: Cell, id: string, author: string): CellStrip {
    const { session } = this.#work;
    const strip = new CellStrip({
      node: cell.node, label: `cell ${session.ids.indexOf(id) + 1}`, author, text: () => session.decision(id).text,
    }, {
      reset: () => {
        this.#resets.set(id, session.decision(id).text);
        void this.#work.reset(id);
      },
      undo: () => {
        const text = this.#resets.get(id);
        this.#resets.delete(id);
        if (text !== undefined) void session.putBack(id, text);
      },
      choose: (choice) => void session.choose(id, choice),
      putBack: (text) => session.putBack(id, text),
      versions: () => this.#work.versions(id),
      say: (words) => this.#announcer.say(words),
      now: () => clock.now(),
    });
    this.#strips.set(cell, strip);
    (cell.layout as PanelLayout).insertWidget(0, new Widget({ node: strip.root }));
    return strip;
  }
}
