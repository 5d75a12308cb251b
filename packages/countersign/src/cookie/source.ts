// Reads the Cookie header off whatever carries one: a Web Request or Headers, a node request, plain
// header objects and strings. Several fields become one (RFC 6265bis §4.2.1; HTTP/2, RFC 9113 §8.2.3).

/** A header field as it comes: once, several times or not at all. */
export type FieldValue = string | readonly string[] | null | undefined;

/** Web `Headers`, as far as they are read. */
export interface ReadableHeaders {
  get(name: string): string | null;
}

/** The `headers` of a request of `node:http` or `node:http2`, as far as they are read. */
export interface CookieHeaders {
  readonly cookie?: FieldValue;
}

/**
 * What cookies can be read from: a Web `Request` or `Headers`, a request of `node:http` or `node:http2`
 * or its `headers`, a Cookie header, an array of them, or nothing.
 */
export type CookieSource =
  | FieldValue
  | ReadableHeaders
  | CookieHeaders
  | { readonly headers: ReadableHeaders | CookieHeaders };

/** The Cookie header, several fields joined by `; `; `undefined` when there is none. Never throws. */
export function readCookieHeader(source: CookieSource): string | undefined {
  if (typeof source !== 'object' || isFieldList(source)) return joinFields(source);
  if (source === null) return undefined;
  const headers = headersOf(source);
  return joinFields(isReadableHeaders(headers) ? headers.get('cookie') : headers.cookie);
}

/** `headers` comes before `get`, since a request of Express has both; a header field of that name is text. */
function headersOf(source: Exclude<CookieSource, FieldValue>): ReadableHeaders | CookieHeaders {
  return isRequest(source) ? source.headers : source;
}

function isRequest(
  source: object,
): source is { readonly headers: ReadableHeaders | CookieHeaders } {
  return 'headers' in source && typeof source.headers === 'object' && source.headers !== null;
}

function joinFields(field: FieldValue): string | undefined {
  if (typeof field === 'string') return field;
  return isFieldList(field) && field.length > 0 ? field.join('; ') : undefined;
}

function isFieldList(value: unknown): value is readonly string[] {
  return Array.isArray(value);
}

function isReadableHeaders(headers: ReadableHeaders | CookieHeaders): headers is ReadableHeaders {
  return 'get' in headers && typeof headers.get === 'function';
}
