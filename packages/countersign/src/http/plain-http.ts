// Notices that a Secure cookie is about to be sent over plain HTTP, where browsers drop it without a
// word (RFC 6265bis §5.7), and says what to set. A warning for the operator; it changes no response.

import { hostOf } from '../csrf/request.js';
import { isThisMachine } from '../this-machine.js';
import type { ExchangeRequest } from './exchange-request.js';

const LONGEST_HOST = 80;

/**
 * What an operator should be told when a Secure cookie goes out with the answer to this request, or
 * `undefined` when nothing is wrong.
 * @param peer `secure`: whether the browser spoke HTTPS, as far as is known and believed
 */
export function describePlainHttp(
  request: ExchangeRequest,
  peer: { readonly secure: boolean; readonly trustsProxy: boolean },
): string | undefined {
  if (peer.secure) return undefined;
  const host = hostOf(request, request);
  // Browsers let Secure cookies pass on a connection that never leaves the machine.
  if (host === undefined || isThisMachine(host.replace(/:\d+$/, ''))) return undefined;
  const where = `A Secure session cookie goes to ${JSON.stringify(host.slice(0, LONGEST_HOST))}`;
  if (peer.trustsProxy) {
    return `${where}, and by all that the proxies say the browser used plain HTTP: it drops the cookie, and nobody stays signed in. Redirect http:// to https:// in the proxy, and let it set X-Forwarded-Proto.`;
  }
  if (isSent(request.forwardedProto)) {
    return `${where} through a proxy (X-Forwarded-Proto is there), and the option trustProxy is not set: the addresses noted with sessions are the proxy's. Set trustProxy, such as trustProxy: 1.`;
  }
  return `${where} over plain HTTP: browsers drop it there, and nobody stays signed in. If a proxy ends TLS in front of this server, let it set X-Forwarded-Proto and set trustProxy, such as trustProxy: 1. If none does, serve HTTPS. In development open http://localhost, or set cookie.insecureDevelopment in createSessions.`;
}

function isSent(header: ExchangeRequest['forwardedProto']): boolean {
  return header !== undefined && header !== null && header.length > 0;
}
