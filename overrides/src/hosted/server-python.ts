/** A Python on a student's server: a session and a kernel of this page's own, from its start to its end. */
import { Config, ThebeServer, ThebeSession } from 'thebe-core';
import { KernelAPI, KernelManager, SessionManager, type Kernel } from '@jupyterlab/services';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { deferred } from '../kernel/deferred.ts';
import { readable } from '../kernel/errors.ts';
import { RunCell } from '../kernel/outputs.ts';
import type { Python, PythonEvents, Run } from '../kernel/python.ts';
import { sessionPath } from './addresses.ts';
import type { ServerLink } from './link.ts';
import { HubTrouble } from './problems.ts';

const NOT_STARTED = 'The hosted Python did not start';

/** Milliseconds for which a lost connection is looked for, and between two looks. */
const SEARCH = 30_000;
const PAUSE = 1000;

export class ServerPython implements Python {
  readonly ready: Promise<void>;
  readonly keptCells = 0;
  readonly urls = null;
  readonly #link: ServerLink;
  readonly #rendermime: IRenderMimeRegistry;
  readonly #events: PythonEvents;
  readonly #unique: string;
  readonly #config = new Config({ mathjaxUrl: '', mathjaxConfig: '' });
  readonly #ended = deferred<never>();
  readonly #kernels: KernelManager;
  readonly #sessions: SessionManager;
  #forget: () => void = () => undefined;
  #session: ThebeSession | null = null;
  #questions = 0;
  #running = false;
  #searching = false;
  #over = false;

  /** `unique` tells this kernel from others of the same notebook. */
  constructor(link: ServerLink, rendermime: IRenderMimeRegistry, unique: string, events: PythonEvents) {
    this.#link = link;
    this.#rendermime = rendermime;
    this.#unique = unique;
    this.#events = events;
    // They would ask the server every ten seconds what runs there, and so keep it from ever counting as idle.
    const options = { serverSettings: link.settings, standby: () => true } as const;
    this.#kernels = new KernelManager(options);
    this.#sessions = new SessionManager({ ...options, kernelManager: this.#kernels });
    this.ready = Promise.race([this.#start(), this.#ended.promise]);
  }

  open(target: HTMLElement): Run {
    const session = this.#session;
    const kernel = session?.kernel;
    if (!session || !kernel) throw new Error('Python is not ready yet');
    const cell = RunCell.open(session, this.#config, this.#rendermime, target);
    cell.onQuestion = ({ header, content }) => {
      this.#questions += 1;
      const question = { satchel: 'ask', id: this.#questions, prompt: content.prompt, password: content.password, blocking: false } as const;
      this.#events.ask(question, (text) => {
        if (text === null) this.interrupt();
        else kernel.sendInputReply({ status: 'ok', value: text }, header);
      });
    };
    return cell;
  }

  loadAhead(): void {
    // A server has its packages.
  }

  newlyMissing(): readonly [] {
    return [];
  }

  interrupt(): boolean {
    const kernel = this.#session?.kernel;
    if (!kernel) return false;
    kernel.interrupt().catch((error: unknown) => { console.warn('satchel: the server did not take the wish to stop', error); });
    return true;
  }

  end(): void {
    this.#finish(new Error('Python was stopped.'));
  }

  async #start(): Promise<void> {
    // Whoever makes this object must have it before it hears of anything.
    await null;
    const { place } = this.#link;
    this.#forget = this.#link.onSocket((news) => { if (!news.open) this.#lost(news.error); });
    try {
      const connection = await this.#sessions.startNew({
        path: sessionPath(place.notebook, this.#unique), type: 'console', name: 'Course page', kernel: {},
      });
      if (this.#over) return this.#link.end(connection.id);
      this.#session = new ThebeSession(new ThebeServer(this.#config), connection, this.#rendermime);
      const { kernel } = connection;
      if (!kernel) throw new Error('The server gave no kernel');
      await kernel.info;
      if (this.#over) return;
      kernel.statusChanged.connect((_, status) => { this.#heard(status); });
      this.#running = true;
    } catch (error) {
      throw error instanceof HubTrouble ? error : readable(error, NOT_STARTED);
    }
  }

  #heard(status: Kernel.Status): void {
    if (status === 'dead' || status === 'autorestarting') this.#crash(this.#link.trouble('kernel'));
    else this.#events.busy(status === 'busy');
  }

  /** A connection was not made or has ended. A short gap is bridged by JupyterLab; what lasts must be told. */
  #lost(error: Error | null): void {
    if (this.#over) return;
    if (error !== null) return this.#crash(error);
    if (!this.#searching) void this.#search();
  }

  async #search(): Promise<void> {
    this.#searching = true;
    const until = performance.now() + SEARCH;
    let refused = 0;
    const forget = this.#link.onSocket(({ open }) => { refused = open ? -1 : refused + 1; });
    try {
      while (!this.#over && refused >= 0) {
        const problem = await this.#problem();
        if (this.#over || refused < 0) return;
        if (problem !== null && problem.trouble.kind !== 'unreachable') return this.#crash(problem);
        if (performance.now() > until) return this.#crash(problem ?? this.#link.trouble('socket'));
        // Before the first connection a refusal is final: nothing would be lost by trying again later.
        if (problem === null && !this.#running && refused > 1) return this.#crash(this.#link.trouble('socket'));
        await new Promise((resolve) => { setTimeout(resolve, PAUSE); });
      }
    } finally {
      forget();
      this.#searching = false;
    }
  }

  /** What keeps this kernel from being reached, as far as the hub and the server know. */
  async #problem(): Promise<HubTrouble | null> {
    try {
      await this.#link.look();
      const id = this.#session?.kernel?.id;
      if (id !== undefined && await KernelAPI.getKernelModel(id, this.#link.settings) === undefined) return this.#link.trouble('kernel');
      return null;
    } catch (error) {
      return error instanceof HubTrouble ? error : this.#link.trouble('unreachable');
    }
  }

  #crash(error: Error): void {
    if (this.#over) return;
    const running = this.#running;
    this.#finish(error);
    // Before that, `ready` says it.
    if (running) this.#events.died(error.message);
  }

  #finish(error: Error): void {
    if (this.#over) return;
    this.#over = true;
    this.#forget();
    this.#ended.reject(error);
    if (this.#session !== null && !this.#link.disposed) this.#link.end(this.#session.id);
    this.#session?.dispose();
    this.#sessions.dispose();
    this.#kernels.dispose();
  }
}
