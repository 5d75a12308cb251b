// `countersign/accounts/argon2`: the password hasher on `@node-rs/argon2`, an optional peer that only
// this file loads. It is loaded at construction, so that a missing package is found at start-up.

import { createRequire } from 'node:module';

import { ARGON2ID, requireArgon2, VERSION_1_3 } from './argon2-peer.js';
import {
  createArgon2Hasher,
  type Argon2HasherOptions,
  type DeriveArgon2id,
  type PasswordHasher,
  type QueuedPasswordHasher,
} from './password-hasher.js';

export type { HashQueue } from './hash-queue.js';
export type { Argon2HasherOptions, PasswordHasher, QueuedPasswordHasher };

/**
 * Argon2id at 19 MiB, two passes, one lane, or what the options say.
 * @throws CountersignError `configuration` when the package is missing, a cost is under the minima or a
 *   pepper can be guessed
 */
export function argon2Hasher(options: Argon2HasherOptions = {}): QueuedPasswordHasher {
  // By `require`, which is synchronous: a hasher is ready, or has failed, when it is constructed.
  const argon2 = requireArgon2(createRequire(import.meta.url));
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
