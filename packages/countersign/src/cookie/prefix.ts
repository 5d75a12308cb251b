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
  /** Where the rule is written. */
  readonly source: string;
}

/** The prefixes that browsers enforce, and what each demands. A longer one comes before its beginning. */
export const COOKIE_PREFIXES = {
  '__Host-Http-': { secure: true, hostOnly: true, httpOnly: true, source: 'layered-cookies' },
  '__Host-': { secure: true, hostOnly: true, httpOnly: false, source: 'RFC 6265bis §4.1.3.2' },
  '__Secure-': { secure: true, hostOnly: false, httpOnly: false, source: 'RFC 6265bis §4.1.3.1' },
  '__Http-': { secure: true, hostOnly: false, httpOnly: true, source: 'layered-cookies' },
} as const satisfies Record<string, PrefixRule>;

export type CookiePrefix = keyof typeof COOKIE_PREFIXES;

/**
 * The prefix of a cookie name as a server may rely on it, compared case-sensitively: `__host-id` proves
 * nothing, since browsers that compare as servers do let anybody set it. `undefined` for a name without one.
 */
export function prefixOf(name: string): CookiePrefix | undefined {
  if (name.startsWith('__Host-Http-')) return '__Host-Http-';
  if (name.startsWith('__Host-')) return '__Host-';
  if (name.startsWith('__Secure-')) return '__Secure-';
  return name.startsWith('__Http-') ? '__Http-' : undefined;
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

/** The prefix whose rule a browser enforces when the cookie is set, where upper and lower case are the same. */
export function enforcedPrefix(name: string): CookiePrefix | undefined {
  if (!name.startsWith('__')) return undefined;
  const folded = name.toLowerCase();
  if (folded.startsWith('__host-http-')) return '__Host-Http-';
  if (folded.startsWith('__host-')) return '__Host-';
  if (folded.startsWith('__secure-')) return '__Secure-';
  return folded.startsWith('__http-') ? '__Http-' : undefined;
}
