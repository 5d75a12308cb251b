// An exchange on a node server: opens it, attaches the session, and puts the gate before the response.
// What `adapters/node` and `adapters/express` have in common.

import { CountersignError, misconfigured } from '../errors.js';
import type { RequestSession } from '../session/request-session.js';
import type { Session } from '../session/session.js';
import type { Exchange } from './exchange.js';
import { NodeExchangeRequest, type NodeRequest } from './node-request.js';
import type { NodeResponse } from './node-response.js';
import { Refusal } from './refusal.js';
import { bodyFor, replaceHead } from './refusal-response.js';
import { gateResponse, isGated, wasReplaced } from './response-gate.js';

/** What a request carries once its session is there. */
export interface WithSession<Data> {
  readonly session: Session<Data>;
}

interface SessionPlace<Data> {
  session?: Session<Data> | undefined;
}

/**
 * Lets a request in with its session, or answers it.
 * @param proceed called with the request, which then has `session`; at once when the check was
 */
export function receive<Data, Request extends NodeRequest, Response extends NodeResponse>(
  exchange: Exchange<Data>,
  request: Request & SessionPlace<Data>,
  response: Response,
  proceed: (request: Request & WithSession<Data>, response: Response) => void,
): void {
  if (isGated(response)) {
    throw misconfigured(
      'session',
      'is there already: this adapter stands twice in the way of one request',
      'Use it once for each server, before the routes',
    );
  }
  const incoming = new NodeExchangeRequest(request);
  const admit = (opened: RequestSession<Data> | Refusal): void => {
    if (opened instanceof Refusal) {
      answer(request, response, opened);
      return;
    }
    gateResponse(response, exchange, incoming, opened);
    attach<Data, Request>(request, opened);
    proceed(request, response);
  };
  const opened = exchange.open(incoming);
  if (opened instanceof Promise) void opened.then(admit);
  else admit(opened);
}

/**
 * Answers a request whose handler failed with an error of this library, by its status. A response that
 * has begun is cut off, so that nobody takes it for whole.
 * @throws the error, when it is another one and nothing was refused
 */
export function answerFailure(
  exchange: Exchange<unknown>,
  request: NodeRequest,
  response: NodeResponse & { readonly writableEnded: boolean },
  error: unknown,
): void {
  // A handler that was writing when its response was replaced fails because of that.
  const isConsequence = wasReplaced(response);
  if (!isConsequence && !(error instanceof CountersignError)) throw error;
  const refusal = exchange.refuse(error);
  if (isConsequence) return;
  if (!response.headersSent) answer(request, response, refusal);
  else if (!response.writableEnded) response.destroy();
}

function answer(request: NodeRequest, response: NodeResponse, refusal: Refusal): void {
  replaceHead(response, refusal);
  response.end(bodyFor(request.method, refusal));
}

function attach<Data, Request extends object>(
  request: Request & SessionPlace<Data>,
  session: Session<Data>,
): asserts request is Request & WithSession<Data> {
  request.session = session;
}
