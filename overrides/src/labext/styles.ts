/** Gives JupyterLab the styles of the book's parts, in JupyterLab's colours. */
import page from '../../css/page.css';
import lab from '../../css/lab.css';

/** Once in a window. */
export function dress(): void {
  const style = document.createElement('style');
  style.textContent = `${page}\n${lab}`;
  document.head.append(style);
}
