// From the claims of a verified ID token, and of the UserInfo answer, to an identity. All of them are a
// stranger's text: each has a form and a bound. Verifies no signature. OpenID Connect Core 1.0, 2 and 5.1.

import { OidcFailure } from './oidc-failure.js';
import type { ProviderIdentity } from './provider-identity.js';

/** Claims by name, of whatever type the provider wrote. */
export type Claims = Readonly<Record<string, unknown>>;

const MAX_SUBJECT_LENGTH = 255;
const MAX_EMAIL_LENGTH = 254;
const MAX_NAME_LENGTH = 256;
const MAX_ACR_LENGTH = 255;
const MAX_AMR_LENGTH = 64;
const MAX_AMR_COUNT = 16;
const MAX_SECONDS = 8.64e12;

const INVISIBLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u;

/**
 * @param token the claims of the ID token
 * @param extra the claims of the UserInfo answer, where the token has none of that name
 * @throws OidcFailure `refused` for a subject that cannot be one
 */
export function readIdentity(issuer: string, token: Claims, extra: Claims): ProviderIdentity {
  const subject = token['sub'];
  // ASCII by the specification; some providers write more. No controls, and no end of the key in between.
  if (typeof subject !== 'string' || !isText(subject, MAX_SUBJECT_LENGTH))
    throw new OidcFailure('refused', 'the ID token has no usable subject');
  // Address and verification come from one place, or the one could vouch for the other's address.
  const source = token['email'] === undefined ? extra : token;
  const email = readEmail(source['email']);
  return {
    issuer,
    subject,
    email,
    emailVerified: email !== null && isTrue(source['email_verified']),
    name: readName(token['name'] ?? extra['name']),
    // Of the token only: nobody signed the other.
    acr: readBounded(token['acr'], MAX_ACR_LENGTH),
    amr: readAmr(token['amr']),
    authTime: readTime(token['auth_time']),
  };
}

function isText(value: string, limit: number): boolean {
  return value !== '' && value.length <= limit && !INVISIBLE.test(value);
}

function readBounded(value: unknown, limit: number): string | null {
  return typeof value === 'string' && isText(value, limit) ? value : null;
}

function readEmail(value: unknown): string | null {
  const text = readBounded(value, MAX_EMAIL_LENGTH);
  return text !== null && /^[^\s@]+@[^\s@]+$/u.test(text) ? text : null;
}

/** A provider in wide use writes the text `true`. */
function isTrue(value: unknown): boolean {
  return value === true || value === 'true';
}

function readName(value: unknown): string | null {
  return typeof value === 'string' ? readBounded(value.trim(), MAX_NAME_LENGTH) : null;
}

function readAmr(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return [];
  return value
    .slice(0, MAX_AMR_COUNT)
    .map((means) => readBounded(means, MAX_AMR_LENGTH))
    .filter((means) => means !== null);
}

function readTime(value: unknown): number | null {
  if (typeof value !== 'number' || !(value >= 0 && value <= MAX_SECONDS)) return null;
  return Math.floor(value * 1_000);
}
