// The little of a request that the CSRF check looks at, typed by shape: a `node:http` or Express
// request and a Web `Request` fit as they are, so that nothing is copied on the way in.

/** A header as `node:http` (duplicates joined by `, `, or an array) or Web `Headers` gives it. */
export type HeaderValue = string | readonly string[] | null | undefined;

/** Headers by their lower-case names, as `node:http` has them. */
export interface HeaderRecord {
  readonly [name: string]: HeaderValue;
}

/** Headers that are asked for, as Web `Headers` are. */
export interface HeaderGetter {
  get(name: string): string | null;
}

/** What is judged. `http.IncomingMessage`, `http2.Http2ServerRequest` and `Request` are this. */
export interface CsrfRequest {
  /** The method as it came. Anything but `GET`, `HEAD`, `OPTIONS` in upper case is checked (F12). */
  readonly method?: string | undefined;
  /** Lower-case names to values, or something with `get(name)`. */
  readonly headers: HeaderRecord | HeaderGetter;
}

/** What the adapter knows of a request besides its headers. */
export interface CsrfPlace {
  /** The route that will really run, for `bypass`. Left out: nothing is bypassed. */
  readonly route?: string | undefined;
  /** The host that was asked for, where no `Host` header tells, as in a Web `Request`. */
  readonly host?: string | undefined;
}

/** The values of Sec-Fetch-Site (Fetch Metadata; csrf.md K1). */
export type FetchSite = 'same-origin' | 'same-site' | 'cross-site' | 'none';

export function readHeader(headers: CsrfRequest['headers'], name: string): HeaderValue {
  return isGetter(headers) ? headers.get(name) : headers[name];
}

/** Whether a header was sent at all, with whatever value. */
export function isSent(value: HeaderValue): value is string | readonly string[] {
  return value !== undefined && value !== null && (typeof value === 'string' || value.length > 0);
}

/** Whether Origin was sent more than once (F17). No origin that can be configured has a comma. */
export function isSeveral(origin: HeaderValue): boolean {
  if (typeof origin === 'string') return origin.includes(',');
  return isSent(origin) && (origin.length > 1 || isSeveral(origin[0]));
}

/** The one value, or `undefined` for none or several. */
export function singleValue(value: HeaderValue): string | undefined {
  if (typeof value === 'string') return value;
  return isSent(value) && value.length === 1 ? value[0] : undefined;
}

/** The value if it is exactly one of the four known ones. */
export function knownFetchSite(value: HeaderValue): FetchSite | undefined {
  const site = singleValue(value);
  return site !== undefined && isFetchSite(site) ? site : undefined;
}

function isFetchSite(site: string): site is FetchSite {
  return site === 'same-origin' || site === 'same-site' || site === 'cross-site' || site === 'none';
}

/** An HTTP/1.1 upgrade (RFC 6455 §4.1) or an HTTP/2 extended CONNECT (RFC 8441 §4). */
export function isWebSocketUpgrade(request: CsrfRequest): boolean {
  const upgrade = readHeader(request.headers, 'upgrade');
  if (isSent(upgrade) && /websocket/i.test(String(upgrade))) return true;
  return request.method === 'CONNECT' && readPseudo(request.headers, ':protocol') === 'websocket';
}

/** The host that the request names, in lower case. Chooses among configured origins, no more (F15). */
export function hostOf(request: CsrfRequest, place: CsrfPlace | undefined): string | undefined {
  const { headers } = request;
  const named = place?.host ?? readHeader(headers, 'host') ?? readPseudo(headers, ':authority');
  return singleValue(named)?.toLowerCase();
}

/** `Headers.get` throws on the colon, so HTTP/2 pseudo-headers are read from node's record only. */
function readPseudo(headers: CsrfRequest['headers'], name: string): HeaderValue {
  return isGetter(headers) ? undefined : headers[name];
}

function isGetter(headers: CsrfRequest['headers']): headers is HeaderGetter {
  return typeof headers['get'] === 'function';
}
