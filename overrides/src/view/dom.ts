/** Builds elements. Text always goes in as text, never as markup. */

type Attributes = Readonly<Record<string, string | boolean>>;

/** An element with attributes and children. An attribute that is `false` is left out, `true` is present without a value. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K, attributes: Attributes = {}, ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children);
  return element;
}

const PATHS = {
  run: 'M4 2.5v11l9-5.5z',
  all: 'M2 3v10l6-5zM8 3v10l6-5z',
  above: 'M2.5 9.5h7L6 4zM2.5 11h7v1.6h-7zM10.5 4v8l4-4z',
  stop: 'M3.5 3.5h9v9h-9z',
  restart: 'M8 3a5 5 0 1 0 4.9 6h-1.7A3.4 3.4 0 1 1 8 4.6c.9 0 1.7.4 2.3 1L8.600 7.300H13V2.900L11.500 4.400A5 5 0 0 0 8 3z',
  leave: 'M8 3l5 6H3zM3 11h10v2H3z',
  work: 'M2 3h5l1.500 1.800H14V13H2z',
} as const;

export type Icon = keyof typeof PATHS;

const SVG = 'http://www.w3.org/2000/svg';

/** A small picture that says nothing to a screen reader. */
export function icon(name: Icon): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('class', 'satchel-icon');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', PATHS[name]);
  svg.append(path);
  return svg;
}

/** A button of the page, with its act. */
export function button(name: string, label: string, act: () => void, picture?: Icon): HTMLButtonElement {
  const words = el('span', { class: 'satchel-label' }, label);
  const element = el('button', { type: 'button', class: `satchel-button ${name}` }, ...(picture ? [icon(picture)] : []), words);
  element.addEventListener('click', act);
  return element;
}

/** Changes a button's words without touching its picture. */
export function relabel(element: HTMLButtonElement, label: string): void {
  const words = element.querySelector('.satchel-label');
  if (words && words.textContent !== label) words.textContent = label;
}

/** Sets an attribute only where it differs, so that observers and screen readers stay quiet. */
export function attribute(element: Element, name: string, value: string): void {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/**
 * Makes `change`, which may take away what has the focus. If it was inside `root` and is gone, the first of `next` that can
 * be seen gets it, so that a keyboard never starts again at the top of the page.
 */
export function keepFocus(root: Element, change: () => void, ...next: readonly HTMLElement[]): void {
  const had = document.activeElement;
  const inside = had !== null && root.contains(had);
  change();
  if (!inside || seen(had)) return;
  next.find(seen)?.focus();
}

function seen(element: Element): boolean {
  return element.isConnected && element.closest('[hidden]') === null;
}

/** Hands `blob` to the browser's download list under `name`. */
export function download(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = el('a', { href: url, download: name, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  // The browser reads the blob after the click; a minute is ample and keeps the memory from staying forever.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Reads short sentences to a screen reader without showing them. */
export class Announcer {
  readonly root = el('div', { class: 'satchel-hidden', 'aria-live': 'polite' });

  say(words: string): void {
    this.root.textContent = words;
  }
}
