/** The student's notebook goes along: what the server does not see, and how it gets there and back. */
import { button, el } from '../view/dom.ts';
import { ownName } from '../work/file-names.ts';
import { plural } from '../words.ts';
import { putBeside } from './contents.ts';
import type { HostedPlace } from './place.ts';
import type { LaunchPorts } from './watch.ts';

type AlongPorts = LaunchPorts & { readonly take: NonNullable<LaunchPorts['take']> };

/** `place` is where the server has the notebook; `null` if the link does not say. */
export function along(cells: number, place: HostedPlace | null, label: string, ports: AlongPorts): HTMLElement {
  const message = el('p', { class: 'satchel-message', role: 'status' });
  const attempt = async (act: () => Promise<string>): Promise<void> => {
    try {
      message.textContent = await act();
    } catch (error) {
      message.textContent = `That did not work: ${error instanceof Error ? error.message : String(error)}`;
    }
  };
  const name = place === null ? null : ownName(place.name);
  const take = button('satchel-take-along', 'Take my notebook along', () => void attempt(async () => {
    await ports.flush();
    const problems = await ports.take(name);
    return problems.length === 0 ? `${name === null ? 'Your notebook' : `“${name}”`} is among your downloads.`
      : `The notebook holds your texts only, as the author's could not be had: ${problems.join('; ')}.`;
  }));
  const { notebook } = ports;
  const put = place === null || notebook === null || ports.contents() === null ? [] : [button('satchel-put-there', 'Put it on the server', () => void attempt(async () => {
    const contents = ports.contents();
    if (contents === null) return 'The connection with the server has ended. Take the notebook along as a file.';
    await ports.flush();
    return `Your notebook is on the server, as ${await putBeside(contents, place, await notebook())}.`;
  }))];
  const where = place === null ? ['Upload the file there, and open it.']
    : ['There, drop the file into JupyterLab\'s list of files', ...place.folder === '' ? [] : [', in the folder ', el('code', {}, place.folder)], ', and open it. It lies beside the author\'s.'];
  return el('div', { class: 'satchel-along', role: 'group', 'aria-labelledby': 'satchel-along-title' },
    el('p', { id: 'satchel-along-title' }, el('strong', {}, `You changed ${plural(cells, 'cell')} here. `), `Your changes are in this browser; ${label} does not see them.`),
    el('div', { class: 'satchel-choices' }, take, ...put),
    el('p', { class: 'satchel-along-how' }, ...where, ' To bring your work back, download the notebook there and drop it on this page.'),
    message);
}
