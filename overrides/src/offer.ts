/** Offers the hosted Python where a page can use it. Everything else about it is fetched with the first click. */
import { sorry, articleOf, type Desk } from './desk.ts';
import type { HostedConnection, HostedPython } from './hosted/index.ts';
import type { PythonSlot } from './running.ts';
import type { HubPlace, PageConfig } from './types.ts';
import { button } from './view/dom.ts';

/**
 * Puts a button beside the one that opens each hub. `slot` is where its Python goes. What is returned tells with which
 * server the page is connected.
 */
export function offerHosted(page: PageConfig, slot: PythonSlot, desk: Desk): () => HostedConnection | null {
  let hosted: Promise<HostedPython> | null = null;
  let made: HostedPython | null = null;
  const load = async (): Promise<HostedPython> => {
    const { HostedPython: Chunk } = await import('./hosted/index.ts');
    return made = new Chunk(new URL(`${page.root}${page.assets}`, location.href).href, slot, {
      notice: (words) => desk.toolbar.notice(words, null),
      say: (words) => desk.say(words),
    });
  };
  const open = async (place: HubPlace, opener: HTMLElement, launch: string): Promise<void> => {
    hosted ??= load();
    hosted.catch(() => { hosted = null; });
    try {
      (await hosted).open(place, opener, launch);
    } catch (error) {
      sorry(articleOf(document), error);
    }
  };
  for (const place of page.hubs) {
    const link = document.querySelector<HTMLAnchorElement>(`a.satchel-open-hosted[data-host="${CSS.escape(place.id)}"]`);
    if (!link) continue;
    const words = page.hubs.length === 1 ? 'Use the hosted Python in this page' : `Use the Python of ${place.label} in this page`;
    const way = button('satchel-use-hosted', words, () => void open(place, way, link.href));
    way.setAttribute('aria-haspopup', 'dialog');
    link.after(way);
  }
  return () => made?.connection ?? null;
}
