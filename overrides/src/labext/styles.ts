/** Gives JupyterLab the styles of the book's parts, in JupyterLab's colours. */
import course from '../../css/course.css';
import lab from '../../css/lab.css';
import page from '../../css/page.css';

/** Once in a window. */
export function dress(): void {
  addStyle(`${page}\n${lab}\n${course}`);
}

export function addStyle(css: string): void {
  const style = document.createElement('style');
  style.textContent = css;
  document.head.append(style);
}
