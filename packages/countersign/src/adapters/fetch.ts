// Sessions for handlers of Web `Request` and `Response`: Hono, Deno, Bun, workers, and whatever else
// speaks Fetch. Knows no server; what it knows of the connection it is told.

import { Exchange, type Committable } from '../http/exchange.js';
import type { ExchangeRequest } from '../http/exchange-request.js';
import { assertFunction, readHttpOptions, type HttpOptions } from '../http/options.js';
import { Refusal } from '../http/refusal.js';
import { dressResponse, refusalResponse } from '../http/web-response.js';
import { WebExchangeRequest } from '../http/web-request.js';
import { CountersignError } from '../errors.js';
import type { Session } from '../session/session.js';
import type { Sessions } from '../session/sessions.js';

export type { TrustProxy } from '../http/client-address.js';
export type { HttpOptions } from '../http/options.js';
export type { RefusalBody, RefusalFacts, RefusalPage, RefusalReason } from '../http/refusal.js';

export interface FetchOptions<Rest extends readonly unknown[] = []> extends HttpOptions {
  /**
   * The address at the other end of the connection, from whatever the platform passes along with the
   * request. Default: not known. With proxies in front it is the last proxy's; set `trustProxy` then.
   */
  readonly address?: ((request: Request, ...rest: Rest) => string | undefined) | undefined;
}

/** What a handler gets besides the request. */
export interface FetchContext<Data> {
  readonly session: Session<Data>;
  /** The client's address, behind the proxies that are trusted; `null` when it is not known. */
  readonly address: string | null;
}

/**
 * A fetch handler with sessions. Forged requests get a 403 and a store that is down a 503, before the
 * handler; so does an error of this library that it throws. Other errors are passed on.
 *
 * `withSession(sessions, { origins: ['https://app.example'] }, (request, { session }) => new Response(…))`
 * @param handler gets whatever else the platform passes, such as an environment, after the context
 * @throws CountersignError `configuration` for a wrong option
 */
export function withSession<Data, Rest extends readonly unknown[] = []>(
  sessions: Sessions<Data>,
  options: FetchOptions<Rest>,
  handler: (
    request: Request,
    context: FetchContext<Data>,
    ...rest: Rest
  ) => Response | Promise<Response>,
): (request: Request, ...rest: Rest) => Promise<Response> {
  const exchange = new Exchange(sessions, readHttpOptions(options, ['address']));
  const { address } = options;
  assertFunction('address', address);
  return async (request, ...rest) => {
    const incoming = new WebExchangeRequest(request, () => address?.(request, ...rest));
    const session = await exchange.open(incoming);
    if (session instanceof Refusal) return refusalResponse(exchange, incoming, session);
    const context = { session, address: exchange.addressOf(incoming) };
    let response: Response;
    try {
      response = await handler(request, context, ...rest);
    } catch (error) {
      if (!(error instanceof CountersignError)) throw error;
      response = refusalResponse(exchange, incoming, exchange.refuse(error));
    }
    return send(exchange, incoming, session, response);
  };
}

async function send(
  exchange: Exchange<unknown>,
  incoming: ExchangeRequest,
  session: Committable,
  response: Response,
): Promise<Response> {
  session.freeze();
  if (!session.needsCommit && !session.wasRead) return response;
  const outcome = await exchange.commit(session, incoming, response.status);
  if (!(outcome instanceof Refusal)) return dressResponse(exchange, response, outcome);
  // The body is not sent: let whatever produces it stop.
  await response.body?.cancel().catch(() => undefined);
  return refusalResponse(exchange, incoming, outcome);
}
