/** Reads what the build wrote into the page. */
import { isIdentity } from './work/keys.ts';
import { amount, bad, good, isBag, list, own, text } from './shape.ts';
import type { CourseFile, HubPlace, PageCell, PageConfig, Parsed, Route } from './types.ts';

const ROUTES: ReadonlySet<string> = new Set<Route>(['book', 'lite', 'hosted', 'read']);
const LONG = 2_000_000;

function isRoute(value: unknown): value is Route {
  return typeof value === 'string' && ROUTES.has(value);
}

function parseCell(value: unknown, index: number): Parsed<PageCell> {
  if (!isBag(value)) return bad(`cells[${index}] is not an object`);
  const id = own(value, 'id');
  const source = text(own(value, 'source'), LONG);
  const hash = text(own(value, 'hash'), 128);
  const tags = list(own(value, 'tags') ?? [], (tag) => typeof tag === 'string' ? good(tag) : bad<string>('a tag is not text'));
  if (!isIdentity(id) || source === null || !hash || !tags.ok) {
    return bad(`cells[${index}] needs an id, a source, a hash and a list of tags`);
  }
  return good({ id, source, hash, tags: tags.value });
}

function parseFile(value: unknown, index: number): Parsed<CourseFile> {
  if (!isBag(value)) return bad(`files[${index}] is not an object`);
  const path = text(own(value, 'path'), 1000);
  const url = text(own(value, 'url'), 2000);
  const size = amount(own(value, 'size'));
  return path && url && size !== null ? good({ path, url, size }) : bad(`files[${index}] needs a path, a url and a size`);
}

function parseHub(value: unknown, index: number): Parsed<HubPlace> {
  if (!isBag(value)) return bad(`hubs[${index}] is not an object`);
  const [id, label, hub, notebook] = ['id', 'label', 'hub', 'notebook'].map((name) => text(own(value, name), 2000));
  const [profile, server] = ['profile', 'server'].map((name) => text(own(value, name) ?? '', 200));
  if (!id || !label || !hub || !notebook) return bad(`hubs[${index}] needs an id, a label, a hub and a notebook`);
  if (typeof profile !== 'string' || typeof server !== 'string') return bad(`hubs[${index}].profile and .server are texts`);
  // A student's token goes there.
  if (!/^https?:\/\/[^/?#@\s]+(?:\/[^?#\s]*)?$/.test(hub) || !hub.endsWith('/')) return bad(`hubs[${index}].hub is not the address of a server`);
  return good({ id, label, hub, notebook, profile, server });
}

/** The page's configuration, or what is wrong with it. Unknown properties are left out. */
export function parsePage(value: unknown): Parsed<PageConfig> {
  if (!isBag(value)) return bad('the page configuration is not an object');
  if (own(value, 'schema') !== 1) return bad('the page configuration has a schema other than 1');
  const course = own(value, 'course');
  if (!isBag(course)) return bad('course is missing');
  const courseId = own(course, 'id');
  const notebook = own(value, 'notebook');
  const route = own(value, 'route');
  const root = text(own(value, 'root'), 2000);
  if (!isIdentity(courseId)) return bad('course.id is missing');
  if (!isRoute(route)) return bad('route is not one of book, lite, hosted, read');
  // A page that is only read need not come from a notebook.
  const bookless = notebook === '' && route !== 'book';
  if (!isIdentity(notebook) && !bookless) return bad('notebook is missing');
  if (!root?.endsWith('/')) return bad('root must end with a slash');
  const cells = list(own(value, 'cells'), parseCell);
  if (!cells.ok) return cells;
  const files = list(own(value, 'files') ?? [], parseFile);
  if (!files.ok) return files;
  const hubs = list(own(value, 'hubs') ?? [], parseHub);
  if (!hubs.ok) return hubs;
  const packages = list(own(value, 'packages') ?? [],
    (name) => typeof name === 'string' ? good(name) : bad<string>('a package name is not text'));
  if (!packages.ok) return packages;
  return good({
    schema: 1,
    course: { id: courseId, title: text(own(course, 'title'), 1000) ?? courseId },
    notebook: bookless ? '' : notebook,
    title: text(own(value, 'title'), 1000) ?? '',
    root,
    assets: text(own(value, 'assets'), 1000) ?? '',
    route,
    lite: text(own(value, 'lite'), 2000),
    download: text(own(value, 'download'), 2000),
    map: text(own(value, 'map'), 2000),
    cwd: text(own(value, 'cwd'), 1000) ?? '',
    files: files.value,
    hubs: hubs.value,
    packages: packages.value,
    cells: cells.value,
  });
}
