// What this side remembers between sending a person to a provider and their return: JSON, kept by the
// caller where only that browser's return finds it, and used once.

import { encodeBase64url } from '../crypto/base64url.js';
import { randomBytes } from '../crypto/random.js';
import { OidcFailure } from './oidc-failure.js';

/** Kept from a `begin` to its `finish`, by way of JSON. Secret: it proves that the return belongs to the sending. */
export interface OidcExpectation {
  /** The provider's name. A return to another provider's URL is refused. */
  readonly provider: string;
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
  /** What age of the sign-in there was asked for, in seconds; `null` for any. */
  readonly maxAge: number | null;
  /** Epoch milliseconds. */
  readonly startedAt: number;
}

/** How long somebody may take at the provider, in milliseconds: 15 minutes. */
export const OIDC_EXPECTATION_LIFETIME_MS = 900_000;

const SECRET_BYTES = 32;

export function createExpectation(
  provider: string,
  maxAge: number | null,
  now: number,
): OidcExpectation {
  const [state, nonce, codeVerifier] = [secret(), secret(), secret()];
  return { provider, state, nonce, codeVerifier, maxAge, startedAt: now };
}

function secret(): string {
  return encodeBase64url(randomBytes(SECRET_BYTES));
}

/** @throws OidcFailure `refused` when it is none, another provider's, or too old */
export function readExpectation(value: unknown, provider: string, now: number): OidcExpectation {
  if (!isExpectation(value)) throw new OidcFailure('refused', 'nothing is expected');
  if (value.provider !== provider) throw new OidcFailure('refused', 'another provider is expected');
  if (now >= value.startedAt + OIDC_EXPECTATION_LIFETIME_MS)
    throw new OidcFailure('refused', 'it took too long');
  return value;
}

function isExpectation(value: unknown): value is OidcExpectation {
  if (typeof value !== 'object' || value === null) return false;
  const fields: ReadonlyMap<string, unknown> = new Map(Object.entries(value));
  const maxAge = fields.get('maxAge');
  return (
    typeof fields.get('provider') === 'string' &&
    ['state', 'nonce', 'codeVerifier'].every((name) => isSecret(fields.get(name))) &&
    (maxAge === null || typeof maxAge === 'number') &&
    Number.isFinite(fields.get('startedAt'))
  );
}

function isSecret(value: unknown): boolean {
  return typeof value === 'string' && /^[A-Za-z0-9_-]{43}$/.test(value);
}
