// How the session cookies are written: names and attributes, checked once at construction. HttpOnly
// is not an option, and Secure is missing only in development, under names of its own (A20-A27; V3.3).

import type { CookieScope, SameSite } from '../cookie/attributes.js';
import { prefixOf } from '../cookie/prefix.js';
import { serializeCookie } from '../cookie/serialize.js';
import { assertOptionNames, misconfigured } from '../errors.js';

export interface SessionCookieOptions {
  /** Name of the cookie of a signed-in session. Default `__Host-id`. It says nothing of what it is (A1). */
  readonly name?: string;
  /** Name of the cookie of an anonymous session. Default `__Host-pre`. */
  readonly anonymousName?: string;
  /** Default `lax`. `strict` is not sent when a link on another site leads here (S5). */
  readonly sameSite?: SameSite;
  /** Share with subdomains. Default: this host only. Needs names without `__Host-`. */
  readonly domain?: string;
  /** Default `/`. Another path needs names without `__Host-`, and keeps no application apart (A28). */
  readonly path?: string;
  /** One cookie per top-level site, for pages embedded elsewhere. Default no. */
  readonly partitioned?: boolean;
  /**
   * For plain HTTP on a development machine with a browser that does not trust `http://localhost`:
   * cookies `dev-id` and `dev-pre` without Secure. A warning is printed at start. Never in production.
   */
  readonly insecureDevelopment?: true;
}

export interface SessionCookies {
  readonly name: string;
  readonly anonymousName: string;
  /** Every attribute but the lifetime. */
  readonly attributes: CookieScope;
  /** What an operator should know of this configuration. */
  readonly notes: readonly string[];
}

const OPTION_NAMES: readonly (keyof SessionCookieOptions)[] = [
  'name',
  'anonymousName',
  'sameSite',
  'domain',
  'path',
  'partitioned',
  'insecureDevelopment',
];

/** A text of a token's length, to try the attributes with. */
const SAMPLE = 'A'.repeat(80);

/**
 * Names and attributes in force.
 * @throws CountersignError `configuration` when a browser would drop such a cookie
 */
export function createSessionCookies(options: SessionCookieOptions = {}): SessionCookies {
  assertOptionNames('cookie', options, OPTION_NAMES);
  const development = options.insecureDevelopment ?? false;
  if (typeof development !== 'boolean') {
    throw misconfigured(
      'cookie.insecureDevelopment',
      'is neither true nor left out',
      "Write such as: ...(process.env.NODE_ENV === 'development' ? { insecureDevelopment: true } : {})",
    );
  }
  if (development && (options.name !== undefined || options.anonymousName !== undefined)) {
    throw misconfigured(
      'cookie.insecureDevelopment',
      'uses names of its own, and `name` or `anonymousName` is set too',
      'Leave the names out in development',
    );
  }
  const name = options.name ?? (development ? 'dev-id' : '__Host-id');
  const anonymousName = options.anonymousName ?? (development ? 'dev-pre' : '__Host-pre');
  if (name === anonymousName) {
    throw misconfigured(
      'cookie.anonymousName',
      'is the same as `cookie.name`',
      'Give it another name',
    );
  }
  const attributes: CookieScope = {
    path: options.path ?? '/',
    domain: options.domain,
    secure: !development,
    httpOnly: true,
    sameSite: options.sameSite ?? 'lax',
    partitioned: options.partitioned ?? false,
  };
  for (const each of [name, anonymousName]) tryOut(each, attributes);
  return { name, anonymousName, attributes, notes: notesOn([name, anonymousName], development) };
}

function tryOut(name: string, attributes: CookieScope): void {
  try {
    serializeCookie(name, SAMPLE, attributes);
  } catch (cause) {
    throw misconfigured(
      'cookie',
      cause instanceof Error ? cause.message : String(cause),
      'Change the option named there',
    );
  }
}

function notesOn(names: readonly string[], development: boolean): readonly string[] {
  if (development) {
    return [
      'cookie.insecureDevelopment is on: session cookies travel without Secure. Turn it off outside development.',
    ];
  }
  return names
    .filter((name) => prefixOf(name) === undefined)
    .map(
      (name) =>
        `The session cookie ${name} has no __Host- or __Secure- prefix, so another host of this domain can plant one.`,
    );
}
