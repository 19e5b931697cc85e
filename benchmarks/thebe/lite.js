// What `thebe-lite.min.js` does in Thebe's documentation, for a current kernel: a JupyterLite server inside the page
// whose only kernel is JupyterLite's own Pyodide kernel, with the settings it has when nobody chooses any.
import { KernelManager, ServerConnection, SessionManager } from '@jupyterlab/services';
import { PyodideKernel } from '@jupyterlite/pyodide-kernel';
import { KernelSpecs, LiteKernelClient, LiteSessionClient } from '@jupyterlite/services';
import { WebSocket } from 'mock-socket';

const PYODIDE = new URL('../pyodide/pyodide.mjs', import.meta.url).href;

async function startJupyterLiteServer() {
  const serverSettings = ServerConnection.makeSettings({ WebSocket });
  const kernelSpecs = new KernelSpecs();
  kernelSpecs.register({
    spec: { name: 'python', display_name: 'Python (Pyodide)', language: 'python', argv: [], resources: {} },
    create: async (options) => new PyodideKernel({ ...options, pyodideUrl: PYODIDE, mountDrive: false }),
  });
  const kernelAPIClient = new LiteKernelClient({ kernelSpecs, serverSettings });
  const sessionAPIClient = new LiteSessionClient({ kernelClient: kernelAPIClient, serverSettings });
  const kernelManager = new KernelManager({ kernelAPIClient, serverSettings });
  const sessions = new SessionManager({ kernelManager, sessionAPIClient, serverSettings });
  return { sessions, serverSettings, ready: sessions.ready, isDisposed: false, dispose: () => sessions.dispose() };
}

window.thebeLite = { startJupyterLiteServer, version: '0.5.0' };
