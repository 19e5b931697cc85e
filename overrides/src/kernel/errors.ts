/** Makes the kernel's errors readable: plain names, and a sentence where the cause lies outside the reader's code. */

/** A course file that did not arrive with the page, and why. */
export interface MissingFile {
  readonly path: string;
  readonly reason: string;
}

/** `<class 'json.decoder.JSONDecodeError'>`, as the kernel writes it, becomes `JSONDecodeError`. */
export function plainName(name: string): string {
  const quoted = /^<class '(.+)'>$/.exec(name)?.[1] ?? name;
  return quoted.slice(quoted.lastIndexOf('.') + 1);
}

/** A sentence that belongs under the traceback, or null when the error speaks for itself. */
export function explain(name: string, value: string, missing: readonly MissingFile[]): string | null {
  if (name === 'ModuleNotFoundError') {
    const module = /No module named '([^'.]+)/.exec(value)?.[1];
    if (module !== undefined) {
      return `"${module}" is not part of this course's Python. Check the spelling; `
        + 'packages that the course did not bring along cannot be added here.';
    }
  }
  if (name === 'PiplitePyPIDisabled' || (name === 'ValueError' && value.startsWith('Can\'t fetch metadata for '))) {
    return 'Packages come with the course and cannot be added here. Check the spelling; if it is right, ask the author for it.';
  }
  if (name === 'FileNotFoundError') {
    const file = missing.find(({ path }) => value.includes(path.slice(path.lastIndexOf('/') + 1)));
    if (file !== undefined) return missingSentence(file);
  }
  return null;
}

/** Tells the reader about a course file that did not arrive. */
export function missingSentence({ path, reason }: MissingFile): string {
  return `The course file "${path}" could not be loaded from this site: ${reason}. Reload the page to try again.`;
}

/** An error in one line, its name in the colour of tracebacks. */
export function shortTraceback(name: string, value: string): string {
  return `\u001b[31m${name}\u001b[39m: ${value}`;
}

/** What went wrong, as an `Error` to show: keeps an `Error`, wraps anything else. */
export function readable(cause: unknown, before: string): Error {
  const text = cause instanceof Error ? cause.message : String(cause);
  return new Error(text.startsWith(before) ? text : `${before}: ${text}`, { cause });
}
