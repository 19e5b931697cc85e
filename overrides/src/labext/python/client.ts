/** JupyterLite's kernel client with a Stop that reaches Python. */
import type { Kernel, ServerConnection, ServiceManagerPlugin } from '@jupyterlab/services';
import { IServerSettings } from '@jupyterlab/services';
import { IKernelClient, IKernelSpecs, LiteKernelClient } from '@jupyterlite/services';
import { NotebookKernel } from './notebook-kernel.ts';

/** Upstream's interrupt only takes back the cells that wait. */
export class CourseKernelClient extends LiteKernelClient {
  override async interrupt(kernelId: string): Promise<void> {
    const kernel = await this.getModel(kernelId);
    await super.interrupt(kernelId);
    if (kernel instanceof NotebookKernel) await kernel.interrupt();
  }
}

export const kernelClient: ServiceManagerPlugin<Kernel.IKernelAPIClient> = {
  id: 'satchel-lab:kernel-client',
  description: 'JupyterLite\'s kernel client with a Stop that reaches Python.',
  autoStart: true,
  requires: [IKernelSpecs],
  optional: [IServerSettings],
  provides: IKernelClient,
  activate: (_app: null, kernelSpecs: IKernelSpecs, serverSettings?: ServerConnection.ISettings | null) => new CourseKernelClient({
    kernelSpecs,
    ...(serverSettings ? { serverSettings } : {}),
  }),
};
