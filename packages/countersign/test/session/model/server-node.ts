// One server process: a session layer of its own over the shared store, with a clock that may be
// off. It can die with whatever it had not stored, or be replaced while its requests run out.

import type { Cancel, Clock } from '../../../src/clock.js';
import type { SessionListener } from '../../../src/session/events.js';
import type { createSessions, Sessions } from '../../../src/session/sessions.js';
import type { SessionStore } from '../../../src/session/store.js';
import { nearCache } from '../../../src/stores/near-cache/near-cache.js';
import { storeOfNode, type Gate } from './gate.js';
import type { ModelData } from './register.js';
import { POLICY } from './times.js';

export interface NodeOptions {
  readonly createSessions: typeof createSessions;
  readonly store: SessionStore;
  readonly gate: Gate;
  readonly remote: boolean;
  /** Whether the node has a near-cache in front of the store. */
  readonly cached: boolean;
  readonly clock: Clock;
  /** How far this node's clock is ahead, in milliseconds. */
  readonly ahead: number;
  readonly keys: readonly string[];
  readonly on: SessionListener;
}

export class ServerNode {
  readonly sessions: Sessions<ModelData>;
  #alive = true;

  constructor(options: NodeOptions) {
    const isAlive = (): boolean => this.#alive;
    const { gate, remote, cached } = options;
    const clock = clockOfNode(options.clock, options.ahead, isAlive);
    const store = storeOfNode(options.store, { gate, remote, answersRace: cached, isAlive });
    this.sessions = options.createSessions<ModelData>({
      store: cached ? nearCache(store, { clock }) : store,
      keys: options.keys,
      policy: POLICY,
      on: options.on,
      clock,
    });
  }

  get isAlive(): boolean {
    return this.#alive;
  }

  /** Stops at once: nothing of it runs any further. */
  die(): void {
    this.#alive = false;
  }
}

function clockOfNode(clock: Clock, ahead: number, isAlive: () => boolean): Clock {
  return {
    now: () => clock.now() + ahead,
    after: (delayMs, task): Cancel =>
      clock.after(delayMs, () => {
        if (isAlive()) task();
      }),
  };
}
