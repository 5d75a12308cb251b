// What is added to a Web `Response`: `Vary: Cookie`, cookies and what goes with them. Where it is copied,
// the copy is made around its body, which stays the stream it is.

import { CLEAR_SITE_DATA, type Exchange, type Settled } from './exchange.js';
import type { ExchangeRequest } from './exchange-request.js';
import type { Refusal } from './refusal.js';
import { withCookie } from './response-head.js';
import { bodyFor } from './refusal-response.js';

type CookieWriter = Pick<Exchange<unknown>, 'writeCookies'>;

/**
 * The response with what the session needs. What is for one browser goes on a copy: a handler may keep
 * a response without a body in a constant, and give it to everybody.
 */
export function dressResponse(exchange: CookieWriter, given: Response, settled: Settled): Response {
  const isPersonal = settled.cookies.length > 0 || settled.clearSiteData;
  const response = isPersonal ? copyOf(given) : changeable(given);
  const { headers } = response;
  headers.set('Vary', withCookie(headers.get('Vary') ?? ''));
  if (settled.clearSiteData) headers.set('Clear-Site-Data', CLEAR_SITE_DATA);
  if (settled.cookies.length > 0) {
    headers.set('Cache-Control', 'no-store');
    exchange.writeCookies(headers, settled.cookies);
  }
  return response;
}

/** A refusal as a response of its own. */
export function refusalResponse(
  exchange: CookieWriter,
  request: ExchangeRequest,
  refusal: Refusal,
): Response {
  const { status, headers, cookies } = refusal;
  const response = new Response(bodyFor(request.method, refusal) ?? null, { status, headers });
  exchange.writeCookies(response.headers, cookies);
  return response;
}

/** `Response.redirect` and answers of `fetch` have immutable headers, and nothing tells but trying. */
function changeable(response: Response): Response {
  try {
    response.headers.delete('X-Countersign-Probe');
    return response;
  } catch {
    return copyOf(response);
  }
}

function copyOf(response: Response): Response {
  return new Response(response.body, response);
}
