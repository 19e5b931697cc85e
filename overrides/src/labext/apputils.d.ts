/** The part of @jupyterlite/apputils that is used here; JupyterLite shares the package, npm need not bring it. */
declare module '@jupyterlite/apputils' {
  import type { Token } from '@lumino/coreutils';

  export interface IServiceWorkerManager {
    readonly browsingContextId: string;
    /** Resolves once the service worker is registered; rejects if that fails. Stays open where there are none. */
    readonly ready: Promise<void>;
  }
  export const IServiceWorkerManager: Token<IServiceWorkerManager>;
}
