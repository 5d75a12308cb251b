// A bound on waiting for a store or its server when they are asked how they are. Where requests wait for
// one, the library has its own.

import type { Clock } from 'countersign';

/** As the library waits for a session store: longer than a person does. */
const BOUND_MS = 2_000;

/** The answer of an operation, or a rejection when it takes longer than a store may. */
export function withinTime<T>(clock: Clock, operation: () => T | Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(
      BOUND_MS,
      () => reject(new Error(`No answer within ${BOUND_MS / 1_000} seconds`)),
      { keepsProcess: true },
    );
    Promise.resolve().then(operation).then(resolve, reject).finally(cancel);
  });
}
