/** What the dialog of the hosted Python says. Pure. */

export const TITLE = 'Use the hosted Python in this page';

export function introWords(label: string): string {
  return `The cells of this page can run on your own server on ${label}. Results appear here, and what you write stays saved in this browser.`;
}

export const KEPT_SECRET = 'A token is like a password for your server. This page keeps it in its memory only, sends it to this server and '
  + 'to nobody else, and forgets it when you leave or reload the page.';

export function connectedWords(label: string, user: string): string {
  return `Connected to ${label} as ${user}. The cells of this page run there now.`;
}

/** Where the course's folder is not on the server: how it gets there. */
export function folderWords(folder: string, label: string): string {
  return `The folder “${folder}” of this course is not on your server yet, so cells do not find its files. `
    + `“Open on ${label}” on this page brings it there; then choose Restart.`;
}

export function leftWords(own: boolean): string {
  return own ? 'The cells of this page run in your browser again. The token is forgotten.'
    : 'The hosted Python is disconnected, and the token is forgotten. Your texts and results stay.';
}
