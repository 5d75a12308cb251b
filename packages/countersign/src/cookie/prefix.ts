// Name prefixes: what a browser demands of a cookie whose name begins with one, and so what the name
// proves to the server. RFC 6265bis §4.1.3 (`__Secure-`, `__Host-`), draft-ietf-httpbis-layered-cookies
// (`__Http-`, `__Host-Http-`).

interface PrefixRule {
  /** Needs the attribute Secure. */
  readonly secure: true;
  /** Needs Path=/ and no Domain, so that one host alone can set it. */
  readonly hostOnly: boolean;
  /** Needs HttpOnly, so that no script can have set it. */
  readonly httpOnly: boolean;
}

/** The prefixes that browsers enforce, longer ones before their beginnings. */
export const COOKIE_PREFIXES = {
  '__Host-Http-': { secure: true, hostOnly: true, httpOnly: true },
  '__Host-': { secure: true, hostOnly: true, httpOnly: false },
  '__Secure-': { secure: true, hostOnly: false, httpOnly: false },
  '__Http-': { secure: true, hostOnly: false, httpOnly: true },
} as const satisfies Record<string, PrefixRule>;

export type CookiePrefix = keyof typeof COOKIE_PREFIXES;

const PREFIXES = [
  '__Host-Http-',
  '__Host-',
  '__Secure-',
  '__Http-',
] as const satisfies CookiePrefix[];

/**
 * The prefix of a cookie name as a server may rely on it, compared case-sensitively: `__host-id` proves
 * nothing, since older browsers let anybody set it. `undefined` for a name without one.
 */
export function prefixOf(name: string): CookiePrefix | undefined {
  return PREFIXES.find((prefix) => name.startsWith(prefix));
}

/** A name with a prefix, `__Host-` unless another is asked for: `prefixed('id')` is `__Host-id`. */
export function prefixed<Name extends string>(name: Name): `__Host-${Name}`;
export function prefixed<Name extends string, Prefix extends CookiePrefix>(
  name: Name,
  prefix: Prefix,
): `${Prefix}${Name}`;
export function prefixed(name: string, prefix: CookiePrefix = '__Host-'): string {
  return `${prefix}${name}`;
}

/** The rule that a browser would enforce on writing: it ignores case (layered-cookies, "Cookie name prefixes"). */
export function enforcedPrefix(name: string): CookiePrefix | undefined {
  if (!name.startsWith('__')) return undefined;
  const folded = name.toLowerCase();
  return PREFIXES.find((prefix) => folded.startsWith(prefix.toLowerCase()));
}
