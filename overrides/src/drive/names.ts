/** Names under which a browser may hold older drives of this course. */
import { contentsName } from '../work/keys.ts';

/** Whether the database `name` may be a drive other than the course's own; only a look into it can tell. satchel's other databases are none. */
export function mayBeOlder(name: string, course: string): boolean {
  return name !== contentsName(course) && (!name.startsWith('satchel/') || name.endsWith('/lite/contents'));
}

/** Names to try in a browser that does not list its databases. `lite` is the absolute URL of JupyterLite here. */
export function guesses(lite: string): readonly string[] {
  const plain = 'JupyterLite Storage';
  return [plain, `${plain} - ${new URL(lite).pathname}`, `${plain} - ${lite}`];
}
