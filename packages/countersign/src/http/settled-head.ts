// A response whose head is settled but not sent: it has to look sent to everything that asks, and the
// listeners that wait for `drain` must not be lost. The waiting itself is in response-gate.ts.

import { isHttp2, type NodeResponse } from './node-response.js';
import { shadow } from './shadow.js';

/** What the gate knows meanwhile. */
export interface Waiting {
  /** `end` was called. */
  readonly hasEnded: boolean;
  /** A `write` was answered with `false`. */
  readonly owesDrain: boolean;
}

export interface SettledHead {
  /** Makes the response look as it is again, and gives it the status it had when the head was settled. */
  release(): void;
  /** Tells those who wait for `drain`. */
  drain(): void;
}

type Listener = (...values: unknown[]) => void;

/** The head as of now is what will be sent: changing it throws, as after sending. */
export function settleHead(response: NodeResponse, waiting: Waiting): SettledHead {
  const { statusCode } = response;
  const reason = isHttp2(response) ? {} : { statusMessage: readReason(response) };
  const drains: Listener[] = [];
  // Called with the response as `this` below.
  // oxlint-disable-next-line typescript/unbound-method
  const listen = response.on;
  const refuse = { value: () => refuseChange(response), writable: true };
  const lift = shadow(response, {
    headersSent: { get: () => true },
    writableEnded: { get: () => waiting.hasEnded },
    writableNeedDrain: { get: () => waiting.owesDrain && !waiting.hasEnded },
    setHeader: refuse,
    setHeaders: refuse,
    appendHeader: refuse,
    removeHeader: refuse,
    // `compression` keeps listeners for `drain` to itself, so they are noted here as they pass by.
    on: {
      value: (event: string, listener: Listener) => {
        if (event === 'drain') drains.push(listener);
        return listen.call(response, event, listener);
      },
      writable: true,
    },
  });
  return {
    release() {
      lift();
      Object.assign(response, { statusCode }, reason);
    },
    drain() {
      const here = new Set(response.rawListeners('drain'));
      response.emit('drain');
      for (const listener of drains) if (!here.has(listener)) listener.call(response);
    },
  };
}

/** The error of node for the same mistake on a response that was sent. */
export function headersSentError(response: object): Error {
  const code = isHttp2(response) ? 'ERR_HTTP2_HEADERS_SENT' : 'ERR_HTTP_HEADERS_SENT';
  return Object.assign(new Error('Cannot change headers after they are sent to the client'), {
    code,
  });
}

function refuseChange(response: object): never {
  throw headersSentError(response);
}

function readReason(response: object): unknown {
  return 'statusMessage' in response ? response.statusMessage : undefined;
}
