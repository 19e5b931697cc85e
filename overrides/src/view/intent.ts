/** Notices that the reader is about to use something: the pointer rests on it, or it has the focus. */

/** Milliseconds that a pointer must rest; one that only passes by stays for less. */
const REST = 80;

/** Calls `act` whenever the reader reaches for one of `elements`. */
export function onIntent(elements: readonly HTMLElement[], act: () => void): void {
  for (const element of elements) {
    let timer: ReturnType<typeof setTimeout> | undefined;
    element.addEventListener('pointerenter', () => { timer = setTimeout(act, REST); });
    element.addEventListener('pointerleave', () => { clearTimeout(timer); });
    element.addEventListener('focusin', act);
  }
}
