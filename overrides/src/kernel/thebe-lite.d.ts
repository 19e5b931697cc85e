/** The contract between thebe-core and whoever starts a JupyterLite server for it; see `bridge.ts`. */
declare module 'thebe-lite' {
  import type { ServerConnection, Session } from '@jupyterlab/services';
  import type { IKernel } from '@jupyterlite/services';

  export interface LiteServerConfig {
    createKernel(options: IKernel.IOptions): IKernel;
  }

  export interface LiteServer {
    readonly sessions: Session.IManager;
    readonly serverSettings: ServerConnection.ISettings;
    readonly ready: Promise<void>;
    readonly isDisposed: boolean;
    dispose(): void;
  }

  export interface ThebeLiteGlobal {
    readonly version: string;
    startJupyterLiteServer(config?: LiteServerConfig): Promise<LiteServer>;
  }
}
