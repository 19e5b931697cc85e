/** Starts the course's Python in a worker of its own, lets it work out a sum and import a package, and ends it. */
import { wrap, type Endpoint } from 'comlink';
import { isRecord } from '../../boot/protocol.ts';
import { Line } from '../../kernel/line.ts';
import { Download } from '../../kernel/progress.ts';
import { readRuntime, type Runtime } from '../../kernel/runtime.ts';
import { remoteOptions, type TabSetup } from '../../kernel/tab-python.ts';
import { ownWorker } from '../../kernel/workers.ts';
import type { Progress } from '../../types.ts';
import type { PackageSeen, PythonSeen, StartSeen } from '../seen.ts';

/** Milliseconds without a sign of life after which a start counts as failed. */
const PATIENCE = 120_000;

/** The one call that is made to Python. */
interface Remote {
  execute(content: object, parent: object): Promise<unknown>;
}

/** Resolves always. `tell` hears how the download goes. */
export async function tryPython(setup: TabSetup, packages: readonly string[], tell: (progress: Progress) => void): Promise<PythonSeen> {
  const begun = performance.now();
  let trial: Trial | null = null;
  try {
    const runtime = await readRuntime(`${setup.runtime}runtime.json`, (input, init) => fetch(input, init));
    trial = new Trial(setup, runtime, tell);
    await trial.ready;
    const sum = await trial.run('1 + 1');
    const start: StartSeen = sum === '2'
      ? { ok: true, seconds: since(begun), version: runtime.python }
      : { ok: false, problem: `1 + 1 gave ${sum}` };
    return { start, package: await tryPackage(trial, setup.runtime, packages) };
  } catch (error) {
    return { start: { ok: false, problem: sentence(error) }, package: null };
  } finally {
    trial?.end();
  }
}

async function tryPackage(trial: Trial, folder: string, packages: readonly string[]): Promise<PackageSeen> {
  const begun = performance.now();
  let name = packages[0] ?? '';
  try {
    const module = await firstImport(folder, packages);
    if (module === null) return null;
    name = module;
    await trial.run(`import ${module}`);
    return { ok: true, name, seconds: since(begun) };
  } catch (error) {
    return { ok: false, name, problem: sentence(error) };
  }
}

/** What a cell writes to import the first of the course's packages. */
async function firstImport(folder: string, packages: readonly string[]): Promise<string | null> {
  const response = await fetch(`${folder}pyodide-lock.json`);
  const lock: unknown = response.ok ? await response.json() : null;
  const known = isRecord(lock) && isRecord(lock.packages) ? lock.packages : {};
  for (const name of packages) {
    const entry = Object.hasOwn(known, name) ? known[name] : null;
    const module: unknown = isRecord(entry) && Array.isArray(entry.imports) ? entry.imports[0] : null;
    if (typeof module === 'string' && /^[A-Za-z_][\w.]*$/.test(module)) return module;
  }
  return null;
}

/** A Python that is only tried. */
class Trial {
  readonly ready: Promise<void>;
  readonly #line: Line;
  readonly #remote: Remote;
  readonly #results: unknown[] = [];
  #failed: (error: Error) => void = () => undefined;
  readonly #over = new Promise<never>((_, reject) => { this.#failed = reject; });
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(setup: TabSetup, runtime: Runtime, tell: (progress: Progress) => void) {
    this.#over.catch(() => undefined);
    const line = this.#line = new Line(ownWorker(setup.worker), () => undefined);
    line.worker.addEventListener('message', ({ data }: MessageEvent<unknown>) => { this.#hear(data); });
    const download = new Download(runtime.sizes, runtime.bootFiles);
    line.listen((message) => { if (message.satchel === 'bytes') tell(download.add(message)); }, (reason) => { this.#failed(new Error(reason)); });
    this.#remote = wrap<Remote>(line.worker as unknown as Endpoint) as unknown as Remote;
    line.say({ satchel: 'open', fingerprint: runtime.text, options: remoteOptions(setup.runtime, runtime, setup.boot) });
    const initialized = (this.#remote as Remote & { initialize(): Promise<void> }).initialize();
    this.ready = Promise.race([initialized.then(() => line.ready).then(() => undefined), this.#over]);
    this.#wait();
  }

  /** Runs a cell; its last value as text, empty if it has none. Rejects with Python's own words if it fails. */
  async run(code: string): Promise<string> {
    this.#results.length = 0;
    const done = await Promise.race([this.#remote.execute({ code }, { header: { msg_id: 'satchel-check' } }), this.#over]);
    if (isRecord(done) && done.status === 'error') throw new Error(`${String(done.ename)}: ${String(done.evalue)}`);
    return this.#results.map(String).join('');
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#line.worker.terminate();
  }

  #hear(data: unknown): void {
    this.#wait();
    const message = isRecord(data) ? data['_kernelMessage'] : null;
    if (!isRecord(message) || message.type !== 'execute_result' || !isRecord(message.bundle) || !isRecord(message.bundle.data)) return;
    this.#results.push(message.bundle.data['text/plain']);
  }

  /** Every message puts the end off. */
  #wait(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => { this.#failed(new Error(`nothing was heard of it for ${PATIENCE / 1000} seconds.`)); }, PATIENCE);
  }
}

function since(begun: number): number {
  return (performance.now() - begun) / 1000;
}

/** The last line of what went wrong, which is the one that says it. */
function sentence(error: unknown): string {
  const told = (error instanceof Error ? error.message : String(error)).trim().split('\n').at(-1) ?? '';
  return told.length > 300 ? `${told.slice(0, 300)}…` : told;
}
