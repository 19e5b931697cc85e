/** Asks whether a server answers at all. No cookie and no address of a person's goes along, and nothing of the answer can be read. */
import type { Answer } from './state.ts';

/** Milliseconds after which a server counts as silent. */
export const LIMIT = 10_000;

/** Whether anything answers at the origin of `href`. Never rejects. */
export async function probe(href: string, limit = LIMIT): Promise<Answer> {
  if (!navigator.onLine) return 'offline';
  const { origin, protocol } = new URL(href, location.href);
  // From a safe page browsers follow such a link, but ask nothing there.
  if (location.protocol === 'https:' && protocol === 'http:') return 'unknown';
  const controller = new AbortController();
  let forbidden = false;
  const barred = ({ blockedURI }: SecurityPolicyViolationEvent): void => { forbidden ||= blockedURI.startsWith(origin); };
  document.addEventListener('securitypolicyviolation', barred);
  const timer = setTimeout(() => controller.abort(), limit);
  try {
    await fetch(`${origin}/`, { mode: 'no-cors', cache: 'no-store', credentials: 'omit', referrerPolicy: 'no-referrer', signal: controller.signal });
    return 'answers';
  } catch {
    if (controller.signal.aborted) return 'silent';
    // The browser says why it failed only after it has failed.
    await new Promise((resolve) => { setTimeout(resolve, 0); });
    return forbidden ? 'unknown' : navigator.onLine ? 'down' : 'offline';
  } finally {
    clearTimeout(timer);
    document.removeEventListener('securitypolicyviolation', barred);
  }
}
