/** Says that Python starts while it does: upstream's kernels are silent until they can run, and JupyterLab calls that unknown. */
import type { ISessionContext } from '@jupyterlab/apputils';
import type { INotebookTracker } from '@jupyterlab/notebook';

/** Whoever can tell one page of a kernel that it is starting, if it still is. */
export interface Starting {
  /** `client`: the id under which that page's connection is known. */
  starting(client: string): void;
}

/** Tells every notebook, whenever it is connected to a kernel that `find` knows. */
export function tellStarting(notebooks: INotebookTracker, find: (kernelId: string) => Promise<Starting | null>): void {
  const tell = async ({ session }: ISessionContext): Promise<void> => {
    const connection = session?.kernel;
    if (connection?.connectionStatus === 'connected') (await find(connection.id))?.starting(connection.clientId);
  };
  notebooks.widgetAdded.connect((_, { sessionContext }) => {
    sessionContext.connectionStatusChanged.connect((context) => { void tell(context); });
    void tell(sessionContext);
  });
}
