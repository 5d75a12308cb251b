// One connection to one master, and what the keys that it tells of mean.

import type { RedisLink, RedisMaster } from './driver.js';
import type { Keys } from './keys.js';

export interface ListeningEvents {
  /** `all`: any session may have changed or ended; there are no ids. */
  readonly told: (what: 'ended' | 'changed' | 'all', ids: readonly string[]) => void;
  readonly closed: () => void;
}

export class ListeningLink implements Pick<RedisLink, 'send'> {
  readonly #link: RedisLink;
  readonly #keys: Keys;
  readonly #events: ListeningEvents;

  constructor(master: RedisMaster, keys: Keys, events: ListeningEvents) {
    this.#keys = keys;
    this.#events = events;
    this.#link = master.link({
      told: (told) => this.#told(told),
      closed: events.closed,
    });
  }

  open(): Promise<void> {
    return this.#link.open(Object.values(this.#keys.told));
  }

  /** Answered over this very connection, after all that was told before. */
  isMaster(): Promise<boolean> {
    return this.#link.ping();
  }

  send(args: readonly string[]): Promise<unknown> {
    return this.#link.send(args);
  }

  close(): void {
    this.#link.close();
  }

  #told(told: readonly string[] | null): void {
    const { ended, changed } = this.#keys.told;
    const idsUnder = (prefix: string): readonly string[] =>
      (told ?? [])
        .filter((key) => key.startsWith(prefix))
        .map((key) => key.slice(key.indexOf('}') + 1));
    const [endedIds, changedIds] = [idsUnder(ended), idsUnder(changed)];
    if (endedIds.length > 0) this.#events.told('ended', endedIds);
    if (changedIds.length > 0) this.#events.told('changed', changedIds);
    // A base, or a flush: whatever is not about one session is about all.
    if (told === null || endedIds.length + changedIds.length < told.length) {
      this.#events.told('all', []);
    }
  }
}
