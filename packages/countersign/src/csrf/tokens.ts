// CSRF tokens bound to a session, for NIST mode (SP 800-63B-4 §5.1: POST content contains a session
// identifier that is verified) and for sites without HTTPS. An addition to the check, not in its place.
// Stateless: HMAC-SHA-256 over session id and random, then the random (csrf.md F5).

import { encodeBase64url } from '../crypto/base64url.js';
import { equalInConstantTime, hmacSha256 } from '../crypto/digest.js';
import { createKeyRing, type KeyRing, type RingKey, type SecretKey } from '../crypto/key-ring.js';
import { randomBytes } from '../crypto/random.js';
import { misconfigured } from '../errors.js';

export interface CsrfTokenOptions {
  /** The secrets, newest first, or a ring made of them: the newest issues, all of them verify. */
  readonly keys: KeyRing | readonly (SecretKey | undefined)[];
}

export interface CsrfTokens {
  /**
   * A new token of 66 characters, `[A-Za-z0-9_.-]`, for a hidden field or a header; never for a URL
   * or a log. It is good for as long as the session has this id, which sign-in changes.
   * @throws CountersignError `configuration` for a session id that is empty or over 1,024 characters
   */
  issue(sessionId: string): string;
  /** Whether this token was issued for this session. Anything else at all is `false`. */
  verify(sessionId: string, token: unknown): boolean;
}

const PURPOSE = 'csrf token';
const RANDOM_BYTES = 16;
const LONGEST_SESSION_ID = 1024;
const TOKEN_LENGTH = 66;
const TOKEN = /^([A-Za-z0-9_-]{43})\.([A-Za-z0-9_-]{22})$/;

/**
 * Builds the issuer and verifier. The keys serve this purpose only, whatever else the ring is used
 * for. A token survives a rotation for as long as the key that issued it stays in the ring.
 * @throws CountersignError `configuration` for weak, missing or repeated keys
 */
export function createCsrfTokens({ keys }: CsrfTokenOptions): CsrfTokens {
  const ring = isKeyRing(keys) ? keys : createKeyRing(keys);
  return {
    issue(sessionId) {
      if (!isSessionId(sessionId))
        throw misconfigured(
          'csrf token session id',
          `has to be 1 to ${LONGEST_SESSION_ID} characters`,
          'Pass the id of a session that is stored, such as session.id',
        );
      const random = encodeBase64url(randomBytes(RANDOM_BYTES));
      return `${macOf(ring.newest, sessionId, random)}.${random}`;
    },
    verify(sessionId, token) {
      if (!isSessionId(sessionId) || typeof token !== 'string') return false;
      const parts = token.length === TOKEN_LENGTH ? TOKEN.exec(token) : null;
      const [, mac, random] = parts ?? [];
      if (mac === undefined || random === undefined) return false;
      return ring.keys.some((key) => equalInConstantTime(mac, macOf(key, sessionId, random)));
    },
  };
}

/** Over the random's text and not its bytes, so that a second spelling of it does not verify. */
function macOf(key: RingKey, sessionId: string, random: string): string {
  return encodeBase64url(hmacSha256(key.derive(PURPOSE), [sessionId, random]));
}

function isSessionId(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= LONGEST_SESSION_ID;
}

function isKeyRing(keys: CsrfTokenOptions['keys']): keys is KeyRing {
  return typeof keys === 'object' && keys !== null && 'newest' in keys;
}
