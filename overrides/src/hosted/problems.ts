/** What can go wrong between a page and a hub, in words that a student can act on or pass on. Pure. */

/** Why a hub could not be used. */
export type Trouble =
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'origin'; readonly server: boolean }
  | { readonly kind: 'token' }
  | { readonly kind: 'ended' }
  | { readonly kind: 'limited' }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'socket' }
  | { readonly kind: 'kernel' }
  | { readonly kind: 'odd'; readonly told: string };

/** Where it happened: the hub's name for readers and its address, and the site that the page is on. */
export interface Where {
  readonly label: string;
  readonly hub: string;
  readonly origin: string;
}

export class HubTrouble extends Error {
  readonly trouble: Trouble;

  constructor(trouble: Trouble, where: Where) {
    super(troubleWords(trouble, where));
    this.trouble = trouble;
  }
}

/** One or two sentences: what is wrong, and what helps. */
export function troubleWords(trouble: Trouble, { label, hub, origin }: Where): string {
  switch (trouble.kind) {
    case 'unreachable':
      return `${label} cannot be reached. Check your connection to the internet, or whether you need your university’s network or VPN.`;
    case 'origin':
      return `${label} answers, but it does not let this page speak with it. Only the people who run it can change that. Send them this: `
        + `“Please allow the origin ${origin} ${trouble.server ? 'on the single-user servers' : 'in the API'} of ${hub} (CORS).”`;
    case 'token':
      return `${label} does not know this token. Copy it again, all of it, or make a new one.`;
    case 'ended':
      return `${label} no longer accepts the token: it has expired or was taken back. Make a new one and connect again.`;
    case 'limited':
      return 'This token may not open a connection to your server. Make one that is not limited: leave the fields about scopes empty.';
    case 'stopped':
      return `Your server on ${label} is not running. Start it, then connect again.`;
    case 'socket':
      return `Your server on ${label} refuses the connection for running cells (a WebSocket). If it stays so, send this to the people who run it: `
        + `“Please let ${origin} open WebSockets to the single-user servers of ${hub} with a token: start them with `
        + `--ServerApp.allow_origin=${origin} and --HubOAuth.allow_token_in_url=True.”`;
    case 'kernel':
      return 'Python on the server ended by itself; it may have needed more memory than there is. Its variables are gone.';
    case 'odd':
      return `${label} gave an answer that this page does not understand (${trouble.told}). Try again in a minute.`;
  }
}
