/**
 * The first of our code in JupyterLite: runs when the extension's script arrives, while the application still loads.
 *
 * It may import nothing that the application shares, for none of that is there yet.
 */
import { isRecord } from '../boot/protocol.ts';
import { earlyPython, namesNotebook } from './early.ts';
import { kernelSettings, parsed } from './settings.ts';

// JupyterLite writes its settings into the page before it loads any extension.
const config = parsed(document.getElementById('jupyter-config-data')?.textContent ?? '');
const settings = kernelSettings(isRecord(config) ? config.litePluginSettings : null, document.baseURI);
if (settings !== null && namesNotebook(window.location.href)) earlyPython.start(settings);
