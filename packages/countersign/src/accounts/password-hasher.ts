// The password hasher: a port, and argon2id over any implementation of the bare function. Knows the
// minima of OWASP and ASVS 5.0 Appendix C, salts, bounds, a pepper and equal work for unknown users
// (G1-G12); knows neither accounts nor policies.

import { equalBytesInConstantTime } from '../crypto/digest.js';
import type { SecretKey } from '../crypto/key-ring.js';
import { randomBytes } from '../crypto/random.js';
import { assertOptionNames, misconfigured } from '../errors.js';
import {
  formatArgon2Hash,
  GREATEST_COST,
  isWithinBounds,
  parseArgon2Hash,
  type Argon2Cost,
  type Argon2Hash,
} from './argon2-hash.js';
import { createHashQueue, type HashQueue } from './hash-queue.js';
import { createPepper, PEPPERED_BYTES, type Pepper } from './password-pepper.js';
import { encodePassword, MAX_PASSWORD_BYTES } from './password-text.js';

export type Verification =
  | {
      readonly match: true;
      /** The stored hash was not made by today's algorithm, cost and pepper: make a new one (G4). */
      readonly needsRehash: boolean;
    }
  | {
      readonly match: false;
      /** `unreadable`: the stored text is no hash that this hasher takes; an operator should know. */
      readonly reason: 'mismatch' | 'no-hash' | 'unreadable' | 'too-long';
    };

/** Takes passwords as `readPassword` gives them; it hashes exactly what it gets. */
export interface PasswordHasher {
  /**
   * A new PHC string with a salt of its own.
   * @throws CountersignError `hasher-busy`; RangeError for a password over 1,024 bytes
   */
  hash(password: string): Promise<string>;
  /**
   * Compares in constant time. Without a hash, or with an unreadable one, it does the work of one
   * hash all the same and says no (G10). Over 1,024 bytes it says no without any work (G8).
   * @throws CountersignError `hasher-busy`
   */
  verify(stored: string | undefined, password: string): Promise<Verification>;
}

/** A hasher that lets other work of the same kind wait in the same line. */
export interface QueuedPasswordHasher extends PasswordHasher {
  readonly turns: HashQueue;
}

/** The bare argon2id function, version 1.3 (RFC 9106). */
export type DeriveArgon2id = (
  password: Uint8Array,
  salt: Uint8Array,
  cost: Argon2Cost,
  hashBytes: number,
) => Promise<Uint8Array>;

export interface Argon2HasherOptions {
  /** KiB. Default 19,456. Least: 47,104 with one pass, 19,456 with two, 12,288 with three. */
  readonly memory?: number;
  /** Default 2. */
  readonly passes?: number;
  /** Default 1. */
  readonly lanes?: number;
  /** Hashes at once. Default 2: half of the threads that Node has for such work. */
  readonly concurrency?: number;
  /** Hashes that may wait. Default 64, about half a second. More are refused with `hasher-busy`. */
  readonly queue?: number;
  /**
   * Secrets that are kept out of the database, newest first, each of at least 32 bytes: what argon2
   * gives is keyed by the newest with HMAC-SHA-256 (G12). A stolen database alone then gives nothing to
   * guess at. Keep an old one in the list until nobody's hash has its id: it cannot be verified without.
   */
  readonly pepper?: readonly (SecretKey | undefined)[];
}

const OPTION_NAMES: readonly (keyof Argon2HasherOptions)[] = [
  'memory',
  'passes',
  'lanes',
  'concurrency',
  'queue',
  'pepper',
];

const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** ASVS 5.0 Appendix C: passes, and the least memory in KiB with that many or more. Greatest first. */
const LEAST_MEMORY: readonly (readonly [passes: number, memory: number])[] = [
  [3, 12_288],
  [2, 19_456],
  [1, 47_104],
];

/**
 * Builds a hasher on a bare argon2id function.
 * @throws CountersignError `configuration` for a cost under the minima (G2) or over the bounds, and for
 *   a pepper that can be guessed
 */
