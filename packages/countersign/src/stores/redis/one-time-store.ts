// One-time records in Redis or Valkey, shared by any number of processes and machines. A record and the
// index of its subject can be in two slots of a Cluster, so a change of both is several steps, in an
// order in which whatever is cut off in between leaves no earlier record in force without an entry.

import type { OneTimeRecord, OneTimeStore } from '../../accounts/one-time-store.js';
import type { Clock } from '../../clock.js';
import { assertOptionNames, CountersignError } from '../../errors.js';
import { clockFrom } from '../../clock-option.js';
import { connectDriver } from './connect-driver.js';
import type { RedisDriver } from './driver.js';
import { encodeText } from './field-text.js';
import { OneTimeKeys } from './one-time-keys.js';
import { decodeOneTime, encodeOneTime, entryOf, hashIn, isOfKind } from './one-time-text.js';
import { textOf, textsOf } from './replies.js';
import { ScriptRunner } from './script-runner.js';
import { enterOneTime, takeOneTime } from './scripts/one-time.js';
import type { RedisStoreOptions } from './session-store.js';

/**
 * The server keeps what has expired for so long, as its clock only clears up: a record ends by the time
 * that its caller says.
 */
const GRACE_MS = 60_000;

/**
 * Makes a store of one-time records on a Redis or Valkey server, or a Cluster of them. Nothing is sent
 * yet: the client may be connected later.
 * @throws CountersignError `configuration` for what is no client, has a prefix of its own, or for a
 *   prefix that keys cannot have
 */
export function redisOneTimeStore(options: RedisStoreOptions): RedisOneTimeStore {
  return new RedisOneTimeStore(options);
}

/** Called from JavaScript without options, it is the client that is missing. */
function given(options: RedisStoreOptions | undefined): Partial<RedisStoreOptions> {
  return options ?? {};
}

/** The store that `redisOneTimeStore` makes. Its verbs reject as the client does. */
export class RedisOneTimeStore implements OneTimeStore {
  readonly #driver: RedisDriver;
  readonly #keys: OneTimeKeys;
  readonly #clock: Clock;
  readonly #scripts: ScriptRunner;
  #isClosed = false;

  constructor(options: RedisStoreOptions) {
    assertOptionNames('', options, ['client', 'prefix', 'clock']);
    const { client, prefix = 'countersign:', clock } = given(options);
    this.#driver = connectDriver(client);
    this.#clock = clockFrom(clock);
    this.#keys = new OneTimeKeys(prefix);
    this.#scripts = new ScriptRunner(this.#driver);
  }

  /** The record first, then its entry: who replaces it must not look for it before it is there. */
  async put(record: OneTimeRecord, options: { readonly replaces?: true } = {}): Promise<void> {
    this.#checkOpen();
    const { hash, kind, subject, expiresAt } = record;
    const key = this.#keys.record(hash);
    const until = String(expiresAt + GRACE_MS);
    await this.#driver.send(key, ['SET', key, encodeOneTime(record), 'PXAT', until]);
    if (subject === null) return;
    const index = this.#keys.index(subject);
    const forgotten = this.#clock.now() - GRACE_MS;
    const args = [entryOf(hash, kind), expiresAt, forgotten, GRACE_MS].map(String);
    const others = textsOf(await this.#scripts.run(enterOneTime, [index], args));
    if (options.replaces !== true) return;
    await this.#remove(
      index,
      others.filter((entry) => isOfKind(entry, kind)),
    );
  }

  async read(kind: string, hash: string, now: number): Promise<OneTimeRecord | null> {
    this.#checkOpen();
    const key = this.#keys.record(hash);
    const reply = await this.#driver.send(key, ['GET', key]);
    if (reply === null) return null;
    const record = decodeOneTime(hash, textOf(reply));
    return record.kind === kind && record.expiresAt > now ? record : null;
  }

  /** Leaves its entry behind, which is forgotten with its time. */
  async take(kind: string, hash: string, now: number): Promise<OneTimeRecord | null> {
    this.#checkOpen();
    const key = this.#keys.record(hash);
    const reply = await this.#scripts.run(takeOneTime, [key], [encodeText(kind), String(now)]);
    return reply === null ? null : decodeOneTime(hash, textOf(reply));
  }

  async removeAbout(subject: string, { kind }: { readonly kind?: string } = {}): Promise<void> {
    this.#checkOpen();
    const index = this.#keys.index(subject);
    const entries = textsOf(await this.#driver.send(index, ['ZRANGE', index, '0', '-1']));
    await this.#remove(
      index,
      kind === undefined ? entries : entries.filter((entry) => isOfKind(entry, kind)),
    );
  }

  /** Nothing to do: the server drops what has expired. */
  async sweep(): Promise<number> {
    this.#checkOpen();
    return 0;
  }

  close(): void {
    this.#isClosed = true;
  }

  /** The records first: while one of them is there, its entry has to be. */
  async #remove(index: string, entries: readonly string[]): Promise<void> {
    if (entries.length === 0) return;
    await Promise.all(
      entries.map((entry) => {
        const key = this.#keys.record(hashIn(entry));
        return this.#driver.send(key, ['DEL', key]);
      }),
    );
    await this.#driver.send(index, ['ZREM', index, ...entries]);
  }

  #checkOpen(): void {
    if (!this.#isClosed) return;
    throw new CountersignError('store-unavailable', 'The Redis store was closed.');
  }
}
