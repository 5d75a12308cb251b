// The error for an optional package that is needed and not there, or is not the one that is meant.

import { misconfigured, type CountersignError } from '../errors.js';

export interface Peer {
  readonly name: string;
  /** The version that is wanted. */
  readonly major: number;
  /** What needs it, such as `argon2Hasher()`. */
  readonly neededBy: string;
}

/** Code `configuration`, with what to install. */
export function peerError(
  { name, major, neededBy }: Peer,
  problem: string,
  cause?: unknown,
): CountersignError {
  const remedy = `Install it: npm install ${name}@${major}`;
  const error = misconfigured(neededBy, `the package ${name} ${problem}`, remedy);
  if (cause !== undefined) error.cause = cause;
  return error;
}
