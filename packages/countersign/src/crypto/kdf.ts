// PBKDF2 (RFC 8018) and scrypt (RFC 7914) as Node has them, off the main thread: for passwords that other
// systems hashed. The one that new passwords are hashed by, argon2id, is a peer package's.

import { pbkdf2, scrypt } from 'node:crypto';

export type Pbkdf2Digest = 'sha1' | 'sha256' | 'sha512';

/** PBKDF2 with HMAC. Bound the iterations before: each takes a third of a microsecond to three, by digest and machine. */
export function derivePbkdf2(
  password: Uint8Array,
  salt: Uint8Array,
  {
    digest,
    iterations,
    bytes,
  }: { readonly digest: Pbkdf2Digest; readonly iterations: number; readonly bytes: number },
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    pbkdf2(password, salt, iterations, bytes, digest, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
}

export interface ScryptCost {
  /** CPU and memory cost, a power of two. */
  readonly n: number;
  /** Block size. */
  readonly r: number;
  /** Lanes, one after the other here. */
  readonly p: number;
}

/** Scrypt. It takes `scryptMemory(cost)` bytes: bound them before. */
export function deriveScrypt(
  password: Uint8Array,
  salt: Uint8Array,
  { cost, bytes }: { readonly cost: ScryptCost; readonly bytes: number },
): Promise<Uint8Array> {
  const { n, r, p } = cost;
  return new Promise((resolve, reject) => {
    const options = { N: n, r, p, maxmem: scryptMemory(cost) };
    scrypt(password, salt, bytes, options, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
}

/** Bytes that one run takes, some more than RFC 7914's 128·r·(N + p) to spare. */
export function scryptMemory({ n, r, p }: ScryptCost): number {
  return 128 * r * (n + p + 4);
}
