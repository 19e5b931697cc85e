/** Keeps a student's work safe when its window is left, hidden or shown again, in the book and in JupyterLite. */
import type { Clock, Session } from './store/session.ts';

/** The browser's own time. */
export const clock: Clock = {
  now: () => Date.now(),
  after: (delay, act) => {
    const timer = setTimeout(act, delay);
    return () => clearTimeout(timer);
  },
};

/** Watches the window for `session`; the returned function ends that. */
export function keepSafe(session: Session): () => void {
  const watching = new AbortController();
  const { signal } = watching;
  const aside = (): void => { session.setAside(); };
  // Twice: Firefox may break off the first script that runs once it has begun to end a tab's process. The next one runs.
  for (const capture of [true, false]) addEventListener('pagehide', aside, { capture, signal });
  document.addEventListener('visibilitychange', () => {
    // A phone may end a page that is out of sight without another word.
    if (document.hidden) aside();
    void session.flush().then(() => { if (!document.hidden) void session.refresh(); });
  }, { signal });
  addEventListener('beforeunload', (event) => {
    const { state } = session.report;
    if (session.unsaved && (state === 'failed' || state === 'unavailable' || !session.setAside())) event.preventDefault();
  }, { signal });
  return () => watching.abort();
}
