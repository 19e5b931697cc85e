/** JupyterLab is light or dark as the book is, and the book as JupyterLab. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IThemeManager, ThemeManager } from '@jupyterlab/apputils';
import { bookIsDark, browserMemory, concernsTheme, DARK, LIGHT, tellBook } from './theme-choice.ts';

export const themeOfTheBook: JupyterFrontEndPlugin<void> = {
  id: 'satchel-lab:theme',
  description: 'Keeps light and dark in step with the book.',
  autoStart: true,
  requires: [IThemeManager],
  activate: (_app: JupyterFrontEnd, themes: IThemeManager) => {
    const memory = browserMemory();
    // Only the class itself knows of JupyterLab's own following of the system.
    const adaptive = themes instanceof ThemeManager ? themes : null;
    const system = window.matchMedia('(prefers-color-scheme: dark)');
    // Until what the book wants is there, changes are not the reader's.
    let settled = false;

    const follow = async (): Promise<void> => {
      if (themes.theme === null) return;
      const dark = bookIsDark(memory, system.matches);
      if (themes.isLight(themes.theme) !== dark) {
        settled = true;
        return;
      }
      settled = false;
      if (adaptive?.isToggledAdaptiveTheme() === true) await adaptive.toggleAdaptiveTheme();
      await themes.setTheme(dark ? DARK : LIGHT);
    };
    themes.themeChanged.connect((_, { newValue }) => {
      const dark = !themes.isLight(newValue);
      if (!settled) {
        if (dark === bookIsDark(memory, system.matches)) settled = true;
        else void follow();
      } else tellBook(memory, dark, adaptive?.isToggledAdaptiveTheme() === true);
    });
    window.addEventListener('storage', ({ key }) => { if (concernsTheme(key)) void follow(); });
    system.addEventListener('change', () => { void follow(); });
    void follow();
  },
};
