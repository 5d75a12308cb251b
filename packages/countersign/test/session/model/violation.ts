// A broken promise: what every invariant of the model throws.

/** The promises of the README, and what follows from them for limits and stored data. */
export type PromiseName =
  | 'signed out means signed out'
  | 'no write is lost'
  | 'renewal signs nobody out'
  | 'a copied cookie dies'
  | 'limits hold'
  | 'a copied database opens nothing';

export class Violation extends Error {
  override readonly name = 'Violation';
  readonly promise: PromiseName;

  constructor(promise: PromiseName, what: string) {
    super(`${promise}: ${what}`);
    this.promise = promise;
  }
}

/** Throws a violation unless `holds`. */
export function assertPromise(promise: PromiseName, holds: boolean, what: string): asserts holds {
  if (!holds) throw new Violation(promise, what);
}
