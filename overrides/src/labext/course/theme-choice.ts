/** Light or dark: how the book's theme remembers it, and what that means for JupyterLab. */

import { isRecord } from '../../boot/protocol.ts';

export const DARK = 'JupyterLab Dark';
export const LIGHT = 'JupyterLab Light';

/** JupyterLab's plugin for themes, by which its settings are named. */
const THEMES = '@jupyterlab/apputils-extension:themes';

/** Where the book's theme keeps what the reader chose (`mode`) and what came of it (`theme`). */
const MODE = 'mode';
const THEME = 'theme';

/** The part of `localStorage` that is used here. */
export interface Memory {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

/** Whether the book is dark. `systemDark`: what the reader's system prefers, for readers who left it to that. */
export function bookIsDark(memory: Memory | null, systemDark: boolean): boolean {
  const mode = memory?.getItem(MODE);
  return mode === 'dark' || (mode !== 'light' && systemDark);
}

/** Tells the book what the reader has chosen in JupyterLab; `followsSystem` if it was to follow the system. */
export function tellBook(memory: Memory | null, dark: boolean, followsSystem: boolean): void {
  const theme = dark ? 'dark' : 'light';
  memory?.setItem(MODE, followsSystem ? 'auto' : theme);
  memory?.setItem(THEME, theme);
}

/** Whether a change of storage under `key` (null: all of it) concerns the theme. */
export function concernsTheme(key: string | null): boolean {
  return key === null || key === MODE || key === THEME;
}

/** JupyterLite's configuration with the dark theme to begin with. What the reader chose in JupyterLab still counts more. */
export function beginDark(config: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const overrides = isRecord(config.settingsOverrides) ? config.settingsOverrides : {};
  const themes = isRecord(overrides[THEMES]) ? overrides[THEMES] : {};
  return { ...config, settingsOverrides: { ...overrides, [THEMES]: { ...themes, theme: DARK } } };
}

/** This browser's memory, or null where it refuses to give one. */
export function browserMemory(): Memory | null {
  try {
    return window.localStorage;
  } catch {
    // Storage is blocked for this site. Then the book has kept nothing either, and both follow the system.
    return null;
  }
}
