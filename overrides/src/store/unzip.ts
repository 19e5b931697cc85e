/** Reads some files of a zip. What the zip claims of sizes is not believed. */
import { Unzip, UnzipInflate } from 'fflate';

/** A zip is read in pieces of this many bytes, so that a small one that swells is noticed in time. */
const PIECE = 65_536;

/** A file that is larger than it may be, by its name. */
export class TooLarge {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/**
 * The files for which `limit` gives most bytes; it gives `null` for those that are not wanted, and they are not unpacked. Of
 * two with one name the first counts. Throws if the zip is damaged or cut off.
 */
export function unzip(raw: Uint8Array, limit: (name: string) => number | null): ReadonlyMap<string, Uint8Array<ArrayBuffer>> | TooLarge {
  const found = new Map<string, { readonly parts: Uint8Array[]; size: number; whole: boolean }>();
  let large: TooLarge | null = null;
  const reader = new Unzip((file) => {
    const most = limit(file.name);
    if (most === null || found.has(file.name)) return;
    const read = { parts: new Array<Uint8Array>(), size: 0, whole: false };
    found.set(file.name, read);
    file.ondata = (error, part, final) => {
      if (error) throw error;
      read.size += part.length;
      if (read.size <= most) read.parts.push(part);
      else large ??= new TooLarge(file.name);
      read.whole = final;
    };
    file.start();
  });
  reader.register(UnzipInflate);
  for (let at = 0; at < raw.length; at += PIECE) {
    reader.push(raw.subarray(at, at + PIECE), at + PIECE >= raw.length);
    if (large !== null) return large;
  }
  if ([...found.values()].some(({ whole }) => !whole)) throw new Error('it is cut off');
  return new Map([...found].map(([name, read]) => [name, joined(read.parts, read.size)]));
}

function joined(parts: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
