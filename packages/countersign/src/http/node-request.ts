// A request of `node:http` or the compatibility side of `node:http2`, as the exchange looks at it.

import type { IncomingMessage } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';

import type { ExchangeRequest } from './exchange-request.js';
import { isHttp2 } from './node-response.js';
import { holdSocket } from './socket-hold.js';

/** A request of `node:http`, or of the compatibility side of `node:http2`. */
export type NodeRequest = IncomingMessage | Http2ServerRequest;

export class NodeExchangeRequest implements ExchangeRequest {
  readonly #request: NodeRequest;

  constructor(request: NodeRequest) {
    this.#request = request;
  }

  get method(): string | undefined {
    return this.#request.method;
  }

  get headers(): NodeRequest['headers'] {
    return this.#request.headers;
  }

  get cookie(): string | undefined {
    return this.#request.headers.cookie;
  }

  get userAgent(): string | null {
    return this.#request.headers['user-agent'] ?? null;
  }

  get forwardedFor(): string | readonly string[] | undefined {
    return this.#request.headers['x-forwarded-for'];
  }

  get forwardedProto(): string | readonly string[] | undefined {
    return this.#request.headers['x-forwarded-proto'];
  }

  get remoteAddress(): string | undefined {
    try {
      return this.#request.socket.remoteAddress;
    } catch {
      // A socket of HTTP/2 whose client has gone throws.
      return undefined;
    }
  }

  get encrypted(): boolean {
    try {
      const { socket } = this.#request;
      return 'encrypted' in socket && socket.encrypted;
    } catch {
      return false;
    }
  }

  /**
   * The path that is about to be routed, exactly as it stands there: nothing decoded, no slash
   * dropped (F19). Express takes a mount point off `url` and keeps it in `baseUrl`.
   */
  get route(): string {
    const { url = '' } = this.#request;
    const end = url.indexOf('?');
    return mountPoint(this.#request) + (end === -1 ? url : url.slice(0, end));
  }

  /** Holds the connection; see socket-hold.ts. A stream of HTTP/2 is nobody else's. */
  hold(): () => void {
    return isHttp2(this.#request) ? () => undefined : holdSocket(this.#request.socket);
  }
}

function mountPoint(request: object): string {
  return 'baseUrl' in request && typeof request.baseUrl === 'string' ? request.baseUrl : '';
}
