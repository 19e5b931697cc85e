/** Stands in for thebe-core's AMD loader, which takes widget packages from a public server. */

/** thebe-core waits for a loader before it registers the standard widgets; this one is ready at once and empty. */
export class RequireJsLoader {
  requested = false;
  readonly ready = Promise.resolve({});

  load(): Promise<object> {
    this.requested = true;
    return this.ready;
  }
}

/** Refuses a widget package that is not part of the site. */
export function requireLoader(_loader: object, name: string, version: string): Promise<never> {
  return Promise.reject(new Error(`The widget package "${name}" ${version} is not part of this course's site.`));
}
