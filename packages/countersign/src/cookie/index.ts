// countersign/cookie: cookies as RFC 6265bis has them, strict when writing, tolerant when reading.

export { createKeyRing } from '../crypto/key-ring.js';
export type { KeyRing, SecretKey } from '../crypto/key-ring.js';
export type { CookieOptions, CookieScope, SameSite } from './attributes.js';
export { decodeCookieValue, encodeCookieValue } from './encode.js';
export { findCookie } from './find.js';
export { parseCookies } from './parse.js';
export type { Cookies } from './parse.js';
export { COOKIE_PREFIXES, prefixOf, prefixed } from './prefix.js';
export type { CookiePrefix } from './prefix.js';
export type { ProtectedCookie, ProtectedCookieOptions } from './protected.js';
export { deleteCookie, setCookie } from './response.js';
export type { CookieResponse, CookieTarget, WritableHeaders } from './response.js';
export { sealedCookie } from './sealed.js';
export { serializeCookie, serializeDeletion } from './serialize.js';
export { signedCookie } from './signed.js';
export { readCookieHeader } from './source.js';
export type { CookieHeaders, CookieSource, FieldValue, ReadableHeaders } from './source.js';
