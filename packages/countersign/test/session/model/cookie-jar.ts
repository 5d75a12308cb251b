// A browser's cookies for one host: the last Set-Cookie received for a name wins, whatever it
// answers. Max-Age and deletion are honoured; a cookie without Max-Age goes when the browser quits.

import type { CookieChange } from '../../../src/session/outgoing-cookies.js';

interface Kept {
  readonly value: string;
  /** Epoch milliseconds; `undefined` for a cookie that goes with the browser. */
  readonly expiresAt: number | undefined;
}

export class CookieJar {
  readonly #cookies: Map<string, Kept>;

  constructor(cookies: Iterable<readonly [string, Kept]> = []) {
    this.#cookies = new Map(cookies);
  }

  /** Takes in what one response carried. */
  receive(changes: readonly CookieChange[], now: number): void {
    for (const { name, value, maxAge } of changes) {
      if (value === null || (maxAge !== undefined && maxAge <= 0)) this.#cookies.delete(name);
      else {
        const expiresAt = maxAge === undefined ? undefined : now + maxAge * 1000;
        this.#cookies.set(name, { value, expiresAt });
      }
    }
  }

  value(name: string, now: number): string | undefined {
    const cookie = this.#cookies.get(name);
    if (cookie?.expiresAt !== undefined && cookie.expiresAt <= now) this.#cookies.delete(name);
    return this.#cookies.get(name)?.value;
  }

  /** Forgets what does not outlive the browser. */
  quit(): void {
    for (const [name, { expiresAt }] of this.#cookies) {
      if (expiresAt === undefined) this.#cookies.delete(name);
    }
  }

  copy(): CookieJar {
    return new CookieJar(this.#cookies);
  }
}
