/** Reads `/runtime/runtime.json`: what the folder beside the book holds, and how much of it a start needs. */
import { isRecord } from '../boot/protocol.ts';

/** The runtime folder's own description. Sizes are bytes on disk. */
export interface Runtime {
  readonly python: string;
  readonly pyodide: string;
  /** Names in the lock that every kernel loads. */
  readonly kernelPackages: readonly string[];
  /** Files that every start downloads. */
  readonly bootFiles: readonly string[];
  readonly sizes: ReadonlyMap<string, number>;
  /** The description as it was read: another text stands for another runtime, or another edition of the course. */
  readonly text: string;
}

/** Fetches the description from `url`. Rejects with an `Error` that says what to do. */
export async function readRuntime(url: string, get: typeof fetch): Promise<Runtime> {
  let response: Response;
  try {
    response = await get(url);
  } catch {
    throw new Error('Python could not be loaded: the site did not answer. Check the connection, then run the cell again.');
  }
  if (!response.ok) {
    throw new Error(`Python could not be loaded: this site has no usable runtime (runtime.json: ${response.status}). `
      + 'The rest of the page works; whoever publishes the course should upload the folder "runtime" again.');
  }
  const text = await response.text();
  const runtime = parseRuntime(text);
  if (runtime === null) {
    throw new Error('Python could not be loaded: runtime.json is damaged. '
      + 'Whoever publishes the course should build the site again.');
  }
  return runtime;
}

/** The description in `text`, or null when it is not one (schema 1). */
export function parseRuntime(text: string): Runtime | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isRecord(value) || value.schema !== 1 || !isRecord(value.sizes)) return null;
  const { python, pyodide, kernel_packages: kernelPackages, boot_files: bootFiles } = value;
  if (typeof python !== 'string' || typeof pyodide !== 'string' || !isStrings(kernelPackages) || !isStrings(bootFiles)) return null;
  const sizes = new Map<string, number>();
  for (const [file, size] of Object.entries(value.sizes)) {
    if (typeof size !== 'number') return null;
    sizes.set(file, size);
  }
  return { python, pyodide, kernelPackages, bootFiles, sizes, text };
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
