// What is added to the head of a node response: `Vary: Cookie` once the session was read, and what
// goes with a session cookie. Takes headers in every form that `writeHead` does, and loses none.

import type { HeadHeaders, NodeResponse } from './node-response.js';

const VARY = 'Vary';
const BY_COOKIE = 'Cookie';
/**
 * For a response without any header so far, never changed. A first `setHeader` costs a fifth of a whole
 * small request; the same header given to `writeHead` costs next to nothing.
 */
const ONLY_VARY: HeadHeaders = Object.freeze({ [VARY]: BY_COOKIE });

/** `Vary` with `Cookie` in it, once; anything that names it, or `*`, stays as it is. */
export function withCookie(vary: string): string {
  if (/(?:^|,)\s*(?:cookie|\*)\s*(?:,|$)/i.test(vary)) return vary;
  return vary.trim() === '' ? BY_COOKIE : `${vary}, ${BY_COOKIE}`;
}

/**
 * Makes the response vary by cookie.
 * @param headers what `writeHead` was given
 * @returns what `writeHead` shall be given in its place
 */
export function varyByCookie(response: NodeResponse, headers: HeadHeaders): HeadHeaders {
  if (headers === undefined || headers === null) {
    if (isBare(response)) return ONLY_VARY;
    setVary(response);
    return headers;
  }
  const form = formOf(headers);
  if (form.kind === 'malformed') return headers;
  const entries = form.entries();
  if (entries.some(([name]) => isVary(name))) {
    return form.of(entries.map(([name, value]) => [name, isVary(name) ? extended(value) : value]));
  }
  if (isBare(response)) return form.of([...entries, [VARY, BY_COOKIE]]);
  setVary(response);
  return headers;
}

/**
 * Moves what `writeHead` was given into the response, where it overrides what was set before.
 * @returns what is left for `writeHead`: nothing, or a list so malformed that it has to complain itself
 */
export function moveHeaders(response: NodeResponse, headers: HeadHeaders): HeadHeaders {
  if (headers === undefined || headers === null) return undefined;
  const form = formOf(headers);
  if (form.kind === 'malformed') return headers;
  // Node passes over an empty name here, and would not in `setHeader`.
  const entries = form.entries().filter(([name]) => name !== '');
  if (form.kind === 'object') {
    for (const [name, value] of entries) response.setHeader(name, value);
    return undefined;
  }
  for (const [name] of entries) response.removeHeader(name);
  for (const [name, value] of entries) response.appendHeader(name, value);
  return undefined;
}

/** Makes the response vary by cookie, while its headers can still be set. */
export function setVary(response: NodeResponse): void {
  const before = response.getHeader('vary');
  const after = before === undefined ? BY_COOKIE : extended(before);
  if (after !== before) response.setHeader(VARY, after);
}

/** Whether no header was set. The one that is set most often is asked for first: a list of all costs more. */
function isBare(response: NodeResponse): boolean {
  return response.getHeader('content-type') === undefined && response.getHeaderNames().length === 0;
}

type Entry = readonly [name: string, value: unknown];

interface Form {
  readonly kind: 'object' | 'flat' | 'pairs' | 'malformed';
  entries(): readonly Entry[];
  /** Entries in this form again. */
  of(entries: readonly Entry[]): HeadHeaders;
}

/** Which of the three forms of `writeHead` it is. */
function formOf(headers: object): Form {
  if (!Array.isArray(headers)) {
    return {
      kind: 'object',
      entries: () => Object.entries(headers),
      of: (entries) => Object.fromEntries(entries),
    };
  }
  const list: readonly unknown[] = headers;
  if (Array.isArray(list[0])) {
    return {
      kind: list.every(Array.isArray) ? 'pairs' : 'malformed',
      entries: () => list.filter(Array.isArray).map(([name, value]) => [String(name), value]),
      of: (entries) => entries,
    };
  }
  return {
    kind: list.length % 2 === 0 ? 'flat' : 'malformed',
    entries: () => list.flatMap((name, at) => (at % 2 === 0 ? [[String(name), list[at + 1]]] : [])),
    of: (entries) => entries.flat(1),
  };
}

function isVary(name: string): boolean {
  return name.length === VARY.length && name.toLowerCase() === 'vary';
}

function extended(value: unknown): string {
  return withCookie(Array.isArray(value) ? value.join(', ') : String(value));
}
