/** Gives Pyodide its own files in another way than it would fetch them; it has no setting for that. */
import { openPacked } from './packed.ts';
import type { BootPlan } from './plan.ts';

type Answers = Readonly<Record<string, () => Promise<Response>>>;

const TYPES: Readonly<Record<string, string>> = { wasm: 'application/wasm', zip: 'application/zip' };

/** Runs `load` while requests for the addresses in `answers` get these, and WebAssembly is what is `compiled` already, if anything. */
export async function answering<P>(answers: Answers, compiled: Promise<WebAssembly.Module> | null, load: () => Promise<P>): Promise<P> {
  const { fetch: usual } = globalThis;
  const { instantiateStreaming } = WebAssembly;
  globalThis.fetch = async (input, init) => (
    await answers[input instanceof Request ? input.url : String(input)]?.() ?? usual(input, init)
  );
  if (compiled !== null) {
    WebAssembly.instantiateStreaming = async (_, imports) => {
      const module = await compiled;
      return { module, instance: await WebAssembly.instantiate(module, imports) };
    };
  }
  try {
    return await load();
  } finally {
    globalThis.fetch = usual;
    WebAssembly.instantiateStreaming = instantiateStreaming;
  }
}

/** Answers for the files that lie packed in the folder `here`. */
export function packedAnswers({ packed }: BootPlan, here: string, get: typeof fetch): Answers {
  return Object.fromEntries(Object.entries(packed).map(([name, file]) => [
    `${here}${name}`, () => openPacked(`${here}${file}`, TYPES[name.slice(name.lastIndexOf('.') + 1)] ?? 'text/javascript', get),
  ]));
}

/** Runs a packed script. `pyodide.asm.js` only sets a global, so it may come from any address. */
export async function importPacked(url: string, get: typeof fetch): Promise<void> {
  const response = await openPacked(url, 'text/javascript', get);
  const address = URL.createObjectURL(await response.blob());
  try {
    await import(address);
  } finally {
    URL.revokeObjectURL(address);
  }
}
