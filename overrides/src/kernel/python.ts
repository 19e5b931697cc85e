/** Python as the page's `Kernel` needs it: something that starts, shows runs, and ends. */
import type { AskMessage } from '../boot/protocol.ts';
import type { Progress, RunResult } from '../types.ts';
import type { MissingFile } from './errors.ts';
import type { StopUrls } from './stopper.ts';

/** What a Python reports while it lives. */
export interface PythonEvents {
  progress(progress: Progress): void;
  /** `input()` waits; `answer(null)` raises `KeyboardInterrupt` in the cell. */
  ask(question: AskMessage, answer: (text: string | null) => void): void;
  /** It began or ended work: a cell, a widget's callback, or before it is ready, a cell that the page before left running. */
  busy(busy: boolean): void;
  /** It ended by itself. Nothing follows. */
  died(reason: string): void;
}

/** A question that waits in a run's output. */
export interface OpenQuestion {
  readonly answer: Promise<string>;
  close(): void;
}

/** One run and the place where its outputs show. */
export interface Run {
  /** Runs and waits for the last output. Rejects when Python ends before that. */
  run(source: string): Promise<RunResult>;
  /** Adds a line of the page's below the outputs so far. */
  note(text: string): void;
  /** Ends the output with an error that Python itself cannot report any more. */
  ended(name: string, value: string): void;
  ask(question: AskMessage): OpenQuestion;
}

/** A starting or running Python. A restart makes a new one. */
export interface Python {
  /** Resolves when cells can run; rejects with a readable `Error` when the start fails or is given up. */
  readonly ready: Promise<void>;
  /** Cells that it ran for earlier pages, whose variables it still has; known when it is ready. */
  readonly keptCells: number;
  /** How the page that comes after this one can stop and end it. */
  readonly urls: StopUrls | null;
  /** Loads packages while nothing runs. */
  loadAhead(packages: readonly string[]): void;
  /** Course files that did not arrive and were not yet named by an earlier call. */
  newlyMissing(): readonly MissingFile[];
  /** Empties `target` and makes it the place of one run's outputs. Throws before `ready`. */
  open(target: HTMLElement): Run;
  /** Asks the running code to raise `KeyboardInterrupt`; false where the page has no way to. */
  interrupt(): boolean;
  /** Ends it at once, even in an endless loop. */
  end(): void;
}

/** Starts a Python. */
export type StartPython = (events: PythonEvents) => Python;
