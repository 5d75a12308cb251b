// Sessions for Express 5 and 4, typed by shape: Express is not imported. Importing this entry gives
// every Express request a typed `session`, which nothing else here does.

import type { IncomingMessage, ServerResponse } from 'node:http';

import { Exchange } from '../http/exchange.js';
import { receive, type WithSession } from '../http/node-exchange.js';
import { readHttpOptions, type HttpOptions } from '../http/options.js';
import type { Register, RegisteredData } from '../session/register.js';
import type { Sessions } from '../session/sessions.js';

export type { TrustProxy } from '../http/client-address.js';
export type { HttpOptions } from '../http/options.js';
export type { RefusalBody, RefusalFacts, RefusalPage, RefusalReason } from '../http/refusal.js';
export type { WithSession } from '../http/node-exchange.js';

/**
 * What an Express request gets: `session` with the registered data, unless `Register` says
 * `{ requestProperty: false }` since another package has claimed that name.
 */
export type ExpressRequestSession = Register extends { readonly requestProperty: false }
  ? object
  : WithSession<RegisteredData>;

declare global {
  // Express has no other way to be told of a property.
  namespace Express {
    interface Request extends ExpressRequestSession {}
  }
}

/**
 * Middleware after which requests have `session`. Use it once, before whatever reads a body and
 * before the routes. Forged requests get a 403 and a store that is down a 503, both from here. An
 * error of this library that a handler throws has `status`, which Express answers with.
 *
 * `app.use(sessionMiddleware(sessions, { origins: ['https://app.example'] }))`
 * @param options the same for every adapter
 * @throws CountersignError `configuration` for a wrong option
 */
export function sessionMiddleware<Data>(
  sessions: Sessions<Data>,
  options: HttpOptions = {},
): (request: IncomingMessage, response: ServerResponse, next: () => void) => void {
  const exchange = new Exchange(sessions, readHttpOptions(options));
  return (request, response, next) => {
    receive<Data, IncomingMessage, ServerResponse>(exchange, request, response, () => next());
  };
}
