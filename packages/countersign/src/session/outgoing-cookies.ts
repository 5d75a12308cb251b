// The cookies a response has to carry, as values: at most one change for each name (D7). Whoever
// sends the response writes them as Set-Cookie fields.

import type { SessionRecord } from './record.js';

export interface CookieChange {
  readonly name: string;
  /** The token, or `null` to delete the cookie. */
  readonly value: string | null;
  /** Seconds; `undefined` for a cookie that goes with the browser. */
  readonly maxAge: number | undefined;
}

export class OutgoingCookies {
  readonly #changes = new Map<string, CookieChange>();

  get isEmpty(): boolean {
    return this.#changes.size === 0;
  }

  /** Sends a token. Only a remembered session's cookie outlives the browser (A30). */
  send(name: string, token: string, record: SessionRecord, now: number): void {
    const left = Math.max(0, Math.floor((record.expiresAt - now) / 1000));
    const maxAge = record.remembered ? left : undefined;
    this.#changes.set(name, { name, value: token, maxAge });
  }

  /** Deletes a cookie. Only signing out does that: a late response would wipe a newer sign-in. */
  clear(name: string): void {
    this.#changes.set(name, { name, value: null, maxAge: undefined });
  }

  /** The changes so far; they are not given again. */
  take(): readonly CookieChange[] {
    const changes = [...this.#changes.values()];
    this.#changes.clear();
    return changes;
  }
}
