/** How to use the same server from VS Code: the steps, and its addresses to copy. They never hold a token. */
import type { HubPlace } from '../types.ts';
import { button, el } from '../view/dom.ts';

/** The fold, and a way to fill in the address of the student's own server once that is known. */
export function vscodeSection(place: HubPlace, say: (words: string) => void): { root: HTMLElement; server(address: string): void } {
  const hub = addressField('satchel-hub-address', 'Address of the hub', place.hub, say);
  const server = addressField('satchel-server-address', 'Address of your server', `${place.hub}user/YOUR-NAME/`, say);
  const root = el('details', { class: 'satchel-vscode' },
    el('summary', {}, el('h3', {}, 'Or use VS Code')),
    el('ol', { class: 'satchel-how' },
      el('li', {}, 'Install the extensions “Jupyter” and “JupyterHub” (both by Microsoft) in VS Code.'),
      el('li', {}, 'Open a notebook, press “Select Kernel” at its top right, and choose “Existing JupyterHub Server…”.'),
      el('li', {}, 'Paste this address when VS Code asks for the URL of the hub:', hub.root),
      el('li', {}, 'Type your user name, and paste a token where it asks for the password.'),
      el('li', {}, 'Choose a Python kernel. VS Code starts your server if it is not running.')),
    el('p', {}, 'Without the extension “JupyterHub”: choose “Existing Jupyter Server…”, paste the address of your running server, then the token.'),
    server.root);
  return { root, server: (address) => { server.field.value = address; } };
}

function addressField(id: string, label: string, value: string, say: (words: string) => void): { root: HTMLElement; field: HTMLInputElement } {
  const field = el('input', { id, class: 'satchel-address', type: 'text', readonly: true, spellcheck: 'false' });
  field.value = value;
  const copy = button('satchel-copy', 'Copy', () => void act());
  copy.setAttribute('aria-label', `Copy: ${label}`);
  const told = el('span', { class: 'satchel-copied', 'aria-hidden': 'true' });
  const act = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(field.value);
      told.textContent = 'Copied';
    } catch {
      // Browsers offer the clipboard on safe pages only.
      field.focus();
      field.select();
      told.textContent = 'Press Ctrl+C (⌘C)';
    }
    say(told.textContent ?? '');
  };
  return { root: el('div', { class: 'satchel-copying' }, el('label', { for: id }, label), field, copy, told), field };
}
