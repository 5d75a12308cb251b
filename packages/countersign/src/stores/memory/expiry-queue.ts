// Ids in order of expiry: a binary heap. An entry is not taken out when its session ends early; its
// owner says which entries are still meant, and drops the rest by `compact` when they pile up.

import type { SessionId } from '../../session/record.js';

interface Entry {
  readonly id: SessionId;
  readonly at: number;
}

export class ExpiryQueue {
  #heap: Entry[] = [];

  get size(): number {
    return this.#heap.length;
  }

  push(id: SessionId, at: number): void {
    const heap = this.#heap;
    let position = heap.length;
    while (position > 0) {
      const above = (position - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || parent.at <= at) break;
      heap[position] = parent;
      position = above;
    }
    heap[position] = { id, at };
  }

  /** Takes out the entry with the earliest expiry, if that is at or before `now`. */
  takeDue(now: number): Entry | undefined {
    const first = this.#heap[0];
    if (first === undefined || first.at > now) return undefined;
    const last = this.#heap.pop();
    if (last !== undefined && last !== first) this.#sink(last);
    return first;
  }

  /** Drops every entry that `isMeant` denies. */
  compact(isMeant: (id: SessionId, at: number) => boolean): void {
    // A sorted array is a heap.
    this.#heap = this.#heap.filter(({ id, at }) => isMeant(id, at)).toSorted((a, b) => a.at - b.at);
  }

  clear(): void {
    this.#heap = [];
  }

  /** Puts `entry` in the place of the first one, and lower down until all below it are later. */
  #sink(entry: Entry): void {
    const heap = this.#heap;
    let position = 0;
    for (;;) {
      let below = 2 * position + 1;
      let child = heap[below];
      if (child === undefined) break;
      const right = heap[below + 1];
      if (right !== undefined && right.at < child.at) {
        below += 1;
        child = right;
      }
      if (child.at >= entry.at) break;
      heap[position] = child;
      position = below;
    }
    heap[position] = entry;
  }
}
