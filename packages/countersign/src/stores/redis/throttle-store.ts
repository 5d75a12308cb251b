// Throttle counters in Redis or Valkey, shared by any number of processes and machines. An attempt is one
// script over all its counters, so it counts on all or on none: in a Cluster that wants them in one slot.
// So all of them are in one. A master does far more of these than passwords can be hashed beside it.

import type {
  Count,
  CountedFailure,
  Counter,
  ThrottleStore,
} from '../../accounts/throttle-store.js';
import { assertOptionNames, CountersignError } from '../../errors.js';
import { connectDriver } from './connect-driver.js';
import type { RedisDriver } from './driver.js';
import { Keys } from './keys.js';
import { numberOf, textsOf, wordOf } from './replies.js';
import { ScriptRunner } from './script-runner.js';
import { countFailures, settleFailures } from './scripts/throttle.js';
import type { RedisStoreOptions } from './session-store.js';

export type RedisThrottleStoreOptions = Pick<RedisStoreOptions, 'client' | 'prefix'>;

/**
 * Makes a throttle store on a Redis or Valkey server, or a Cluster of them. Nothing is sent yet: the
 * client may be connected later.
 * @throws CountersignError `configuration` for what is no client, has a prefix of its own, or for a
 *   prefix that keys cannot have
 */
export function redisThrottleStore(options: RedisThrottleStoreOptions): RedisThrottleStore {
  return new RedisThrottleStore(options);
}

/** Called from JavaScript without options, it is the client that is missing. */
function given(options: RedisThrottleStoreOptions | undefined): Partial<RedisThrottleStoreOptions> {
  return options ?? {};
}

/** The store that `redisThrottleStore` makes. Its verbs reject as the client does. */
export class RedisThrottleStore implements ThrottleStore {
  readonly #driver: RedisDriver;
  readonly #scripts: ScriptRunner;
  /** The hash tag puts every counter into one slot. */
  readonly #start: string;
  #isClosed = false;

  constructor(options: RedisThrottleStoreOptions) {
    assertOptionNames('', options, ['client', 'prefix']);
    const { client, prefix = 'countersign:' } = given(options);
    this.#driver = connectDriver(client);
    this.#start = `${new Keys(prefix).prefix}f:{throttle}`;
    this.#scripts = new ScriptRunner(this.#driver);
  }

  async count(counters: readonly Counter[], now: number): Promise<Count> {
    this.#checkOpen();
    const args = [now, ...counters.flatMap((counter) => ruleArgs(counter))].map(String);
    const reply = await this.#scripts.run(countFailures, this.#keysOf(counters), args);
    return countIn(textsOf(reply), counters);
  }

  async settle(
    counted: readonly CountedFailure[],
    outcome: 'succeeded' | 'withdrawn',
  ): Promise<void> {
    this.#checkOpen();
    if (counted.length === 0) return;
    const args = counted.flatMap(({ rule, failures, at, before }) =>
      [rule.kind, failures, at, before].map(String),
    );
    await this.#scripts.run(settleFailures, this.#keysOf(counted), [outcome, ...args]);
  }

  async forget(keys: readonly string[]): Promise<void> {
    this.#checkOpen();
    const names = keys.map((key) => this.#start + key);
    const [first] = names;
    if (first !== undefined) await this.#driver.send(first, ['DEL', ...names]);
  }

  /** Nothing to do: the server drops what is over. */
  async sweep(): Promise<number> {
    this.#checkOpen();
    return 0;
  }

  close(): void {
    this.#isClosed = true;
  }

  #keysOf(counters: readonly Counter[]): readonly string[] {
    return counters.map(({ key }) => this.#start + key);
  }

  #checkOpen(): void {
    if (!this.#isClosed) return;
    throw new CountersignError('store-unavailable', 'The Redis store was closed.');
  }
}

/** Four of each counter, as the script takes them. */
function ruleArgs({ rule }: Counter): readonly (string | number)[] {
  return rule.kind === 'window'
    ? [rule.kind, rule.limit, rule.windowMs, 0]
    : [rule.kind, rule.free, rule.longestWaitMs, rule.keepFrom];
}

function countIn(reply: readonly string[], counters: readonly Counter[]): Count {
  const word = wordOf(reply[0], ['counted', 'refused']);
  const numbers = reply.slice(1).map((text) => numberOf(text));
  if (word === 'refused') {
    const [by = 0, retryAfterMs = 0] = numbers;
    return { ok: false, by, retryAfterMs };
  }
  const counted = counters.map(({ key, rule }, index) => {
    const [failures = 0, at = 0, before = 0] = numbers.slice(3 * index);
    return { key, rule, failures, at, before };
  });
  return { ok: true, counted };
}
