/** The clock, as far as the kernel needs it; delays are milliseconds. */
export interface Timer {
  set(callback: () => void, delay: number): number;
  clear(handle: number): void;
}

/** The browser's clock. */
export const windowTimer: Timer = {
  set: (callback, delay) => window.setTimeout(callback, delay),
  clear: (handle) => { window.clearTimeout(handle); },
};
