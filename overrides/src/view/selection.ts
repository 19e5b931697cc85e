/** Where the reader's click or selection lies in a block of code. */

/** Offsets in UTF-16 units from the start of `pre`'s text; `null` if the selection is elsewhere. */
export function selectionIn(pre: HTMLElement): { from: number; to: number } | null {
  const selection = document.getSelection();
  if (!selection || selection.rangeCount === 0) return null;
  const range = selection.getRangeAt(0);
  if (!pre.contains(range.startContainer) || !pre.contains(range.endContainer)) return null;
  const from = offsetOf(pre, range.startContainer, range.startOffset);
  return { from, to: from + range.toString().length };
}

function offsetOf(pre: HTMLElement, node: Node, offset: number): number {
  const before = document.createRange();
  before.setStart(pre, 0);
  before.setEnd(node, offset);
  return before.toString().length;
}
