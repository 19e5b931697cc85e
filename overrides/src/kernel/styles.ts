/** Adds a style sheet once; pages that never need it never load it. */
export function addStyles(url: string, id = 'satchel-kernel-styles'): void {
  if (document.getElementById(id) !== null) return;
  const link = document.createElement('link');
  link.id = id;
  link.rel = 'stylesheet';
  link.href = url;
  document.head.append(link);
}
