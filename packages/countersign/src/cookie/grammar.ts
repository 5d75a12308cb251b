// What may be written in a Set-Cookie field, as predicates, and the limits beyond which browsers
// drop a cookie or an attribute. Facts only; the refusals are in serialize.ts.
// RFC 6265bis (draft -22) §4.1.1 and §5.6, RFC 9110 §5.6.2, RFC 1123 §2.1.

/** Most octets of a name and value together. Browsers ignore the whole cookie beyond this (§5.6). */
export const MAX_COOKIE_OCTETS = 4096;
/** Most octets of one attribute's value. Browsers ignore the attribute beyond this (§5.6). */
export const MAX_ATTRIBUTE_OCTETS = 1024;
/** The longest time to live in seconds, 400 days. Browsers cut longer ones to it (§5.5). */
export const MAX_AGE_SECONDS = 34_560_000;
/** The earliest year of a date that browsers read (§5.1.1). */
export const MIN_EXPIRES_YEAR = 1601;

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const COOKIE_OCTETS = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*$/;
const NOT_COOKIE_OCTET = /[^\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]/;
const QUOTED_OCTETS = /^"[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*"$/;
const AV_OCTETS = /^[\x20-\x3a\x3c-\x7e]*$/;
const LDH_DOMAIN =
  /^[0-9A-Za-z](?:[0-9A-Za-z-]{0,61}[0-9A-Za-z])?(?:\.[0-9A-Za-z](?:[0-9A-Za-z-]{0,61}[0-9A-Za-z])?)*$/;
const MAX_DOMAIN_OCTETS = 253;

/** cookie-name: a token, never empty. */
export function isCookieName(name: string): boolean {
  return TOKEN.test(name);
}

/** cookie-value: cookie-octets, bare or within one pair of double quotes that belongs to the value. */
export function isCookieValue(value: string): boolean {
  return COOKIE_OCTETS.test(value) || QUOTED_OCTETS.test(value);
}

/** Where the first character stands that no cookie-value may have; -1 when there is none. */
export function findForeignOctet(value: string): number {
  return value.search(NOT_COOKIE_OCTET);
}

/** domain-value: letter-digit-hyphen labels of up to 63 octets, without a dot at either end. */
export function isDomainValue(domain: string): boolean {
  return domain.length <= MAX_DOMAIN_OCTETS && LDH_DOMAIN.test(domain);
}

/** path-value as a browser keeps it: av-octets from a slash on, without a space that would be trimmed. */
export function isPathValue(path: string): boolean {
  return path.startsWith('/') && !path.endsWith(' ') && AV_OCTETS.test(path);
}
