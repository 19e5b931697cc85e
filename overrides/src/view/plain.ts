/** The plain text field that stands in for the full editor until that has loaded, or for good if it never does. */
import { el } from './dom.ts';

const INDENT = '    ';

/** A field of exactly its text's height. `input` hears every change by the student. */
export function plainField(text: string, label: string, hint: string, input: (text: string) => void): HTMLTextAreaElement {
  const field = el('textarea', {
    class: 'satchel-plain', 'aria-label': label, 'aria-describedby': hint, wrap: 'off',
    spellcheck: 'false', autocapitalize: 'off', autocomplete: 'off',
  });
  setPlain(field, text);
  field.addEventListener('input', () => {
    grow(field);
    input(field.value);
  });
  return field;
}

/** Replaces the text without telling anyone. */
export function setPlain(field: HTMLTextAreaElement, text: string): void {
  if (field.value !== text) field.value = text;
  grow(field);
}

/** Puts an indent in place of the selection, as if typed. */
export function indentPlain(field: HTMLTextAreaElement): void {
  field.setRangeText(INDENT, field.selectionStart, field.selectionEnd, 'end');
  field.dispatchEvent(new Event('input'));
}

function grow(field: HTMLTextAreaElement): void {
  field.rows = field.value.split('\n').length;
}
