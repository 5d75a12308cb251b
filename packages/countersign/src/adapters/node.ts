// Sessions for `node:http`, `node:https` and `node:http2` (its compatibility side): wraps a request
// listener, and a listener for upgrades to WebSocket.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';
import type { Duplex } from 'node:stream';

import { Exchange } from '../http/exchange.js';
import { answerFailure, receive, type WithSession } from '../http/node-exchange.js';
import { NodeExchangeRequest, type NodeRequest } from '../http/node-request.js';
import type { NodeResponse } from '../http/node-response.js';
import { readHttpOptions, type HttpOptions } from '../http/options.js';
import { Refusal } from '../http/refusal.js';
import type { RequestSession } from '../session/request-session.js';
import type { Sessions } from '../session/sessions.js';

export type { TrustProxy } from '../http/client-address.js';
export type { NodeRequest } from '../http/node-request.js';
export type { NodeResponse } from '../http/node-response.js';
export type { HttpOptions } from '../http/options.js';
export type { RefusalBody, RefusalFacts, RefusalPage, RefusalReason } from '../http/refusal.js';
export type { WithSession } from '../http/node-exchange.js';

/** A request before it has its session, also where the listener names the type it has afterwards. */
export type BareRequest<Request> = Request extends Http2ServerRequest
  ? Http2ServerRequest
  : IncomingMessage;

/** A response as a server gives it. */
export interface NodeServerResponse extends NodeResponse {
  readonly writableEnded: boolean;
}

/**
 * A request listener whose requests have `session`. Forged requests get a 403 and a store that is
 * down a 503, both before the listener; so does an error of this library that it throws or rejects with.
 *
 * `createServer(withSession(sessions, { origins: ['https://app.example'] }, (request, response) => …))`
 * @param options the same for every adapter; `{}` for all defaults
 * @throws CountersignError `configuration` for a wrong option
 */
export function withSession<
  Data,
  Request extends NodeRequest = IncomingMessage,
  Response extends NodeServerResponse = ServerResponse,
>(
  sessions: Sessions<Data>,
  options: HttpOptions,
  listener: (request: Request & WithSession<Data>, response: Response) => unknown,
): (request: Request | BareRequest<Request>, response: Response) => void;
export function withSession<Data, Request extends NodeRequest, Response extends NodeServerResponse>(
  sessions: Sessions<Data>,
  options: HttpOptions,
  listener: (request: Request & WithSession<Data>, response: Response) => unknown,
): (request: Request, response: Response) => void {
  const exchange = new Exchange(sessions, readHttpOptions(options));
  const run = (request: Request & WithSession<Data>, response: Response): void => {
    try {
      const result = listener(request, response);
      if (!(result instanceof Promise)) return;
      void result.catch((error: unknown) => answerFailure(exchange, request, response, error));
    } catch (error) {
      answerFailure(exchange, request, response, error);
    }
  };
  return (request, response) => receive<Data, Request, Response>(exchange, request, response, run);
}

/**
 * A listener for the `upgrade` event of a server, whose requests have `session`. A WebSocket from a
 * foreign page is refused (F21). The session can be read, updated and ended; what needs a cookie or
 * is stored with the response throws `response-started`, since this response has no session in it.
 * Close the socket when `request.session.signal` aborts.
 *
 * `server.on('upgrade', withSessionUpgrade(sessions, options, (request, socket, head) => …))`
 * @throws CountersignError `configuration` for a wrong option
 */
export function withSessionUpgrade<Data>(
  sessions: Sessions<Data>,
  options: HttpOptions,
  listener: (request: IncomingMessage & WithSession<Data>, socket: Duplex, head: Buffer) => unknown,
): (request: IncomingMessage, socket: Duplex, head: Buffer) => void {
  const exchange = new Exchange(sessions, readHttpOptions(options));
  return (request, socket, head) => {
    const ignore = (): void => undefined;
    // Nobody else listens yet, and an error without a listener ends the process.
    socket.on('error', ignore);
    const admit = (opened: RequestSession<Data> | Refusal): void => {
      if (opened instanceof Refusal) {
        refuseUpgrade(socket, opened);
        return;
      }
      socket.off('error', ignore);
      opened.freeze();
      listener(Object.assign(request, { session: opened }), socket, head);
    };
    const opened = exchange.open(new NodeExchangeRequest(request));
    if (opened instanceof Promise) void opened.then(admit);
    else admit(opened);
  };
}

function refuseUpgrade(socket: Duplex, refusal: Refusal): void {
  const headers = { ...refusal.headers, Connection: 'close' };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${refusal.status} \r\n${lines.join('')}\r\n${refusal.body}`);
}
