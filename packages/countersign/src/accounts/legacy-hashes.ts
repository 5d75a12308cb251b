// `countersign/accounts/legacy-hashes`: for accounts that come from another system with the hashes of
// their passwords. Each is verified as it is and replaced by a new one at the next sign-in; none is made.

import { encodeBase64url } from '../crypto/base64url.js';
import { equalBytesInConstantTime } from '../crypto/digest.js';
import { assertOptionNames, misconfigured } from '../errors.js';
import {
  formatWrappedHash,
  readLegacyHash,
  readWrappedHash,
  type LegacyHash,
  type WrappedHash,
} from './legacy-hash.js';
import type { Bcrypt } from './legacy-scheme.js';
import type { QueuedPasswordHasher, Verification } from './password-hasher.js';
import { encodePassword } from './password-text.js';

export type { Bcrypt, QueuedPasswordHasher };

export interface LegacyHashesOptions {
  /** The package `bcrypt` or `bcryptjs`. Without it, records with bcrypt in them are unreadable. */
  readonly bcrypt?: Bcrypt;
}

export interface LegacyPasswordHasher extends QueuedPasswordHasher {
  /**
   * For an import: the record to store instead of an old one, which has argon2id over the old hash, so
   * that the old, cheaper hash is nowhere from then on (G13). It takes the work of one hash and no
   * password. `undefined` when the text is no old record that is read here.
   * @throws CountersignError `hasher-busy`
   */
  wrap(record: string): Promise<string | undefined>;
}

/** Django writes the name of its hasher before argon2's own record. */
const DJANGO_ARGON2 = 'argon2$argon2id$';
const DJANGO_PREFIX = 'argon2';

/**
 * A hasher that verifies, besides its own records, those of Django, Werkzeug and bcrypt, in the same
 * queue. A right password always asks for a new hash. Everything else is as with the hasher alone.
 * @throws CountersignError `configuration`
 */
export function withLegacyHashes(
  hasher: QueuedPasswordHasher,
  options: LegacyHashesOptions = {},
): LegacyPasswordHasher {
  requireParts(hasher, options);
  const { bcrypt } = options;

  return {
    turns: hasher.turns,
    hash: (password) => hasher.hash(password),
    async verify(stored, password) {
      if (stored === undefined || encodePassword(password) === undefined)
        return hasher.verify(stored, password);
      if (stored.startsWith(DJANGO_ARGON2))
        return outdated(await hasher.verify(stored.slice(DJANGO_PREFIX.length), password));
      const old = readLegacyHash(stored, bcrypt) ?? readWrappedHash(stored, bcrypt);
      return old === undefined ? hasher.verify(stored, password) : verifyOld(hasher, old, password);
    },
    async wrap(record) {
      if (record.startsWith(DJANGO_ARGON2)) return record.slice(DJANGO_PREFIX.length);
      const old = readLegacyHash(record, bcrypt);
      if (old === undefined) return undefined;
      return formatWrappedHash(old.head, await hasher.hash(encodeBase64url(old.hash)));
    },
  };
}

async function verifyOld(
  hasher: QueuedPasswordHasher,
  old: LegacyHash | WrappedHash,
  password: string,
): Promise<Verification> {
  const { scheme } = old;
  if (!scheme.takes(password)) {
    await hasher.verify(undefined, password);
    return { match: false, reason: 'mismatch' };
  }
  const found = await hasher.turns.run(() => scheme.derive(password));
  if ('phc' in old) return outdated(await hasher.verify(old.phc, encodeBase64url(found)));
  if (!equalBytesInConstantTime(found, old.hash)) return { match: false, reason: 'mismatch' };
  return { match: true, needsRehash: true };
}

function outdated(verification: Verification): Verification {
  return verification.match ? { match: true, needsRehash: true } : verification;
}

/** The two likeliest mistakes: a hasher of one's own, and the bare function in place of the package. */
function requireParts(hasher: QueuedPasswordHasher, options: LegacyHashesOptions): void {
  assertOptionNames('', options, ['bcrypt']);
  if (typeof hasher?.turns?.run !== 'function')
    throw misconfigured('hasher', 'has no queue (turns)', 'Pass such as argon2Hasher()');
  if (options.bcrypt !== undefined && typeof options.bcrypt?.hash !== 'function')
    throw misconfigured('bcrypt', 'has no function hash', 'Pass the package bcrypt or bcryptjs');
}
