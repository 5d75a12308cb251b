// A Web `Request` as the exchange looks at it. What the platform knows of the connection is passed in.

import type { ExchangeRequest } from './exchange-request.js';

export class WebExchangeRequest implements ExchangeRequest {
  readonly #request: Request;
  readonly #address: () => string | undefined;
  #url: URL | undefined;

  /** @param address the address at the other end of the connection, a proxy's if there is one */
  constructor(request: Request, address: () => string | undefined) {
    this.#request = request;
    this.#address = address;
  }

  get method(): string {
    return this.#request.method;
  }

  get headers(): Headers {
    return this.#request.headers;
  }

  get cookie(): string | undefined {
    return this.#request.headers.get('cookie') ?? undefined;
  }

  get userAgent(): string | null {
    return this.#request.headers.get('user-agent');
  }

  get forwardedFor(): string | null {
    return this.#request.headers.get('x-forwarded-for');
  }

  get forwardedProto(): string | null {
    return this.#request.headers.get('x-forwarded-proto');
  }

  get remoteAddress(): string | undefined {
    return this.#address();
  }

  get encrypted(): boolean {
    return this.#parsed.protocol === 'https:';
  }

  /** `URL` resolves dots but decodes nothing and keeps every slash. */
  get route(): string {
    return this.#parsed.pathname;
  }

  /** Servers put the Host header into the URL, and many platforms into nothing else. */
  get host(): string {
    return this.#parsed.host;
  }

  get #parsed(): URL {
    this.#url ??= new URL(this.#request.url);
    return this.#url;
  }
}
