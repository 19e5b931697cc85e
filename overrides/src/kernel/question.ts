/** The text field that `input()` opens in a cell's output. */
import type { OpenQuestion } from './python.ts';

/** What Python wants to know. */
export interface Question {
  readonly prompt: string;
  readonly password: boolean;
}

/** Opens the field at the end of `target`, gives it the focus, and resolves with the line once the reader sends it. */
export function askReader(target: HTMLElement, question: Question): OpenQuestion {
  const { ownerDocument: document } = target;
  const form = document.createElement('form');
  form.className = 'satchel-stdin';
  const label = document.createElement('label');
  const prompt = document.createElement('span');
  prompt.className = 'satchel-stdin-prompt';
  prompt.textContent = question.prompt.trim() === '' ? 'Python asks for a line:' : question.prompt;
  const field = document.createElement('input');
  field.className = 'satchel-stdin-field';
  field.type = question.password ? 'password' : 'text';
  field.autocomplete = 'off';
  field.spellcheck = false;
  const send = document.createElement('button');
  send.type = 'submit';
  send.className = 'satchel-stdin-send';
  send.textContent = 'Answer';
  label.append(prompt, field);
  form.append(label, send);
  const answer = new Promise<string>((resolve) => {
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      form.remove();
      resolve(field.value);
    });
  });
  // Keys typed here are the answer: the book's and the editor's shortcuts must not see them.
  form.addEventListener('keydown', (event) => { event.stopPropagation(); });
  target.append(form);
  field.focus();
  return { answer, close: () => { form.remove(); } };
}
