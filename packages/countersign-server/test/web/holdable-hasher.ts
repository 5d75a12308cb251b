// A hasher that stops in the middle of a verification, so that a test can do something meanwhile.

import type { PasswordHasher } from 'countersign/accounts';

import { plainHasher } from './door.js';

export interface Held {
  /** Resolves when a verification has found its answer, and is kept from giving it. */
  readonly isReached: Promise<void>;
  release(): void;
}

/** A hasher whose next verification can be made to wait with its answer. */
export function holdableHasher(): { readonly hasher: PasswordHasher; hold(): Held } {
  let next: { reach(): void; readonly isReleased: Promise<void> } | undefined;
  return {
    hasher: {
      ...plainHasher,
      async verify(stored, password) {
        const held = next;
        next = undefined;
        const verification = await plainHasher.verify(stored, password);
        held?.reach();
        await held?.isReleased;
        return verification;
      },
    },
    hold() {
      let release = (): void => undefined;
      const isReleased = new Promise<void>((resolve) => (release = resolve));
      const isReached = new Promise<void>((resolve) => (next = { reach: resolve, isReleased }));
      return { isReached, release: () => release() };
    },
  };
}
