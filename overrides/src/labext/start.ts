/**
 * The first of our code in JupyterLite: runs when the extension's script arrives, while the application still loads.
 *
 * It may import nothing that the application shares, for none of that is there yet.
 */
import { isRecord } from '../boot/protocol.ts';
import { activityAt, readActivities } from './course/activities.ts';
import { earlyPython, notebookIn } from './python/early.ts';
import { kernelSettings, parsed } from './python/settings.ts';
import { spareWorkers } from './python/spare-workers.ts';
import { beginDark, bookIsDark, browserMemory } from './course/theme-choice.ts';

// JupyterLite writes its settings into the page before it loads any extension.
const script = document.getElementById('jupyter-config-data');
const config = parsed(script?.textContent ?? '');
const settings = kernelSettings(isRecord(config) ? config.litePluginSettings : null, document.baseURI);
const notebook = notebookIn(window.location.href);
// Not for an activity that runs elsewhere. One that the course does not know is the student's own.
const runs = notebook !== null && activityAt(readActivities(isRecord(config) ? config.satchelActivities : null), notebook)?.here !== false;
if (settings !== null && runs) earlyPython.start(settings);

// Only present on secure origins.
const workers = (navigator as Partial<Navigator>).serviceWorker;
spareWorkers(workers?.controller?.scriptURL ?? null, isRecord(config) ? config.appVersion : null, () => window.localStorage);

if (bookIsDark(browserMemory(), window.matchMedia('(prefers-color-scheme: dark)').matches)) {
  // The page that JupyterLite shows while it loads knows this class.
  document.body.classList.add('jp-mod-dark');
  // And JupyterLab begins with the dark theme, instead of turning from light to dark before the reader's eyes.
  if (isRecord(config) && script !== null) script.textContent = JSON.stringify(beginDark(config));
}
