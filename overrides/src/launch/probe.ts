/** Asks whether a server answers at all. No cookie and no address of a person's goes along, and nothing of the answer can be read. */
import type { Answer } from './state.ts';

/** Milliseconds after which a server counts as silent. */
export const LIMIT = 10_000;

/** A page that lies on this computer or beside it, by its address. */
const NEAR = /^(localhost|127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|\[)|\.(local|localhost)$/;

/** How to ask: without the browser's question whether this page may look around in the student's network, which is not what it wants. */
async function discreetly(): Promise<object> {
  if (NEAR.test(location.hostname)) return {};
  try {
    // No name that TypeScript knows; a browser that does not know it either rejects it.
    const { state } = await navigator.permissions.query({ name: 'local-network-access' as PermissionName });
    return state === 'prompt' ? { targetAddressSpace: 'public' } : {};
  } catch {
    return {};
  }
}

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
    await fetch(`${origin}/`, { mode: 'no-cors', cache: 'no-store', credentials: 'omit', referrerPolicy: 'no-referrer', signal: controller.signal, ...await discreetly() });
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
