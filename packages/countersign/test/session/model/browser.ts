// A browser with its cookies, and whoever sits behind it: an owner, or a thief with a copied jar.

import type { Attempt } from './attempt.js';
import { CookieJar } from './cookie-jar.js';

export const COOKIE = '__Host-id';
export const ANONYMOUS_COOKIE = '__Host-pre';

/**
 * `owner`: honest. `polling thief`: keeps the copied jar up to date from its own responses.
 * `shadowing thief`: presents what was copied, and takes in nothing.
 */
export type Holder = 'owner' | 'polling thief' | 'shadowing thief';

export class Browser {
  readonly name: string;
  readonly holder: Holder;
  jar: CookieJar;
  /** The session that this browser was last given, and has not signed out of. */
  expects: string | undefined;
  /** The last page that came said that nobody is signed in. */
  isAskedToSignIn = false;
  /** A sign-in whose first step was taken. */
  attempt: Attempt | undefined;

  constructor(name: string, holder: Holder, jar = new CookieJar()) {
    this.name = name;
    this.holder = holder;
    this.jar = jar;
  }

  get isHonest(): boolean {
    return this.holder === 'owner';
  }

  /** A thief with a copy of this browser's cookies as they are now. */
  stolenBy(holder: Exclude<Holder, 'owner'>): Browser {
    return new Browser(`${holder} of ${this.name}`, holder, this.jar.copy());
  }

  /** Closes the browser: cookies without Max-Age are gone. */
  quit(now: number): void {
    this.jar.quit();
    if (this.jar.value(COOKIE, now) === undefined) this.expects = undefined;
  }
}
