/** Where on the server a launch link leads: the folder and the name of the notebook, as JupyterLab shows them. Pure. */

/** A notebook's place on a server. `folder` has no slash at its ends and is empty at the top. */
export interface HostedPlace {
  readonly folder: string;
  readonly name: string;
}

/** Links lie within links: a hub's `next` holds nbgitpuller's, and that one holds JupyterLab's. */
const DEEPEST = 4;
const TREE = /(?:^|[/=])(?:lab\/tree|doc\/tree|notebooks)\/([^?#&]+)/;

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    // A percent sign that stands for nothing: this is as far as it goes.
    return null;
  }
}

function split(path: string): HostedPlace | null {
  const parts = path.split('/').filter((part) => part !== '');
  const name = parts.pop();
  return name === undefined || !/\.ipynb$/i.test(name) ? null : { folder: parts.join('/'), name };
}

/** The place that `href` names; `null` where it names none, as that of a learning platform. */
export function placeIn(href: string): HostedPlace | null {
  let text: string | null = href;
  for (let depth = 0; depth < DEEPEST && text !== null; depth += 1) {
    const found = TREE.exec(text)?.[1];
    // What is found is a path inside an address, so it is written as one.
    const place = found === undefined ? null : split(decoded(found) ?? found);
    if (place !== null) return place;
    text = decoded(text);
  }
  return null;
}
