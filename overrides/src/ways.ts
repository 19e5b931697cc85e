/** The ways between a page and servers: the links that lead there, the hosted Python, the notebook that goes along and comes back. */
import type { Desk } from './desk.ts';
import { clock } from './keeping.ts';
import { watchLaunches, type HostedFiles } from './launch/watch.ts';
import { offerHosted } from './offer.ts';
import type { PythonSlot } from './running.ts';
import type { Site } from './site.ts';
import { watchDrops } from './view/drop.ts';
import { isNotes } from './work/notes.ts';
import { isEdited } from './work/records.ts';

/** Opens the ways of a page. `slot` is where a hosted Python goes; `null` where the page has no cells that could run in it. */
export function openWays(site: Site, desk: Desk, slot: PythonSlot | null): void {
  const { session, library, toolbar } = desk;
  const notebook = site.page.notebook === '' ? null : session.notebook;
  const connection = slot && offerHosted(site.page, {
    own: slot.own,
    use: async (kernel, way) => {
      await slot.use(kernel, way);
      watch.connected();
    },
    giveBack: async () => {
      await slot.giveBack();
      watch.connected();
    },
  }, desk);
  const watch = watchLaunches({
    flush: () => session.flush(),
    saved: () => !session.unsaved,
    take: notebook === null ? null : (name) => site.savePage(notebook, library, name),
    notebook: notebook === null ? null : async () => (await site.packPage(notebook, library)).json,
    files: (): HostedFiles | null => {
      const link = connection?.() ?? null;
      return link && {
        label: link.place.label, notebook: link.place.notebook,
        read: (path) => link.contents.read(path), save: (path, body) => link.contents.save(path, body),
      };
    },
    bring: (file) => site.offer(desk, file),
    say: (words) => desk.say(words),
    tell: (words) => toolbar.tell(words),
    now: () => clock.now(),
  });
  watchDrops((file) => site.offer(desk, file), (words) => toolbar.notice(words, null));
  site.looking.onWork = (edits) => watch.work(edits.filter((edit) => edit.notebook === notebook && !isNotes(edit.cell) && isEdited(edit.record)).length);
}
