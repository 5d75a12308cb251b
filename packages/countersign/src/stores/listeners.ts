// Who wants to hear of changes in a store. Passes on what it is told, at once and in order.

import type { SessionId } from '../session/record.js';
import type { StoreListener } from '../session/store.js';

export class StoreListeners implements StoreListener {
  readonly #listeners = new Set<StoreListener>();

  get size(): number {
    return this.#listeners.size;
  }

  /** Adds a listener; the function returned takes this one registration away again. */
  add(listener: StoreListener): () => void {
    // A wrapper of its own, so that a listener added twice is also taken away twice.
    const entry: StoreListener = {
      ended: (ids) => listener.ended(ids),
      everything: () => listener.everything(),
    };
    this.#listeners.add(entry);
    return () => void this.#listeners.delete(entry);
  }

  ended(ids: readonly SessionId[]): void {
    if (ids.length === 0) return;
    for (const listener of this.#listeners) listener.ended(ids);
  }

  everything(): void {
    for (const listener of this.#listeners) listener.everything();
  }

  clear(): void {
    this.#listeners.clear();
  }
}
