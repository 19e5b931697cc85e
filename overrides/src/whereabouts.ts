/** Where things are in the site around a page: the course's map, addresses of cells, texts of its files. */
import { parseCourse, type CourseMap } from './work/course.ts';
import { isNotes } from './work/notes.ts';
import type { PageConfig } from './types.ts';

export class Whereabouts {
  /** Address of the site's folder. */
  readonly root: URL;
  readonly #page: PageConfig;
  #map: Promise<CourseMap | null> | null = null;

  /** `address` is the page's own absolute URL. */
  constructor(page: PageConfig, address: string) {
    this.#page = page;
    this.root = new URL(page.root, address);
  }

  /** Where everything in the course is now; `null` where that cannot be had, and then what the work itself knows must do. */
  map(): Promise<CourseMap | null> {
    this.#map ??= this.#fetchMap().catch((error: unknown) => {
      console.warn('satchel: the course map could not be had', error);
      this.#map = null;
      return null;
    });
    return this.#map;
  }

  /** URL of a cell on its page; `page` is relative to the site root. */
  link(page: string, cell: string): string {
    const url = new URL(page, this.root).href;
    return isNotes(cell) ? `${url}#satchel-notes` : `${url}#cell:${encodeURIComponent(cell)}`;
  }

  /** The text of a file of the site; `url` is relative to its root. Rejects with what the site answers. */
  async fetchText(url: string): Promise<string> {
    return (await this.#fetch(url)).text();
  }

  async #fetchMap(): Promise<CourseMap | null> {
    const { map: path, course } = this.#page;
    if (path === null) return null;
    // An old copy would send the student to where a page was before.
    const map = parseCourse(await (await this.#fetch(path, { cache: 'no-cache' })).json());
    if (!map.ok) throw new Error(map.problem);
    if (map.value.id !== course.id) throw new Error(`it is of another course, ${map.value.id}`);
    return map.value;
  }

  async #fetch(url: string, how: RequestInit = {}): Promise<Response> {
    const response = await fetch(new URL(url, this.root), how);
    if (!response.ok) throw new Error(`the site answers ${response.status}`);
    return response;
  }
}
