// What two stores tell, as one store would tell it: what is heard is what both have told by now, and
// it is lost while one of them is.

import type { SessionStore, StoreListener, SubscribeOptions } from '../../session/store.js';
import type { Side, Sides } from './joined-epoch.js';

/** Subscribes to both stores; the function returned stops both. */
export function subscribeToBoth(
  stores: Sides<SessionStore>,
  listener: StoreListener,
  options?: SubscribeOptions,
): () => void {
  const told = new JoinedTelling(listener);
  const subscribe = (side: Side): (() => void) =>
    stores[side].subscribe?.(told.listenerOf(side), options) ?? (() => undefined);
  const stopFrom = subscribe('from');
  try {
    const stopTo = subscribe('to');
    return () => {
      stopFrom();
      stopTo();
    };
  } catch (error) {
    stopFrom();
    throw error;
  }
}

class JoinedTelling {
  readonly #listener: StoreListener;
  /** Until when each store has told everything; absent before it has begun and while it is lost. */
  readonly #heard = new Map<Side, number>();
  #isLost = false;

  constructor(listener: StoreListener) {
    this.#listener = listener;
  }

  listenerOf(side: Side): StoreListener {
    const listener = this.#listener;
    return {
      ended: (ids) => listener.ended(ids),
      changed: (ids) => listener.changed?.(ids),
      everything: () => listener.everything(),
      heard: (at) => this.#hear(side, at),
      lost: () => this.#lose(side),
    };
  }

  #hear(side: Side, at: number): void {
    this.#heard.set(side, at);
    const from = this.#heard.get('from');
    const to = this.#heard.get('to');
    if (from === undefined || to === undefined) return;
    this.#isLost = false;
    this.#listener.heard?.(Math.min(from, to));
  }

  #lose(side: Side): void {
    this.#heard.delete(side);
    if (this.#isLost) return;
    this.#isLost = true;
    this.#listener.lost?.();
  }
}
