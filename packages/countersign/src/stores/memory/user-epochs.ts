// Epochs of users, in bounded memory. A user who was never raised has the base epoch. A raised one
// is remembered while a sign-in that read the epoch before could still be under way.

import { encodeBase64url } from '../../crypto/base64url.js';
import { randomBytes } from '../../crypto/random.js';
import type { Epoch } from '../../session/store.js';

/** Sign-in tickets live for less than this, so an epoch forgotten later is in no ticket any more. */
const KEPT_MS = 24 * 60 * 60 * 1000;

interface Raised {
  readonly epoch: Epoch;
  readonly usedAt: number;
}

export class UserEpochs {
  // Random, so that a ticket made before a restart never fits an epoch counted after it.
  readonly #prefix = encodeBase64url(randomBytes(12));
  readonly #max: number;
  /** In order of use, the least recent first. */
  readonly #raised = new Map<string, Raised>();
  #count = 0;
  #base: Epoch = `${this.#prefix}.0`;

  /** @param max how many raised users are remembered; one more raises everyone's epoch instead */
  constructor(max: number) {
    this.#max = max;
  }

  read(userId: string, now: number): Epoch {
    const raised = this.#raised.get(userId);
    if (raised === undefined) return this.#base;
    this.#remember(userId, raised.epoch, now);
    return raised.epoch;
  }

  raise(userId: string, now: number): void {
    this.#remember(userId, this.#next(), now);
    if (this.#raised.size > this.#max) this.raiseAll();
  }

  raiseAll(): void {
    this.#raised.clear();
    this.#base = this.#next();
  }

  /** Forgets those that no ticket can hold any more. */
  forget(now: number): void {
    for (const [userId, { usedAt }] of this.#raised) {
      if (now - usedAt <= KEPT_MS) return;
      this.#raised.delete(userId);
    }
  }

  get size(): number {
    return this.#raised.size;
  }

  #remember(userId: string, epoch: Epoch, usedAt: number): void {
    this.#raised.delete(userId);
    this.#raised.set(userId, { epoch, usedAt });
  }

  #next(): Epoch {
    this.#count += 1;
    return `${this.#prefix}.${this.#count}`;
  }
}
