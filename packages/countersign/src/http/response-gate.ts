// The commit order on a node response: the store has the write before the client has the headers. The
// first `writeHead`, `write`, `end` or `flushHeaders` settles the head and starts the commit; until
// that is done the calls queue up, as on a response whose socket is slow. docs/design/sessions.md.

import type { CookieChange } from '../session/outgoing-cookies.js';
import { CLEAR_SITE_DATA, type Committable, type Exchange, type Settled } from './exchange.js';
import type { ExchangeRequest } from './exchange-request.js';
import type { HeadHeaders, NodeResponse } from './node-response.js';
import { Refusal } from './refusal.js';
import { bodyFor, replaceHead } from './refusal-response.js';
import { moveHeaders, setVary, varyByCookie } from './response-head.js';
import { headersSentError } from './settled-head.js';
import { callLater, WaitingCalls } from './waiting-calls.js';

export interface GatedRequest extends ExchangeRequest {
  /** Keeps the connection from being destroyed by the application; the function returned lets go. */
  hold(): () => void;
}

type GateExchange = Pick<Exchange<unknown>, 'commit' | 'refuse' | 'writeCookies'>;

/**
 * `open`: nothing was sent. `waiting`: the commit is under way. `passing`: calls go through.
 * `replaced`: a refusal was sent, and what the application still says is dropped.
 */
type State = 'open' | 'waiting' | 'passing' | 'replaced';

const GATE = Symbol('countersign.gate');

interface GatedResponse extends NodeResponse {
  [GATE]?: ResponseGate;
}

/** Whether a response has a gate already. */
export function isGated(response: GatedResponse): boolean {
  return response[GATE] !== undefined;
}

/** Whether a refusal was sent in place of what the application wanted to send. */
export function wasReplaced(response: GatedResponse): boolean {
  return response[GATE]?.state === 'replaced';
}

/** Puts a gate before a response. It costs four assignments; nothing waits unless there is a commit. */
export function gateResponse(
  response: GatedResponse,
  exchange: GateExchange,
  request: GatedRequest,
  session: Committable,
): void {
  response[GATE] = new ResponseGate(response, exchange, request, session);
  response.writeHead = writeHead;
  response.write = write;
  response.end = end;
  response.flushHeaders = flushHeaders;
}

function writeHead(this: GatedResponse, status: number, reason?: unknown, headers?: unknown) {
  return gateOf(this).writeHead(status, reason, headers);
}

function write(this: GatedResponse, chunk: unknown, encoding?: unknown, callback?: unknown) {
  return gateOf(this).write(chunk, encoding, callback);
}

function end(this: GatedResponse, chunk?: unknown, encoding?: unknown, callback?: unknown) {
  return gateOf(this).end(chunk, encoding, callback);
}

function flushHeaders(this: GatedResponse): void {
  gateOf(this).flushHeaders();
}

function gateOf(response: GatedResponse): ResponseGate {
  const gate = response[GATE];
  if (gate === undefined)
    throw new TypeError('This method was taken off a response with a session');
  return gate;
}

class ResponseGate {
  readonly #response: NodeResponse;
  readonly #exchange: GateExchange;
  readonly #request: GatedRequest;
  readonly #session: Committable;
  readonly #writeHead: NodeResponse['writeHead'];
  readonly #write: NodeResponse['write'];
  readonly #end: NodeResponse['end'];
  readonly #flushHeaders: NodeResponse['flushHeaders'];
  #state: State = 'open';
  #waiting: WaitingCalls | undefined;
  #cookies: readonly CookieChange[] = [];
  #clearSiteData = false;

  constructor(
    response: NodeResponse,
    exchange: GateExchange,
    request: GatedRequest,
    session: Committable,
  ) {
    this.#response = response;
    this.#exchange = exchange;
    this.#request = request;
    this.#session = session;
    // Whoever stood in the way before keeps standing there: called with the response as `this` below.
    /* oxlint-disable typescript/unbound-method */
    this.#writeHead = response.writeHead;
    this.#write = response.write;
    this.#end = response.end;
    this.#flushHeaders = response.flushHeaders;
    /* oxlint-enable typescript/unbound-method */
  }

  get state(): State {
    return this.#state;
  }

