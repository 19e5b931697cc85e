/** Names of notebooks that leave the book and come back: what is added to them on the way, and how it is taken off. */

/** What stands in the name of a notebook that was taken along. */
const MINE = 'my work';

/** `neural-network.ipynb` as the student's own: `neural-network (my work).ipynb`, or with a number. */
export function ownName(name: string, count = 1): string {
  return name.replace(/(\.ipynb)?$/i, ` (${MINE}${count === 1 ? '' : ` ${count}`})$1`);
}

/** The name without what taking along, a browser's downloads or JupyterLab's copies have added to it. */
export function plainName(name: string): string {
  let plain = name;
  for (let before = ''; plain !== before;) {
    before = plain;
    plain = plain.replace(/(?: ?\((?:my work ?)?\d*\)|-Copy\d+|-checkpoint)(?=\.ipynb$)/i, '');
  }
  return plain;
}
