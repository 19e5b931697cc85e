/** A hosted server's files, as far as a notebook that goes along needs them, and how it is put there: beside what is there, never over it. */
import { ownName } from '../work/file-names.ts';
import type { HostedPlace } from './place.ts';

/** The files of a server that the student is connected with. Paths have no slash at their start. */
export interface HostedContents {
  /** Names in a folder; rejects with a readable `Error`. */
  list(folder: string): Promise<readonly string[]>;
  exists(path: string): Promise<boolean>;
  /** Writes a new file. Resolves with `false`, having changed nothing, if there is one of that name by then. */
  save(path: string, notebook: string): Promise<boolean>;
}

const TRIES = 50;

/** Puts `notebook` beside the author's. Resolves with the path where it lies. */
export async function putBeside(contents: HostedContents, { folder, name }: HostedPlace, notebook: string): Promise<string> {
  const taken = new Set(await contents.list(folder));
  for (let count = 1; count <= TRIES; count += 1) {
    const own = ownName(name, count);
    const path = folder === '' ? own : `${folder}/${own}`;
    if (taken.has(own) || await contents.exists(path)) continue;
    if (await contents.save(path, notebook)) return path;
  }
  throw new Error(`The server has ${TRIES} notebooks called “${ownName(name)}” or so. Take some of them away there.`);
}
