/** Reads what the build wrote into the page: the course, where its files are, and what it needs at most. */
import { parsePage } from '../../config.ts';
import { amount, bad, good, isBag, own } from '../../shape.ts';
import type { PageConfig, Parsed } from '../../types.ts';

export interface ReadyConfig {
  /** `packages` are those of the whole course, the most used one first. */
  readonly page: PageConfig;
  /** Megabytes of memory that the hungriest activity takes, Python included. */
  readonly memory: number;
}

/** The configuration, or what is wrong with it. */
export function parseReady(value: unknown): Parsed<ReadyConfig> {
  const page = parsePage(value);
  if (!page.ok) return page;
  const memory = isBag(value) ? amount(own(value, 'memory_mb')) : null;
  return memory === null ? bad('memory_mb is missing') : good({ page: page.value, memory });
}
