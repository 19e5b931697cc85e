/** What a service worker sees of its browser, as far as ours uses it; TypeScript's own library is for pages. */
import type { Answer, Wish } from './place.ts';

interface Extendable extends Event {
  waitUntil(work: Promise<unknown>): void;
}

export interface FetchEvent extends Extendable {
  readonly request: Request;
  /** The page or worker that asks; empty for a page that is being opened. */
  readonly clientId: string;
  /** The page or worker that is being opened. */
  readonly resultingClientId: string;
  respondWith(answer: Promise<Response>): void;
}

export interface WishEvent extends Extendable {
  readonly data: Wish | null;
  readonly source: { readonly id: string } | null;
  readonly ports: readonly { postMessage(answer: Answer): void }[];
}

export interface WorkerScope {
  readonly location: { readonly href: string; readonly origin: string };
  readonly registration: { readonly scope: string; unregister(): Promise<boolean> };
  skipWaiting(): Promise<void>;
  readonly caches: CacheStorage;
  readonly clients: {
    claim(): Promise<void>;
    matchAll(options: { readonly type: 'window' | 'all'; readonly includeUncontrolled?: boolean }): Promise<readonly { readonly id: string; readonly url: string }[]>;
  };
  addEventListener(type: 'fetch', listener: (event: FetchEvent) => void): void;
  addEventListener(type: 'message', listener: (event: WishEvent) => void): void;
  addEventListener(type: 'install' | 'activate', listener: (event: Extendable) => void): void;
  importScripts(url: string): void;
}
