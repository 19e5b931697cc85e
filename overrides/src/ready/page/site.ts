/** Asks the host for each file that Python needs: is it there, and what does the host call it? */
import { parseRuntime } from '../../kernel/runtime.ts';
import type { FileSeen, SiteSeen } from '../seen.ts';

/** Files beside those that the runtime lists itself. */
const ALWAYS = ['runtime/runtime.json', 'runtime/boot.mjs', 'runtime/pyodide.mjs', 'runtime/pyodide-lock.json'];

/** Answers with which some hosts refuse the question and not the file. */
const UNASKED: ReadonlySet<number> = new Set([403, 405, 501]);

/** `site` is the absolute root; `worker` the path of the worker's script below it. */
export async function lookAtSite(site: string, worker: string): Promise<SiteSeen> {
  const names = [...new Set([...ALWAYS, worker, ...await runtimeFiles(`${site}runtime/`)])];
  const files = await Promise.all(names.map((path) => look(site, path)));
  return { online: navigator.onLine, files };
}

/** What the runtime says it consists of; nothing where that cannot be read, which shows in the answer for the list itself. */
async function runtimeFiles(folder: string): Promise<readonly string[]> {
  try {
    const response = await fetch(`${folder}runtime.json`, { cache: 'no-store' });
    const runtime = response.ok ? parseRuntime(await response.text()) : null;
    return runtime === null ? [] : [...runtime.sizes.keys(), ...runtime.bootFiles].map((name) => `runtime/${name}`);
  } catch {
    return [];
  }
}

async function look(site: string, path: string): Promise<FileSeen> {
  const url = site + path.split('/').map(encodeURIComponent).join('/');
  try {
    let response = await fetch(url, { method: 'HEAD', cache: 'no-store' });
    if (UNASKED.has(response.status)) {
      response = await fetch(url, { cache: 'no-store' });
      // The head is enough.
      await response.body?.cancel();
    }
    const type = response.headers.get('Content-Type')?.split(';', 1)[0] ?? '';
    return { path, status: response.status, type: type.trim().toLowerCase() };
  } catch {
    return { path, status: 0, type: '' };
  }
}
