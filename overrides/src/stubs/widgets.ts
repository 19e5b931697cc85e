/** The three parts of the widget manager that thebe-core uses, without the JupyterLab plugin around them. */
export { KernelWidgetManager } from '@jupyter-widgets/jupyterlab-manager/lib/manager';
export { WidgetRenderer } from '@jupyter-widgets/jupyterlab-manager/lib/renderer';
export * as output from '@jupyter-widgets/jupyterlab-manager/lib/output';
