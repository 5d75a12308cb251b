// What a session is called in logs: the same for all events of one, and of no use to whoever reads them
// (ASVS 16.2.5; A74). A session's id opens nothing either, but is what its endings are asked for by.

import { encodeBase64url } from '../crypto/base64url.js';
import { hmacSha256 } from '../crypto/digest.js';
import { createKeyRing, type KeyRing, type SecretKey } from '../crypto/key-ring.js';

const PURPOSE = 'session reference';
const CHARACTERS = 16;

/**
 * Makes the references that account events have as `session`, for events of sessions.
 * @param keys those of the accounts; another newest key gives other references
 * @throws CountersignError `configuration` for keys that are none
 */
export function createSessionReference(
  keys: readonly (SecretKey | undefined)[],
): (sessionId: string) => string {
  const ring = createKeyRing(keys);
  return (sessionId) => sessionReference(ring, sessionId);
}

export function sessionReference(keys: KeyRing, sessionId: string): string {
  const hash = hmacSha256(keys.newest.derive(PURPOSE), [sessionId]);
  return encodeBase64url(hash).slice(0, CHARACTERS);
}
