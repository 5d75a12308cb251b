// Who wants to hear of changes in a store. Passes on what it is told, at once and in order.

import type { SessionId } from '../session/record.js';
import type { StoreListener } from '../session/store.js';

export class StoreListeners implements Required<StoreListener> {
  readonly #listeners = new Set<StoreListener>();

  get size(): number {
    return this.#listeners.size;
  }

  /** Adds a listener; the function returned takes this one registration away again. */
  add(listener: StoreListener): () => void {
    // A wrapper of its own, so that a listener added twice is also taken away twice.
    const entry: StoreListener = {
      ended: (ids) => listener.ended(ids),
      changed: (ids) => listener.changed?.(ids),
      everything: () => listener.everything(),
      heard: (at) => listener.heard?.(at),
      lost: () => listener.lost?.(),
    };
    this.#listeners.add(entry);
    return () => void this.#listeners.delete(entry);
  }

  ended(ids: readonly SessionId[]): void {
    if (ids.length === 0) return;
    for (const listener of this.#listeners) listener.ended(ids);
  }

  changed(ids: readonly SessionId[]): void {
    if (ids.length === 0) return;
    for (const listener of this.#listeners) listener.changed?.(ids);
  }

  everything(): void {
    for (const listener of this.#listeners) listener.everything();
  }

  heard(at: number): void {
    for (const listener of this.#listeners) listener.heard?.(at);
  }

  lost(): void {
    for (const listener of this.#listeners) listener.lost?.();
  }

  clear(): void {
    this.#listeners.clear();
  }
}