export function createArgon2Hasher(
  derive: DeriveArgon2id,
  options: Argon2HasherOptions = {},
): QueuedPasswordHasher {
  assertOptionNames('', options, OPTION_NAMES);
  const { memory = 19_456, passes = 2, lanes = 1, concurrency = 2, queue = 64 } = options;
  const cost: Argon2Cost = { memory, passes, lanes };
  requireCost(cost);
  const pepper = options.pepper === undefined ? undefined : createPepper(options.pepper);
  const turns = createHashQueue({ concurrency, queue });
  const decoy = createDecoy(cost, pepper);

  return {
    turns,
    async hash(password) {
      const bytes = encodePassword(password);
      if (bytes === undefined) {
        throw new RangeError(`A password has at most ${MAX_PASSWORD_BYTES} bytes; check it first`);
      }
      const salt = randomBytes(SALT_BYTES);
      const bare = await turns.run(() => derive(bytes, salt, cost, HASH_BYTES));
      const keyId = pepper?.newestId;
      return formatArgon2Hash({ ...cost, keyId, salt, hash: season(bare, keyId, pepper) });
    },
    async verify(stored, password) {
      const bytes = encodePassword(password);
      if (bytes === undefined) return { match: false, reason: 'too-long' };
      const expected = readHash(stored ?? decoy.phc, pepper);
      const { salt, hash, keyId, ...its } = expected ?? decoy.parts;
      const bare = await turns.run(() => derive(bytes, salt, its, hash.length));
      const equal = equalBytesInConstantTime(season(bare, keyId, pepper), hash);
      if (stored === undefined) return { match: false, reason: 'no-hash' };
      if (expected === undefined) return { match: false, reason: 'unreadable' };
      if (!equal) return { match: false, reason: 'mismatch' };
      return { match: true, needsRehash: !isCurrent(expected, cost, pepper?.newestId) };
    },
  };
}

/** Costs what a new hash costs, to read and to verify, and nobody has its password. */
function createDecoy(
  cost: Argon2Cost,
  pepper: Pepper | undefined,
): { readonly phc: string; readonly parts: Argon2Hash } {
  const [salt, hash] = [randomBytes(SALT_BYTES), randomBytes(HASH_BYTES)];
  const parts = { ...cost, keyId: pepper?.newestId, salt, hash };
  return { phc: formatArgon2Hash(parts), parts };
}

/** `undefined` for what cannot be read, and for a pepper that is not, or no longer, in the ring. */
function readHash(stored: string, pepper: Pepper | undefined): Argon2Hash | undefined {
  const parsed = parseArgon2Hash(stored);
  if (parsed?.keyId === undefined) return parsed;
  const isOurs = pepper?.has(parsed.keyId) === true && parsed.hash.length === PEPPERED_BYTES;
  return isOurs ? parsed : undefined;
}

/** The hash as it is stored: what argon2 gave, or that under the pepper of this id. */
function season(
  bare: Uint8Array,
  keyId: string | undefined,
  pepper: Pepper | undefined,
): Uint8Array {
  return keyId === undefined || pepper === undefined ? bare : pepper.apply(bare, keyId);
}

function isCurrent(hash: Argon2Hash, cost: Argon2Cost, keyId: string | undefined): boolean {
  return (
    hash.keyId === keyId &&
    hash.memory === cost.memory &&
    hash.passes === cost.passes &&
    hash.lanes === cost.lanes &&
    hash.salt.length === SALT_BYTES &&
    hash.hash.length === HASH_BYTES
  );
}

function requireCost(cost: Argon2Cost): void {
  if (!isWithinBounds(cost)) {
    throw misconfigured(
      'memory, passes, lanes',
      `${cost.memory}, ${cost.passes}, ${cost.lanes} cannot be used`,
      `Use whole numbers up to ${GREATEST_COST.memory} KiB, ${GREATEST_COST.passes} passes and ` +
        `${GREATEST_COST.lanes} lanes, with at least 8 KiB a lane`,
    );
  }
  const [, least] = LEAST_MEMORY.find(([passes]) => cost.passes >= passes) ?? [1, Infinity];
  if (cost.memory >= least) return;
  throw misconfigured(
    'memory',
    `is ${cost.memory} KiB with ${cost.passes} passes, too cheap to guess against (ASVS 11.4.2)`,
    `Use at least ${least} KiB with ${cost.passes} passes, or leave both at their defaults`,
  );
}
