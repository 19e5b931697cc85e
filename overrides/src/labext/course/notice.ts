/** The place of a banner between a notebook's toolbar and its cells: as tall as its text, but never most of the window. */
import type { Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';

/** Of the panel's height. */
const MOST = 0.5;

/**
 * Not inside the notebook: that takes the focus away to its active cell, and a keyboard would never get to the banner.
 * Above it JupyterLab gives room by a widget's least height alone, so this one follows its text.
 */
export class Notice extends Widget {
  readonly #box: HTMLElement;
  readonly #observer = new ResizeObserver(() => { this.#takeRoom(); });

  constructor(box: HTMLElement) {
    super();
    this.#box = box;
    this.addClass('satchel-notice-place');
    this.node.append(box);
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this.#observer.observe(this.#box);
  }

  protected override onBeforeDetach(message: Message): void {
    this.#observer.disconnect();
    super.onBeforeDetach(message);
  }

  #takeRoom(): void {
    const { marginTop, marginBottom } = getComputedStyle(this.#box);
    const wanted = this.#box.offsetHeight + parseFloat(marginTop) + parseFloat(marginBottom);
    const panel = this.parent?.parent?.node.clientHeight ?? window.innerHeight;
    this.node.style.minHeight = `${Math.ceil(Math.min(wanted, panel * MOST))}px`;
    this.parent?.fit();
  }
}
