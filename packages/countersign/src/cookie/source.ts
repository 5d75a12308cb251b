// Reads the Cookie header off whatever carries one: a Web Request or Headers, a node request, plain
// header objects and strings. Several fields become one (RFC 6265bis §4.2.1; HTTP/2, RFC 9113 §8.2.3).

type FieldValue = string | readonly string[] | null | undefined;

interface WebHeaders {
  get(name: string): string | null;
}

interface NodeHeaders {
  readonly cookie?: FieldValue;
}

/**
 * What cookies can be read from: a Web `Request` or `Headers`, a request of `node:http` or `node:http2`
 * or its `headers`, a Cookie header, an array of them, or nothing.
 */
export type CookieSource =
  | FieldValue
  | WebHeaders
  | NodeHeaders
  | { readonly headers: WebHeaders | NodeHeaders };

/** The Cookie header, several fields joined by `; `; `undefined` when there is none. Never throws. */
export function readCookieHeader(source: CookieSource): string | undefined {
  if (typeof source !== 'object' || isFieldList(source)) return joinFields(source);
  if (source === null) return undefined;
  const headers = headersOf(source);
  return joinFields(isWebHeaders(headers) ? headers.get('cookie') : headers.cookie);
}

/** `headers` comes before `get`, since a request of Express has both; a header field of that name is text. */
function headersOf(source: Exclude<CookieSource, FieldValue>): WebHeaders | NodeHeaders {
  return isRequest(source) ? source.headers : source;
}

function isRequest(source: object): source is { readonly headers: WebHeaders | NodeHeaders } {
  return 'headers' in source && typeof source.headers === 'object' && source.headers !== null;
}

function joinFields(field: FieldValue): string | undefined {
  if (typeof field === 'string') return field;
  return isFieldList(field) && field.length > 0 ? field.join('; ') : undefined;
}

function isFieldList(value: unknown): value is readonly string[] {
  return Array.isArray(value);
}

function isWebHeaders(headers: WebHeaders | NodeHeaders): headers is WebHeaders {
  return 'get' in headers && typeof headers.get === 'function';
}
