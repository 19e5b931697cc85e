/** Connects a page to the Python of a student's server, and lets go of it again. The entry of a chunk of its own. */
import { PageKernel } from '../kernel/adapter.ts';
import { makeRenderers } from '../kernel/outputs.ts';
import { addStyles } from '../kernel/styles.ts';
import { windowTimer } from '../kernel/timer.ts';
import type { PythonSlot } from '../running.ts';
import type { HubPlace } from '../types.ts';
import { button } from '../view/dom.ts';
import { folderOf } from './addresses.ts';
import { serverNamed } from './answers.ts';
import { HostedDialog, backLabel } from './dialog.ts';
import { Hub } from './hub.ts';
import { ServerLink, type HostedConnection } from './link.ts';
import { HubTrouble } from './problems.ts';
import { ServerPython } from './server-python.ts';
import { connectedWords, folderWords, leftWords } from './words.ts';

export type { HostedConnection } from './link.ts';
export type { HostedContents } from './contents.ts';

/** Milliseconds that a cell on a server has to follow Stop: the wish and the answer travel. */
const PATIENCE = 8000;
/** Milliseconds between two looks at a server that starts. */
const PAUSE = 2000;

/** How the page speaks. */
export interface HostedVoice {
  notice(words: string): void;
  say(words: string): void;
}

interface Connected {
  readonly link: ServerLink;
  readonly kernel: PageKernel;
}

export class HostedPython {
  readonly #assets: string;
  readonly #slot: PythonSlot;
  readonly #voice: HostedVoice;
  #dialog: { readonly place: HubPlace; readonly view: HostedDialog } | null = null;
  #connected: Connected | null = null;
  /** The hub that is being asked, which holds the token; a new try, or none, takes its place. */
  #asking: Hub | null = null;
  /** The hub that a try is working with; the try itself lets go of it. */
  #trying: Hub | null = null;

  /** `assets` is the address of the page's own files, ending with a slash. */
  constructor(assets: string, slot: PythonSlot, voice: HostedVoice) {
    this.#assets = assets;
    this.#slot = slot;
    this.#voice = voice;
    addStyles(`${assets}kernel.css`);
    addStyles(`${assets}hosted.css`, 'satchel-hosted-styles');
    addEventListener('pagehide', () => void this.#leave());
  }

  /** The connection that the page uses now, if any. */
  get connection(): HostedConnection | null {
    return this.#connected?.link ?? null;
  }

  /** Opens the dialog for a hub; `launch` opens the activity there, and `opener` gets the focus back. */
  open(place: HubPlace, opener: HTMLElement, launch: string): void {
    if (this.#dialog?.place !== place) {
      this.#dialog?.view.root.remove();
      const view = new HostedDialog(place, launch, this.#slot.own, {
        connect: (token) => void this.#connect(place, token),
        cancel: () => this.#cancel(),
        disconnect: () => void this.#disconnect(),
        say: (words) => this.#voice.say(words),
      });
      view.root.addEventListener('close', () => opener.focus());
      document.body.append(view.root);
      this.#dialog = { place, view };
      view.ask();
    }
    const { view } = this.#dialog;
    const link = this.#connected?.link;
    if (link && link.place === place) view.connected(connectedWords(place.label, link.user), link.server);
    view.show();
  }

  async #connect(place: HubPlace, token: string): Promise<void> {
    this.#cancel();
    await this.#try(new Hub(place, token, { get: (input, init) => fetch(input, init), origin: location.origin }), false);
  }

  /** `start`: whether the server may be started. */
  async #try(hub: Hub, start: boolean): Promise<void> {
    const view = this.#dialog?.view;
    if (!view) return;
    const { place } = hub;
    this.#asking = this.#trying = hub;
    let kept = false;
    const given = (): boolean => this.#asking !== hub;
    try {
      view.busy(`Asking ${place.label} who you are…`);
      let user = await hub.user();
      if (given()) return;
      let server = serverNamed(user.servers, place.server);
      if (server === null && !start) {
        kept = true;
        return this.#offerStart(hub, view);
      }
      if (server === null) {
        await hub.start(user.name);
        // The hub may need a moment to say that it starts.
        server = { name: place.server, url: '', ready: false };
      }
      while (server?.ready === false) {
        view.busy('Your server is starting. This can take a few minutes…');
        await new Promise((resolve) => { setTimeout(resolve, PAUSE); });
        if (given()) return;
        user = await hub.user();
        server = serverNamed(user.servers, place.server);
      }
      if (given()) return;
      if (server === null) throw new HubTrouble({ kind: 'stopped' }, hub.where);
      view.busy('Starting Python on your server…');
      const link = new ServerLink(hub, user, server, unique);
      const folder = folderOf(place.notebook);
      const found = folder === '' || await link.contents.exists(folder);
      const renderers = makeRenderers(`${this.#assets}mathjax/`);
      const kernel = new PageKernel((events) => new ServerPython(link, renderers, unique(), events), windowTimer, [], PATIENCE);
      await Promise.race([kernel.start(), ended(given)]);
      if (given()) return kernel.end();
      kept = true;
      await this.#settle({ link, kernel }, view);
      this.#voice.notice(found ? connectedWords(place.label, user.name) : folderWords(folder, place.label));
    } catch (error) {
      if (given()) return;
      this.#asking = null;
      view.failed(error instanceof Error ? error.message : String(error));
    } finally {
      if (this.#trying === hub) this.#trying = null;
      if (!kept) hub.forget();
    }
  }

  async #settle(connected: Connected, view: HostedDialog): Promise<void> {
    await this.#leave();
    this.#asking = null;
    this.#connected = connected;
    const label = backLabel(this.#slot.own);
    const way = button('satchel-leave-hosted', this.#slot.own ? 'Browser’s Python' : label, () => void this.#disconnect(), 'leave');
    way.title = label;
    way.setAttribute('aria-label', label);
    view.tell('', 'quiet');
    view.close();
    await this.#slot.use(connected.kernel, way);
  }

  #offerStart(hub: Hub, view: HostedDialog): void {
    const start = button('satchel-start-hosted', 'Start my server', () => void this.#try(hub, true));
    view.failed(`Your server on ${hub.place.label} is not running. It can be started from here, or with step 1.`, start);
  }

  /** Gives up a try and forgets its token. */
  #cancel(): void {
    const hub = this.#asking;
    this.#asking = null;
    // A try that is on its way has a kernel to end first.
    if (hub !== this.#trying) hub?.forget();
  }

  async #disconnect(): Promise<void> {
    await this.#leave();
    this.#dialog?.view.tell('', 'quiet');
    this.#dialog?.view.ask();
    this.#dialog?.view.close();
    this.#voice.notice(leftWords(this.#slot.own));
  }

  async #leave(): Promise<void> {
    const connected = this.#connected;
    if (connected === null) return;
    this.#connected = null;
    connected.kernel.end();
    connected.link.dispose();
    await this.#slot.giveBack();
  }
}

/** Resolves once a try has been given up. */
async function ended(given: () => boolean): Promise<void> {
  while (!given()) await new Promise((resolve) => { setTimeout(resolve, 250); });
}

/** A few letters and digits that no other page has. */
function unique(): string {
  return [...crypto.getRandomValues(new Uint8Array(4))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
