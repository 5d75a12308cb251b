// The names of Redis keys. `{home}` is a hash tag: what belongs to one home is in one slot of a Cluster,
// so that one script changes it in one step.
//
//   <prefix>s:{home}<id>     a session's record
//   <prefix>u:{home}<user>   the ids of a user's sessions, in order of their limit
//   <prefix>e:{home}<user>   a user's changed epoch; expires
//   <prefix>b:{home}         the base of the home: a record under another base has ended
//   <prefix>a:{home}<id>     written and deleted at once, to announce an ending
//   <prefix>c:{home}<id>     the same for a change
//   <prefix>w                whose turn it is to sweep

import { misconfigured } from '../../errors.js';
import type { SessionId } from '../../session/record.js';
import { homeOf } from '../../session/token.js';
import { encodeText } from './field-text.js';

export const HOMES = 1024;

const PREFIX = /^[\x21-\x7a]{1,64}$/;

const SIX_BITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** The value of each base64url character by its code; 0 for all others. */
const VALUES = Uint8Array.from({ length: 128 }, (_, code) =>
  Math.max(SIX_BITS.indexOf(String.fromCharCode(code)), 0),
);

/** The home in an id's first ten bits. Any text has one. */
export function homeIn(id: SessionId): number {
  const first = VALUES[id.charCodeAt(0)] ?? 0;
  return (first << 4) | ((VALUES[id.charCodeAt(1)] ?? 0) >> 2);
}

/** What the keys of one home begin with. */
export interface HomeKeys {
  readonly record: string;
  readonly index: string;
  readonly epoch: string;
  /** A whole key. */
  readonly base: string;
  readonly ended: string;
  readonly changed: string;
}

export class Keys {
  readonly prefix: string;
  /** Whose turn it is to sweep. */
  readonly turn: string;
  /** What keys begin with that listening connections are told of, by meaning. */
  readonly told: { readonly ended: string; readonly changed: string; readonly base: string };
  readonly #homes: (HomeKeys | undefined)[] = [];

  /** @throws CountersignError `configuration` for a prefix that keys cannot have */
  constructor(prefix: string) {
    if (typeof prefix !== 'string' || !PREFIX.test(prefix) || /[*?[\]\\]/.test(prefix)) {
      throw misconfigured(
        'prefix',
        'is not a name that keys can begin with',
        "Use 1 to 64 visible ASCII characters without braces, brackets, `*`, `?` and `\\`, such as 'shop:'",
      );
    }
    this.prefix = prefix;
    this.turn = `${prefix}w`;
    this.told = { ended: `${prefix}a:`, changed: `${prefix}c:`, base: `${prefix}b:` };
  }

  ofHome(home: number): HomeKeys {
    return (this.#homes[home] ??= this.#make(home));
  }

  ofSession(id: SessionId): HomeKeys {
    return this.ofHome(homeIn(id));
  }

  ofUser(userId: string): HomeKeys & { readonly userIndex: string; readonly userEpoch: string } {
    const keys = this.ofHome(homeOf(userId));
    const user = encodeText(userId);
    return { ...keys, userIndex: keys.index + user, userEpoch: keys.epoch + user };
  }

  #make(home: number): HomeKeys {
    const key = (kind: string): string => `${this.prefix}${kind}:{${home}}`;
    return {
      record: key('s'),
      index: key('u'),
      epoch: key('e'),
      base: key('b'),
      ended: key('a'),
      changed: key('c'),
    };
  }
}
