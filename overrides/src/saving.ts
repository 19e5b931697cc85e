/** Whether the reader asked the browser to be sparing; then Python is fetched for a run, not ahead of it. */
import { isBag } from './shape.ts';

export function savesData(): boolean {
  const connection: unknown = Reflect.get(navigator, 'connection');
  return isBag(connection) && connection['saveData'] === true;
}
