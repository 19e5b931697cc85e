/** What jupyter-lite.json says about Python: the settings of JupyterLite's own Python kernel, which ours takes over. */
import { isRecord } from '../../boot/protocol.ts';

/** Where the settings stand: JupyterLite's build writes its own share of them there too. */
export const SETTINGS_ID = '@jupyterlite/pyodide-kernel-extension:kernel';

/** URLs are absolute. */
export interface KernelSettings {
  readonly pyodideUrl: string;
  readonly pipliteUrls: readonly string[];
  readonly disablePyPIFallback: boolean;
  readonly loadPyodideOptions: Readonly<Record<string, unknown>> & { readonly lockFileURL: string; readonly packages: readonly string[] };
}

/** The settings in `plugins` (`litePluginSettings`), or null when they name no Python. `base` is the page's address. */
export function kernelSettings(plugins: unknown, base: string): KernelSettings | null {
  const settings = isRecord(plugins) ? plugins[SETTINGS_ID] : null;
  if (!isRecord(settings) || typeof settings.pyodideUrl !== 'string') return null;
  const pyodideUrl = new URL(settings.pyodideUrl, base).href;
  const options = isRecord(settings.loadPyodideOptions) ? settings.loadPyodideOptions : {};
  return {
    pyodideUrl,
    pipliteUrls: strings(settings.pipliteUrls).map((url) => new URL(url, base).href),
    disablePyPIFallback: settings.disablePyPIFallback === true,
    loadPyodideOptions: {
      lockFileURL: new URL('pyodide-lock.json', pyodideUrl).href,
      ...options,
      packages: strings(options.packages),
    },
  };
}

/** The folder of `pyodideUrl`, as upstream's worker wants it. */
export function folderOf(pyodideUrl: string): string {
  return new URL('./', pyodideUrl).href;
}

/** Course files that the notebooks of one folder open: `satchelFiles`, JSON of `{"<folder>": ["<path>"]}`. */
export function filesOf(table: unknown, folder: string): readonly string[] {
  return isRecord(table) ? strings(table[folder]) : [];
}

/** The value in `text`, or null when it is not JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
