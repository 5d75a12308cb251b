// `countersign/accounts/argon2`: the password hasher on `@node-rs/argon2`, an optional peer that only
// this file loads. It is loaded at construction, so that a missing package is found at start-up.

import { createRequire } from 'node:module';

import { misconfigured } from '../errors.js';
import {
  createArgon2Hasher,
  type Argon2HasherOptions,
  type DeriveArgon2id,
  type PasswordHasher,
} from './password-hasher.js';

export type { Argon2HasherOptions, PasswordHasher };

const PEER = '@node-rs/argon2';

/** The numbers by which the package names argon2id and version 1.3. */
const ARGON2ID = 2;
const VERSION_1_3 = 1;

interface Argon2Module {
  hashRaw(
    password: Uint8Array,
    options: {
      readonly algorithm: typeof ARGON2ID;
      readonly version: typeof VERSION_1_3;
      readonly salt: Uint8Array;
      readonly memoryCost: number;
      readonly timeCost: number;
      readonly parallelism: number;
      readonly outputLen: number;
    },
  ): Promise<Uint8Array>;
}

/**
 * Argon2id at 19 MiB, two passes, one lane, or what the options say.
 * @throws CountersignError `configuration` when the package is missing or a cost is under the minima
 */
export function argon2Hasher(options: Argon2HasherOptions = {}): PasswordHasher {
  const argon2 = loadPeer();
  const derive: DeriveArgon2id = (password, salt, cost, outputLen) =>
    argon2.hashRaw(password, {
      algorithm: ARGON2ID,
      version: VERSION_1_3,
      salt,
      memoryCost: cost.memory,
      timeCost: cost.passes,
      parallelism: cost.lanes,
      outputLen,
    });
  return createArgon2Hasher(derive, options);
}

/** By `require`, which is synchronous: a hasher is ready, or has failed, when it is constructed. */
function loadPeer(): Argon2Module {
  let loaded: unknown;
  try {
    loaded = createRequire(import.meta.url)(PEER);
  } catch (cause) {
    throw peerError('cannot be loaded', cause);
  }
  if (!isArgon2Module(loaded)) throw peerError('has no hashRaw function', undefined);
  return loaded;
}

function isArgon2Module(value: unknown): value is Argon2Module {
  return (
    typeof value === 'object' &&
    value !== null &&
    'hashRaw' in value &&
    typeof value.hashRaw === 'function'
  );
}

function peerError(problem: string, cause: unknown): Error {
  const error = misconfigured(
    'argon2Hasher()',
    `the package ${PEER} ${problem}`,
    `Install it: npm install ${PEER}@2`,
  );
  if (cause !== undefined) error.cause = cause;
  return error;
}
