// Files that are taken from packages as they are.
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';

const MATHJAX = 'node_modules/mathjax/es5';

/**
 * MathJax with every TeX extension inside, so that no formula makes it look for more, and its fonts.
 *
 * The file serves the book's own formulas (Sphinx's `mathjax_path`) as well as outputs, under the name that Sphinx uses.
 */
export async function copyMathJax(out) {
  await mkdir(`${out}/output/chtml/fonts`, { recursive: true });
  await cp(`${MATHJAX}/output/chtml/fonts/woff-v2`, `${out}/output/chtml/fonts/woff-v2`, { recursive: true });
  const source = await readFile(`${MATHJAX}/tex-chtml-full.js`, 'utf8');
  // Addresses of the speech engine's data; speech is not part of this file.
  await writeFile(`${out}/tex-mml-chtml.js`, source.replace(/https:\/\/cdn\.jsdelivr\.net\/npm\//g, './'));
}

/** The plain icons of the course as an app. */
export async function copyIcons(out) {
  await cp('icons', out, { recursive: true });
}