  writeHead(status: number, reason: unknown, headers: unknown): unknown {
    if (this.#state === 'waiting') throw headersSentError(this.#response);
    this.#begin(status);
    if (this.#state === 'passing') return this.#passHead(status, reason, headers);
    this.#waiting?.push(() => this.writeHead(status, reason, headers));
    return this.#response;
  }

  write(chunk: unknown, encoding: unknown, callback: unknown): boolean {
    this.#begin(this.#response.statusCode);
    if (this.#state === 'passing') {
      return this.#write.call(this.#response, chunk, encoding, callback);
    }
    const told = typeof encoding === 'function' ? encoding : callback;
    if (this.#waiting === undefined) {
      callLater(told);
      return true;
    }
    assertChunk(chunk);
    this.#waiting.pushWrite(() => this.write(chunk, encoding, callback), told);
    return false;
  }

  end(chunk: unknown, encoding: unknown, callback: unknown): unknown {
    this.#begin(this.#response.statusCode);
    if (this.#state === 'passing') {
      return this.#end.call(this.#response, chunk, encoding, callback);
    }
    const told = [chunk, encoding, callback].find((value) => typeof value === 'function');
    if (this.#waiting === undefined) {
      callLater(told);
      return this.#response;
    }
    if (typeof chunk !== 'function' && Boolean(chunk)) assertChunk(chunk);
    this.#waiting.pushEnd(
      () => this.end(chunk, encoding, callback),
      told,
      () => this.#request.hold(),
    );
    return this.#response;
  }

  flushHeaders(): void {
    this.#begin(this.#response.statusCode);
    if (this.#state === 'passing') this.#flushHeaders?.call(this.#response);
    else this.#waiting?.push(() => this.flushHeaders());
  }

  /** The first call settles the head. Without anything to commit that is all there is to it. */
  #begin(status: number): void {
    if (this.#state !== 'open') return;
    const session = this.#session;
    session.freeze();
    if (!session.needsCommit) {
      this.#state = 'passing';
      return;
    }
    const outcome = this.#exchange.commit(session, this.#request, status);
    if (outcome instanceof Promise) this.#wait(outcome);
    else this.#settle(outcome);
  }

  #wait(outcome: Promise<Settled | Refusal>): void {
    const waiting = new WaitingCalls(this.#response, () => {
      this.#waiting = undefined;
      this.#state = 'passing';
    });
    this.#waiting = waiting;
    this.#state = 'waiting';
    void outcome.then((settled) =>
      waiting.resume(
        () => {
          this.#waiting = undefined;
          this.#settle(settled);
          if (this.#state === 'replaced') waiting.answer();
          else waiting.replay();
        },
        (error) => this.#fail(error),
      ),
    );
  }

  #settle(outcome: Settled | Refusal): void {
    if (outcome instanceof Refusal) {
      this.#replace(outcome);
      return;
    }
    this.#cookies = outcome.cookies;
    this.#clearSiteData = outcome.clearSiteData;
    this.#state = 'passing';
  }

  /** Sends a refusal in place of the application's response. */
  #replace(refusal: Refusal): void {
    const response = this.#response;
    this.#cookies = refusal.cookies;
    replaceHead(response, refusal);
    this.#state = 'passing';
    this.#end.call(response, bodyFor(this.#request.method, refusal));
    this.#state = 'replaced';
  }

  /** Node refused a call that had been queued, such as a header with a line break in it. */
  #fail(error: unknown): void {
    const refusal = this.#exchange.refuse(error, this.#cookies);
    if (this.#response.headersSent) this.#response.destroy();
    else this.#replace(refusal);
  }

  #passHead(status: number, reason: unknown, headers: unknown): unknown {
    const isText = typeof reason === 'string';
    const given = headersOf(headers ?? (isText ? undefined : reason));
    const dressed = this.#response.headersSent ? given : this.#dress(given);
    return isText
      ? this.#writeHead.call(this.#response, status, reason, dressed)
      : this.#writeHead.call(this.#response, status, dressed);
  }

  /** Adds what the session needs to the head, as late as possible: whatever the application set is there. */
  #dress(headers: HeadHeaders): HeadHeaders {
    const response = this.#response;
    if (this.#cookies.length === 0 && !this.#clearSiteData) {
      return this.#session.wasRead ? varyByCookie(response, headers) : headers;
    }
    const left = moveHeaders(response, headers);
    setVary(response);
    if (this.#clearSiteData) response.setHeader('Clear-Site-Data', CLEAR_SITE_DATA);
    if (this.#cookies.length > 0) {
      response.setHeader('Cache-Control', 'no-store');
      this.#exchange.writeCookies(response, this.#cookies);
    }
    return left;
  }
}

function headersOf(value: unknown): HeadHeaders {
  return typeof value === 'object' ? value : undefined;
}

/** As node does, while the caller can still see it. */
function assertChunk(chunk: unknown): void {
  if (typeof chunk === 'string' || chunk instanceof Uint8Array) return;
  const error = new TypeError('The chunk of a response is a string, Buffer or Uint8Array');
  throw Object.assign(error, { code: 'ERR_INVALID_ARG_TYPE' });
}
