/** The student's notebook goes along: what the server does not see, how it gets there, and how it comes back. */
import { button, el } from '../view/dom.ts';
import { ownName } from '../work/file-names.ts';
import { plural } from '../words.ts';
import type { HostedPlace } from './place.ts';
import type { HostedFiles, LaunchPorts } from './watch.ts';

/** What there is to take. `place` is where the server has the notebook, `null` if the link does not say; `files` those of a server that is connected. */
export interface Baggage {
  readonly cells: number;
  readonly place: HostedPlace | null;
  readonly label: string;
  readonly files: HostedFiles | null;
}

type AlongPorts = LaunchPorts & { readonly take: NonNullable<LaunchPorts['take']> };

/** Where a notebook was last put on the server that is connected; it comes back from there. */
let put: string | null = null;

export function along({ cells, place, label, files }: Baggage, ports: AlongPorts): HTMLElement {
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
  const words = cells === 0 ? [] : [el('strong', {}, `You changed ${plural(cells, 'cell')} here. `), `Your changes are in this browser; ${label} does not see them.`];
  return el('div', { class: 'satchel-along', role: 'group', 'aria-label': 'Your changes and the server' },
    el('p', {}, ...words, ...files === null ? [] : [` This page is connected with ${files.label}.`]),
    el('div', { class: 'satchel-choices' }, ...cells === 0 ? [] : [take], ...files === null ? [] : direct(files, cells, ports, attempt)),
    el('p', { class: 'satchel-along-how' }, ...cells === 0 ? [] : how(place), 'To bring work back, download the notebook there and drop it on this page.'),
    message);
}

/** How the file gets into its folder. */
function how(place: HostedPlace | null): readonly (HTMLElement | string)[] {
  if (place === null) return ['Upload the file there, and open it. '];
  const folder = place.folder === '' ? [] : [', in the folder ', el('code', {}, place.folder)];
  return ['There, drop the file into JupyterLab\'s list of files', ...folder, ', and open it. It lies beside the author\'s. '];
}

/** There and back without a file, while the page is connected with the server. */
function direct(files: HostedFiles, cells: number, ports: AlongPorts, attempt: (act: () => Promise<string>) => Promise<void>): readonly HTMLElement[] {
  const { notebook } = ports;
  const there = cells === 0 || notebook === null ? [] : [button('satchel-put-there', 'Put it on the server', () => void attempt(async () => {
    await ports.flush();
    const body: unknown = JSON.parse(await notebook());
    if (typeof body !== 'object' || body === null) throw new TypeError('the notebook is none');
    put = await files.save(ownName(files.notebook), body);
    return `Your notebook is on the server, as ${put}. What was there is untouched.`;
  }))];
  const back = button('satchel-fetch-back', 'Bring my work back from the server', () => void attempt(async () => {
    const path = put ?? files.notebook;
    const found = await files.read(path);
    if (found === null) throw new Error(`there is no ${path} on the server.`);
    ports.bring(new File([JSON.stringify(found)], path.slice(path.lastIndexOf('/') + 1), { type: 'application/x-ipynb+json' }));
    return '';
  }));
  return [...there, back];
}
