// The ticket of a sign-in that has begun: the user's epoch from before the credential was checked,
// signed, with an expiry. Whoever carries it (a pending second factor, a mail link) carries this one
// to the end, so an "end all" in between refuses the sign-in. It authenticates nobody.

import { decodeBase64url, encodeBase64url } from '../crypto/base64url.js';
import { equalInConstantTime, hmacSha256 } from '../crypto/digest.js';
import type { Policy } from './policy.js';
import type { Epoch } from './store.js';
import type { TokenMint } from './token.js';

const LONGEST = 8192;
const PURPOSE = 'sign-in attempt';

/** A ticket for one user, good for `policy.attempt`. */
export function sealAttempt(
  mint: TokenMint,
  attempt: { readonly userId: string; readonly epoch: Epoch; readonly expiresAt: number },
): string {
  const body = encodeBase64url(
    new TextEncoder().encode(JSON.stringify([attempt.epoch, attempt.expiresAt])),
  );
  const { newest } = mint.ring;
  return `${newest.id}.${body}.${sign(mint, newest.id, attempt.userId, body)}`;
}

export type OpenedAttempt =
  | { readonly ok: true; readonly epoch: Epoch }
  | { readonly ok: false; readonly reason: 'attempt-invalid' | 'attempt-expired' };

/** The epoch in a ticket, if it was made here for this user and has not expired. */
export function openAttempt(
  mint: TokenMint,
  ticket: string,
  userId: string,
  now: number,
): OpenedAttempt {
  const invalid = { ok: false, reason: 'attempt-invalid' } as const;
  if (typeof ticket !== 'string' || ticket.length > LONGEST) return invalid;
  const [keyId = '', body = '', signature = '', ...rest] = ticket.split('.');
  if (rest.length > 0 || mint.ring.find(keyId) === undefined) return invalid;
  if (!equalInConstantTime(sign(mint, keyId, userId, body), signature)) return invalid;
  const content: unknown = JSON.parse(new TextDecoder().decode(decodeBase64url(body)));
  if (!isList(content)) return invalid;
  const [epoch, expiresAt] = content;
  if (typeof epoch !== 'string' || typeof expiresAt !== 'number') return invalid;
  return now < expiresAt ? { ok: true, epoch } : { ok: false, reason: 'attempt-expired' };
}

/** When a ticket made now expires. */
export function attemptExpiry(policy: Policy, now: number): number {
  return now + policy.attempt;
}

function sign(mint: TokenMint, keyId: string, userId: string, body: string): string {
  const key = mint.ring.find(keyId);
  if (key === undefined) return '';
  return encodeBase64url(hmacSha256(key.derive(PURPOSE), [mint.namespace, userId, body]));
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}
