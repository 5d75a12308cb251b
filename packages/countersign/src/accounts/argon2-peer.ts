// The shape of the package `@node-rs/argon2`, an optional peer, and the error when it is not there.

import { peerError, type Peer } from './peer-error.js';

const ARGON2_PEER = '@node-rs/argon2';
const PEER: Peer = { name: ARGON2_PEER, major: 2, neededBy: 'argon2Hasher()' };

/** The numbers by which the package names argon2id and version 1.3. */
export const ARGON2ID = 2;
export const VERSION_1_3 = 1;

/** What is used of the package. */
export interface Argon2Module {
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
 * Loads the package by `load`, which throws when there is none.
 * @throws CountersignError `configuration`, with what to install
 */
export function requireArgon2(load: (name: string) => unknown): Argon2Module {
  let loaded: unknown;
  try {
    loaded = load(ARGON2_PEER);
  } catch (cause) {
    throw peerError(PEER, 'cannot be loaded', cause);
  }
  if (!isArgon2Module(loaded)) throw peerError(PEER, 'has no hashRaw function');
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
