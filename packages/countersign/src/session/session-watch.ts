// Abort signals for handlers that outlive their request's check (server-sent events, WebSockets):
// each aborts when its session ends, by whatever cause. Costs nothing until a signal is asked for.

import { setMaxListeners } from 'node:events';

import type { Cancel, Clock } from '../clock.js';
import type { Policy } from './policy.js';
import type { SessionId } from './record.js';
import type { SessionStore } from './store.js';
import type { TouchQueue } from './touch-queue.js';
import { endedByTime, endsAt } from './verdict.js';

/** Sessions that are read at the same time when any of them may have ended: a store that comes back is busy. */
const LOOKS_AT_ONCE = 32;

interface Watched {
  readonly controller: AbortController;
  timer: Cancel | undefined;
}

export class SessionWatch {
  readonly #store: SessionStore;
  readonly #touches: TouchQueue;
  readonly #policy: Policy;
  readonly #clock: Clock;
  readonly #watched = new Map<SessionId, Watched>();
  #unsubscribe: (() => void) | undefined;
  #isLookingAtAll = false;
  #isAlarmed = false;

  constructor(
    store: SessionStore,
    touches: TouchQueue,
    { policy, clock }: { readonly policy: Policy; readonly clock: Clock },
  ) {
    this.#store = store;
    this.#touches = touches;
    this.#policy = policy;
    this.#clock = clock;
  }

  /** The signal of a session that was live a moment ago. The same one for the same session. */
  signal(id: SessionId): AbortSignal {
    const known = this.#watched.get(id);
    if (known !== undefined) return known.controller.signal;
    this.#unsubscribe ??= this.#store.subscribe?.({
      ended: (ids) => this.ended(ids),
      everything: () => void this.#lookAtAll(),
    });
    const watched: Watched = { controller: new AbortController(), timer: undefined };
    // Every stream of one session waits on it: many listeners are no leak.
    setMaxListeners(0, watched.controller.signal);
    this.#watched.set(id, watched);
    void this.#look(id);
    return watched.controller.signal;
  }

  /** Aborts the signals of sessions that have ended. */
  ended(ids: readonly SessionId[]): void {
    if (this.#watched.size === 0) return;
    for (const id of ids) {
      const watched = this.#watched.get(id);
      if (watched === undefined) continue;
      this.#watched.delete(id);
      watched.timer?.();
      watched.controller.abort(new DOMException('The session has ended', 'AbortError'));
    }
  }

  /** Aborts every signal. */
  everyoneEnded(): void {
    this.ended([...this.#watched.keys()]);
  }

  /** Stops watching, without aborting. */
  close(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    for (const watched of this.#watched.values()) watched.timer?.();
    this.#watched.clear();
  }

  /** Looks at every session, some at a time, and once more if another alarm came meanwhile. */
  async #lookAtAll(): Promise<void> {
    this.#isAlarmed = true;
    if (this.#isLookingAtAll) return;
    this.#isLookingAtAll = true;
    while (this.#isAlarmed) {
      this.#isAlarmed = false;
      const ids = [...this.#watched.keys()];
      for (let start = 0; start < ids.length; start += LOOKS_AT_ONCE) {
        await Promise.all(ids.slice(start, start + LOOKS_AT_ONCE).map((id) => this.#look(id)));
      }
    }
    this.#isLookingAtAll = false;
  }

  /** Reads the record again: ended now, or the time of the next look. A failing store means looking later. */
  async #look(id: SessionId): Promise<void> {
    const watched = this.#watched.get(id);
    if (watched === undefined) return;
    let next = this.#policy.touch;
    try {
      const record = await this.#store.read(id, { fresh: true });
      const now = this.#clock.now();
      const isOver = record !== null && endedByTime(record, this.#policy, now) !== undefined;
      if (record === null || (isOver && !this.#touches.isWaiting(id))) {
        this.ended([id]);
        return;
      }
      // It was seen a moment ago, and the record does not say so yet: looked at again at once.
      if (isOver) await this.#touches.flush();
      next = endsAt(record, this.#policy) - now;
    } catch {
      // The store is down: not a reason to end anything. The next look decides.
    }
    if (this.#watched.get(id) !== watched) return;
    watched.timer?.();
    watched.timer = this.#clock.after(next, () => void this.#look(id));
  }
}
