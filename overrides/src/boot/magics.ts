/** Makes the imports of a cell readable for Pyodide, which gives up on a cell with IPython's own syntax in it. */

const MAGIC_LINE = /^([ \t]*)[%!].*$/gm;
/** These import a package that the cell does not name. */
const MATPLOTLIB = /^[ \t]*%(?:matplotlib|pylab)\b/m;

/** The cell as plain Python: magic and shell lines become `pass`, and what a magic imports is imported by name. */
export function importsOf(cell: string): string {
  const plain = cell.replace(MAGIC_LINE, '$1pass');
  return MATPLOTLIB.test(cell) ? `${plain}\nimport matplotlib` : plain;
}
