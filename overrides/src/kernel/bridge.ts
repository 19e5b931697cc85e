/**
 * The JupyterLite server that thebe-core asks the page for, made of JupyterLite's in-browser clients.
 *
 * thebe-core looks for `window.thebeLite.startJupyterLiteServer(config)`. What it needs of the answer is a session
 * manager whose requests and web sockets end in this page instead of on a server.
 */
import { KernelManager, ServerConnection, SessionManager } from '@jupyterlab/services';
import { KernelSpecs, LiteKernelClient, LiteSessionClient } from '@jupyterlite/services';
import type { IKernel } from '@jupyterlite/services';
import { WebSocket } from 'mock-socket';
import type { LiteServer, LiteServerConfig } from 'thebe-lite';

/** The kernel's name in sessions and notebooks. */
export const KERNEL_NAME = 'python';

/** Makes `window.thebeLite` available to thebe-core. Calling it again changes nothing. */
export function provideThebeLite(): void {
  window.thebeLite ??= { startJupyterLiteServer, version: '0.5.0' };
}

/** Starts a server whose only kernel is the one that `config.createKernel` makes. */
export async function startJupyterLiteServer(config?: LiteServerConfig): Promise<LiteServer> {
  if (config === undefined) throw new Error('startJupyterLiteServer needs { createKernel }');
  const serverSettings = ServerConnection.makeSettings({ WebSocket: WebSocket as unknown as typeof globalThis.WebSocket });
  const kernelSpecs = new KernelSpecs();
  kernelSpecs.register({
    spec: { name: KERNEL_NAME, display_name: 'Python', language: 'python', argv: [], resources: {} },
    create: async (options: IKernel.IOptions) => config.createKernel(options),
  });
  const kernelAPIClient = new LiteKernelClient({ kernelSpecs, serverSettings });
  const sessionAPIClient = new LiteSessionClient({ kernelClient: kernelAPIClient, serverSettings });
  const kernelManager = new KernelManager({ kernelAPIClient, serverSettings, standby: 'never' });
  const sessions = new SessionManager({ kernelManager, sessionAPIClient, serverSettings, standby: 'never' });
  let isDisposed = false;
  return {
    sessions,
    serverSettings,
    ready: sessions.ready,
    get isDisposed() { return isDisposed; },
    dispose: () => {
      isDisposed = true;
      sessions.dispose();
      kernelManager.dispose();
    },
  };
}
