/** A tab that a framed page has opened of itself brings in the work from there, as it would a stranger's backup. */
import type { Desk } from './desk.ts';
import { broughtWords, changesIn } from './view/changes.ts';
import { borrow } from './view/handover.ts';
import { parseWork } from './work/archive.ts';

/** Asks `opener` for its work and brings it in. Tells the student what has come of it. */
export async function takeOver(opener: Window, desk: Desk): Promise<void> {
  const json = await borrow(opener);
  if (json === null) return;
  // Once is enough: after a reload there is nothing new to ask for.
  window.name = '';
  const work = parseWork(json, desk.page.course.id);
  if (!work.ok) return desk.toolbar.tell(`The work from the other site could not be brought along. ${work.problem}`);
  if (work.value.edits.length === 0) return;
  try {
    await desk.session.flush();
    const { counts, undo } = await desk.library.bring(work.value, 'merge', 'frame');
    if (changesIn(counts) === 0) desk.toolbar.tell('Your work from the other site is here already.');
    else desk.toolbar.tell(`Your work from the other site is here: ${broughtWords(counts)}.`, undo);
  } catch (error) {
    const told = error instanceof Error ? error.message : String(error);
    desk.toolbar.tell(`The work from the other site could not be stored here. ${told} Go back to that page and download it there.`);
  }
}
