// A password hasher with its waiting bounded: it may be anybody's, such as one that asks another machine.

import type { Clock } from '../clock.js';
import { bounded } from '../waiting.js';
import { hashPatience } from './hash-queue.js';
import type { PasswordHasher } from './password-hasher.js';

/** Without an answer within a minute its verbs reject with `hasher-busy`. What it throws is its own. */
export function boundHasher(hasher: PasswordHasher, clock: Clock): PasswordHasher {
  const patience = hashPatience(clock);
  return {
    hash: async (password) => bounded(() => hasher.hash(password), patience),
    verify: async (stored, password) => bounded(() => hasher.verify(stored, password), patience),
  };
}
