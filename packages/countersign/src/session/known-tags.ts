// Tags that were found valid, remembered by the hash of the whole token: the keyed hash of a tag costs
// more than everything else in a check without a near-cache. Remembers no token, and no tag that is wrong.

import { hasValidTag, type TokenMint } from './token.js';

/** How many are remembered at least; twice as many at most, in some two megabytes. */
const LEAST_KNOWN = 10_000;

export class KnownTags {
  readonly #mint: TokenMint;
  /** Of two generations the older one is dropped as a whole when the younger one is full. */
  #young = new Set<string>();
  #old = new Set<string>();

  constructor(mint: TokenMint) {
    this.#mint = mint;
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /**
   * Whether the token was made here, by any key in the ring. Says nothing about being current.
   * @param hash that of this very token (`hashToken`)
   */
  isValid(token: string, hash: string): boolean {
    if (this.#young.has(hash)) return true;
    if (!this.#old.has(hash) && !hasValidTag(this.#mint, token)) return false;
    if (this.#young.size >= LEAST_KNOWN) {
      this.#old = this.#young;
      this.#young = new Set();
    }
    this.#young.add(hash);
    return true;
  }
}
