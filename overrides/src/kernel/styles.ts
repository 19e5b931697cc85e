/** Adds the style sheet of the outputs once; pages that never run a cell never load it. */
export function addStyles(url: string): void {
  const id = 'satchel-kernel-styles';
  if (document.getElementById(id) !== null) return;
  const link = document.createElement('link');
  link.id = id;
  link.rel = 'stylesheet';
  link.href = url;
  document.head.append(link);
}
