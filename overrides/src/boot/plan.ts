/** What the build knows about the runtime folder and a start needs at once; it is written into `boot.mjs` itself. */
import type { Entries } from './pending.ts';
import { isRecord } from './protocol.ts';

/** A saved memory, and what a restored Python needs beside it. */
export interface Snapshot {
  /** Packed memory; `size` is its length in bytes when unpacked. */
  readonly memory: string;
  readonly size: number;
  /** Packed zip of the packages in memory, and what it holds of the folder in Python's file system. */
  readonly site: string;
  readonly folder: string;
  readonly entries: Entries;
  /** The standard library's zip in Python's file system, and its bytes. */
  readonly stdlib: { readonly path: string; readonly size: number };
  /** Names in the lock of the packages in memory. */
  readonly packages: readonly string[];
  /** What lies outside of the packages: folders, and files with their content in base64. */
  readonly folders: readonly string[];
  readonly files: Readonly<Record<string, string>>;
}

/** `lock`: the text of `pyodide-lock.json`; `packed`: Pyodide's own files → their packed form in the same folder. */
export interface BootPlan {
  readonly lock: string;
  readonly packed: Readonly<Record<string, string>>;
  readonly snapshot: Snapshot | null;
}

declare const SATCHEL_PLAN: unknown;

/** The plan that the build wrote in front of this file's code; null where there is none or it is of another make. */
export function bootPlan(): BootPlan | null {
  return typeof SATCHEL_PLAN === 'undefined' ? null : parsePlan(SATCHEL_PLAN);
}

/** `value` as a plan (schema 1), or null when it is not one. */
export function parsePlan(value: unknown): BootPlan | null {
  if (!isRecord(value) || value.schema !== 1) return null;
  const { lock, packed } = value;
  if (typeof lock !== 'string' || !isTexts(packed)) return null;
  return { lock, packed, snapshot: parseSnapshot(value.snapshot) };
}

function parseSnapshot(value: unknown): Snapshot | null {
  if (!isRecord(value)) return null;
  const { memory, size, site, folder, entries, stdlib, packages, folders, files } = value;
  if (typeof memory !== 'string' || typeof size !== 'number' || typeof site !== 'string' || typeof folder !== 'string') return null;
  if (!isRecord(stdlib) || typeof stdlib.path !== 'string' || typeof stdlib.size !== 'number') return null;
  if (!isEntries(entries) || !isList(packages) || !isList(folders) || !isTexts(files)) return null;
  return { memory, size, site, folder, entries, stdlib: { path: stdlib.path, size: stdlib.size }, packages, folders, files };
}

function isList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isEntries(value: unknown): value is Entries {
  return isRecord(value) && Object.values(value).every((item) => item === null || typeof item === 'number');
}

function isTexts(value: unknown): value is Record<string, string> {
  return isRecord(value) && Object.values(value).every((item) => typeof item === 'string');
}
