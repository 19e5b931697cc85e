/** The page's half of Stop: revokes the URL that a running Python keeps asking for (`boot/stopper.ts`). */
import type { StopperMessage } from '../boot/protocol.ts';

/** The URLs by which a Python can be stopped and ended. */
export type StopUrls = Pick<StopperMessage, 'stop' | 'end'>;

export class PageStopper {
  readonly #revoke: (url: string) => void;
  #urls: StopUrls | null;

  /** `urls`: what an earlier page of this tab has heard of the same Python, if anything. */
  constructor(revoke: (url: string) => void, urls: StopUrls | null = null) {
    this.#revoke = revoke;
    this.#urls = urls;
  }

  /** What is known now, for the page that comes after this one. */
  get urls(): StopUrls | null {
    return this.#urls;
  }

  /** The worker tells its URLs once at the start and again after each stop. */
  heard({ stop, end }: StopperMessage): void {
    this.#urls = { stop, end };
  }

  /** Asks the running code to raise `KeyboardInterrupt`; false when there is no way to. */
  stop(): boolean {
    if (this.#urls === null) return false;
    this.#revoke(this.#urls.stop);
    return true;
  }

  /** Ends a Python whose worker cannot be ended from outside; code that never looks for signals is not reached. */
  end(): void {
    if (this.#urls === null) return;
    this.#revoke(this.#urls.end);
    this.#revoke(this.#urls.stop);
    this.#urls = null;
  }
}

/** A stopper that works on this browser's blob URLs. */
export function pageStopper(urls: StopUrls | null = null): PageStopper {
  return new PageStopper((url) => { URL.revokeObjectURL(url); }, urls);
}
