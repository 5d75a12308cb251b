// Looks once, soon after the start, whether the server would drop sessions when its memory is full, and
// says what to set. Changes nothing and judges nothing else.

import type { Cancel, Clock } from '../../clock.js';
import { isForbidden, type RedisDriver } from './driver.js';
import { textOf } from './replies.js';

/** The client may still be connecting. */
const FIRST_LOOK_MS = 1_000;
const NEXT_LOOK_MS = 60_000;

export class EvictionCheck {
  readonly #driver: RedisDriver;
  readonly #clock: Clock;
  readonly #warn: (text: string) => void;
  #timer: Cancel | undefined;
  #isStopped = false;

  constructor(driver: RedisDriver, clock: Clock, warn: (text: string) => void) {
    this.#driver = driver;
    this.#clock = clock;
    this.#warn = warn;
  }

  start(delayMs: number = FIRST_LOOK_MS): void {
    this.#timer = this.#clock.after(delayMs, () => void this.#look());
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.();
  }

  async #look(): Promise<void> {
    try {
      const masters = await this.#driver.masters();
      const infos = await Promise.all(masters.map((master) => master.send(['INFO', 'memory'])));
      const policy = infos
        .map((info) => policyIn(textOf(info)))
        .find((found) => found !== undefined);
      if (policy !== undefined && !this.#isStopped) this.#warn(describe(policy));
    } catch (error) {
      // One that may not ask (ACL) cannot change the answer either. Others ask again when connected.
      if (!this.#isStopped && !isForbidden(error)) this.start(NEXT_LOOK_MS);
    }
  }
}

/** The policy, where it can drop keys and there is a limit at which it would. */
function policyIn(info: string): string | undefined {
  const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1];
  const limit = Number(/^maxmemory:(\d+)/m.exec(info)?.[1] ?? 0);
  return policy === undefined || policy === 'noeviction' || limit === 0 ? undefined : policy;
}

function describe(policy: string): string {
  return (
    `The Redis server has maxmemory-policy ${policy}: when its memory is full it drops keys. People are ` +
    'signed out then, and a dropped index hides their sessions from lists and from ending them all. ' +
    'Set maxmemory-policy noeviction, and give caches a server of their own.'
  );
}
