/** Looks at what the browser offers, without loading anything. */
import { keepsWorkers } from '../../kernel/workers.ts';
import type { BrowserSeen, MemorySeen } from '../seen.ts';

/** The smallest module that there is: a magic number and a version. */
const EMPTY = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);

export function lookAtBrowser(): BrowserSeen {
  return {
    wasm: runsWasm(),
    pauses: typeof WebAssembly === 'object' && 'Suspending' in WebAssembly,
    keeps: keepsWorkers(),
    isolated: window.crossOriginIsolated === true,
    secure: window.isSecureContext,
    serviceWorker: 'serviceWorker' in navigator,
  };
}

/** A browser in a strict mode may have the name and refuse to compile. */
function runsWasm(): boolean {
  try {
    return typeof WebAssembly === 'object' && typeof Worker === 'function' && new WebAssembly.Instance(new WebAssembly.Module(EMPTY)) !== null;
  } catch {
    return false;
  }
}

const PAGE = 65_536;
const MEGABYTE = 1_000_000;
/** Pyodide's own limit: 4 GiB. */
const MOST = 65_536;
const STEP = 64 * MEGABYTE;

/** Lets a memory like Python's grow up to `wanted` megabytes. Nothing is written to it, so the device lends nothing for long. */
export function lookAtMemory(wanted: number): MemorySeen {
  const told: unknown = Reflect.get(navigator, 'deviceMemory');
  const device = typeof told === 'number' ? told : null;
  let got = 0;
  try {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: MOST });
    while (got < wanted * MEGABYTE) {
      memory.grow(Math.ceil(Math.min(STEP, wanted * MEGABYTE - got) / PAGE));
      got = memory.buffer.byteLength;
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return { device, wanted, got: Math.min(wanted, Math.floor(got / MEGABYTE)) };
}
