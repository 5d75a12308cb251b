// parseCookies: every cookie of a request. It refuses nothing, decodes nothing, and keeps duplicates,
// since whoever sent the header is not the one who is asking. RFC 6265bis §4.2 and §5.6.

import { type Pairs, splitPairs } from './pairs.js';
import { type CookieSource, readCookieHeader } from './source.js';

/** Above this many cookies a look-up goes through an index, which costs more to build than a few short walks. */
const INDEX_ABOVE = 32;

/** The cookies of one request, in the order of the header. Immutable. Names are case-sensitive. */
export class Cookies implements Iterable<readonly [name: string, value: string]> {
  readonly #names: readonly string[];
  readonly #values: readonly string[];
  #index: ReadonlyMap<string, number> | undefined;

  /** Made by `parseCookies`. */
  constructor(pairs: Pairs) {
    this.#names = pairs.names;
    this.#values = pairs.values;
  }

  /** How many cookies came, duplicates counted. */
  get size(): number {
    return this.#names.length;
  }

  /**
   * The value as it was sent, quotes and percent signs included, or `undefined`. Of several cookies with
   * this name the first: use `getAll` where it matters who set it.
   */
  get(name: string): string | undefined {
    if (this.#names.length > INDEX_ABOVE) {
      const position = this.#firstPositions().get(name);
      return position === undefined ? undefined : this.#values[position];
    }
    const position = this.#names.indexOf(name);
    return position === -1 ? undefined : this.#values[position];
  }

  /** Every value of this name, in the order of the header, which says nothing about who set it. */
  getAll(name: string): readonly string[] {
    return this.#values.filter((_, position) => this.#names[position] === name);
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /** The names that came, each once, in the order of the header. */
  names(): readonly string[] {
    return [...new Set(this.#names)];
  }

  /** Pairs of name and value, duplicates included. */
  [Symbol.iterator](): IterableIterator<readonly [name: string, value: string]> {
    return new PairIterator(this.#names, this.#values);
  }

  #firstPositions(): ReadonlyMap<string, number> {
    if (this.#index !== undefined) return this.#index;
    const index = new Map<string, number>();
    for (const [position, name] of this.#names.entries()) {
      if (!index.has(name)) index.set(name, position);
    }
    this.#index = index;
    return index;
  }
}

/** Written out because a generator costs more than parsing the one cookie of a small header. */
class PairIterator implements IterableIterator<readonly [name: string, value: string]> {
  readonly #names: readonly string[];
  readonly #values: readonly string[];
  #position = 0;

  constructor(names: readonly string[], values: readonly string[]) {
    this.#names = names;
    this.#values = values;
  }

  next(): IteratorResult<readonly [name: string, value: string], undefined> {
    const name = this.#names[this.#position];
    const value = this.#values[this.#position];
    if (name === undefined || value === undefined) return { done: true, value: undefined };
    this.#position += 1;
    return { done: false, value: [name, value] };
  }

  [Symbol.iterator](): this {
    return this;
  }
}

const NONE = new Cookies({ names: [], values: [] });

/**
 * Parses the cookies of a request. Never throws: pieces without a name are passed over, everything else
 * is kept as it came. Of a header over 65,536 characters or 1,024 pieces the rest is not read.
 * @param source a Web `Request` or `Headers`, a node request or its headers, a Cookie header, an array of
 *   them, or `undefined`
 */
export function parseCookies(source: CookieSource): Cookies {
  const header = readCookieHeader(source);
  return header === undefined ? NONE : new Cookies(splitPairs(header));
}
