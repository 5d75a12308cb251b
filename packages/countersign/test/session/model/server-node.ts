// One server process: a session layer of its own over the shared store, with a clock that may be
// off. It can die with whatever it had not stored, or be replaced while its requests run out.

import type { Cancel, Clock } from '../../../src/clock.js';
import type { SessionListener } from '../../../src/session/events.js';
import type { createSessions, Sessions } from '../../../src/session/sessions.js';
import type { SessionStore } from '../../../src/session/store.js';
import { storeOfNode, type Gate } from './gate.js';
import type { ModelData } from './register.js';
import { POLICY } from './times.js';

export interface NodeOptions {
  readonly createSessions: typeof createSessions;
  readonly store: SessionStore;
  readonly gate: Gate;
  readonly remote: boolean;
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
    this.sessions = options.createSessions<ModelData>({
      store: storeOfNode(options.store, { gate: options.gate, remote: options.remote, isAlive }),
      keys: options.keys,
      policy: POLICY,
      on: options.on,
      clock: clockOfNode(options.clock, options.ahead, isAlive),
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
