// Throttle counters in PostgreSQL, beside the sessions or alone: for any number of processes and
// machines. One function call for each verb; counting is in layout-4.ts.

import type {
  Count,
  CountedFailure,
  Counter,
  ThrottleStore,
} from '../../accounts/throttle-store.js';
import { systemClock } from '../../clock.js';
import { assertOptionNames } from '../../errors.js';
import { PostgresConnection } from './connection.js';
import type { PostgresValue, Statement } from './driver.js';
import { assertClient, schemaOf, type PostgresStoreOptions } from './options.js';

export type PostgresThrottleStoreOptions = Pick<
  PostgresStoreOptions,
  'client' | 'schema' | 'prepare'
>;

/**
 * Makes a throttle store on PostgreSQL 13 or newer. Connects and sets up its schema at the first verb.
 * @throws CountersignError `configuration` for a client or an option that cannot be used
 */
export function postgresThrottleStore(
  options: PostgresThrottleStoreOptions,
): PostgresThrottleStore {
  return new PostgresThrottleStore(options);
}

/** The store that `postgresThrottleStore` makes. */
export class PostgresThrottleStore implements ThrottleStore {
  readonly #db: PostgresConnection;
  readonly #sql: ThrottleStatements;

  constructor(options: PostgresThrottleStoreOptions) {
    assertOptionNames('', options, ['client', 'schema', 'prepare']);
    const { client, prepare = true } = options;
    assertClient(client);
    const schema = schemaOf(options.schema);
    this.#db = new PostgresConnection(client, schema, { prepare, clock: systemClock });
    this.#sql = throttleStatements(schema);
  }

  async count(counters: readonly Counter[], now: number): Promise<Count> {
    const given = JSON.stringify(counters.map((counter) => partsOf(counter)));
    return countIn(await this.#call(this.#sql.count, [now, given]), counters);
  }

  async settle(
    counted: readonly CountedFailure[],
    outcome: 'succeeded' | 'withdrawn',
  ): Promise<void> {
    const given = counted.map((each) => [...partsOf(each), each.failures, each.at, each.before]);
    await this.#call(this.#sql.settle, [JSON.stringify(given), outcome]);
  }

  async forget(keys: readonly string[]): Promise<void> {
    await this.#call(this.#sql.forget, [JSON.stringify(keys)]);
  }

  async sweep(now: number, limit: number): Promise<number> {
    return Number(await this.#call(this.#sql.sweep, [now, limit]));
  }

  close(): void {
    this.#db.close();
  }

  #call(statement: Statement, values: PostgresValue[]): Promise<unknown> {
    return this.#db.change(statement, values);
  }
}

interface ThrottleStatements {
  /** now, counters → what was counted, or the refusal */
  readonly count: Statement;
  /** counted, outcome */
  readonly settle: Statement;
  /** keys */
  readonly forget: Statement;
  /** now, limit → how many */
  readonly sweep: Statement;
}

/** @param schema a name that needs no quotes */
function throttleStatements(schema: string): ThrottleStatements {
  const call = (name: string, parameters: string): Statement => ({
    name: `${schema}_${name}`,
    text: `SELECT ${schema}.${name}(${parameters})`,
  });
  return {
    count: call('count_failures', '$1, $2'),
    settle: call('settle_failures', '$1, $2'),
    forget: call('forget_failures', '$1'),
    sweep: call('sweep_failures', '$1, $2'),
  };
}

/** A counter as the functions take it. Five places, so that what was counted begins at the sixth. */
function partsOf({ key, rule }: Counter): readonly (string | number)[] {
  return rule.kind === 'window'
    ? [key, rule.kind, rule.limit, rule.windowMs, 0]
    : [key, rule.kind, rule.free, rule.longestWaitMs, rule.keepFrom];
}

function countIn(answer: unknown, counters: readonly Counter[]): Count {
  const [word, ...texts] = typeof answer === 'string' ? answer.split(' ') : [];
  const numbers = texts.map(Number);
  if (!numbers.every((number) => Number.isSafeInteger(number))) throw unexpected();
  if (word === 'refused') {
    const [by = 0, retryAfterMs = 0] = numbers;
    return { ok: false, by, retryAfterMs };
  }
  if (word !== 'counted' || numbers.length !== 3 * counters.length) throw unexpected();
  const counted = counters.map(({ key, rule }, index) => {
    const [failures = 0, at = 0, before = 0] = numbers.slice(3 * index);
    return { key, rule, failures, at, before };
  });
  return { ok: true, counted };
}

/** Fails closed: without an answer that is understood, nothing was counted. */
function unexpected(): TypeError {
  return new TypeError('PostgreSQL answered something that postgresThrottleStore does not expect');
}
