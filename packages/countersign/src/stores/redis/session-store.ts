// Sessions in Redis or Valkey, shared by any number of processes and machines. One round trip a verb;
// each verb is atomic within a home. Announces endings and changes to every node.

import type { Clock } from '../../clock.js';
import { assertOptionNames, CountersignError } from '../../errors.js';
import { clockFrom } from '../../clock-option.js';
import type { RenewalState, SessionId, SessionRecord } from '../../session/record.js';
import type {
  DataChange,
  Epoch,
  InsertGuard,
  InsertResult,
  SessionStore,
  StoreListener,
  SubscribeOptions,
  Touch,
} from '../../session/store.js';
import { StoreListeners } from '../listeners.js';
import { Announcements } from './announcements.js';
import { connectDriver, type RedisClient } from './connect-driver.js';
import { EvictionCheck } from './eviction-check.js';
import { Keys } from './keys.js';
import { SessionVerbs } from './session-verbs.js';
import { Sweeper } from './sweeper.js';

export interface RedisStoreOptions {
  /**
   * The application's client: of node-redis (`createClient`, `createCluster`, `createSentinel`) or of
   * ioredis (`Redis`, `Cluster`). It stays the application's, and open when the store is closed.
   */
  readonly client: RedisClient;
  /**
   * What all keys begin with. Default `countersign:`. Two applications on one server need two prefixes,
   * neither the beginning of the other.
   */
  readonly prefix?: string;
  /** Where time comes from. Default: the machine's clock. */
  readonly clock?: Clock;
}

/**
 * Makes a store on a Redis or Valkey server, or a Cluster of them. Nothing is sent yet: the client may be
 * connected later.
 * @throws CountersignError `configuration` for what is no client, has a prefix of its own, or for a
 *   prefix that keys cannot have
 */
export function redisStore(options: RedisStoreOptions): RedisStore {
  return new RedisStore(options);
}

/** Called from JavaScript without options, it is the client that is missing. */
function given(options: RedisStoreOptions | undefined): Partial<RedisStoreOptions> {
  return options ?? {};
}

/** The store that `redisStore` makes. Its verbs reject as the client does. */
export class RedisStore implements SessionStore {
  readonly remote = true;
  readonly #verbs: SessionVerbs;
  readonly #sweeper: Sweeper;
  readonly #evictionCheck: EvictionCheck;
  readonly #listeners = new StoreListeners();
  readonly #announcements: Announcements;
  /** What each listener asked for. */
  readonly #heartbeats = new Set<{ readonly every: number | undefined }>();
  #isClosed = false;

  constructor(options: RedisStoreOptions) {
    assertOptionNames('', options, ['client', 'prefix', 'clock']);
    const { client, prefix = 'countersign:', ...rest } = given(options);
    const driver = connectDriver(client);
    const clock = clockFrom(rest.clock);
    const keys = new Keys(prefix);
    this.#verbs = new SessionVerbs(driver, keys, clock);
    this.#sweeper = new Sweeper(driver, keys, clock);
    const warn = (text: string): void => {
      if (!this.#isClosed) process.emitWarning(text, 'CountersignWarning');
    };
    this.#announcements = new Announcements({ driver, keys, clock, tell: this.#listeners, warn });
    this.#evictionCheck = new EvictionCheck(driver, clock, warn);
    this.#sweeper.start();
    this.#evictionCheck.start();
  }

  /** Not an async function, which would cost another turn of the queue on the way of every request. */
  read(id: SessionId): Promise<SessionRecord | null> {
    this.#checkOpen();
    return this.#verbs.read(id);
  }

  async epoch(userId: string): Promise<Epoch> {
    this.#checkOpen();
    return this.#verbs.epoch(userId);
  }

  async insert(record: SessionRecord, guard: InsertGuard): Promise<InsertResult> {
    this.#checkOpen();
    const result = await this.#verbs.insert(record, guard);
    if (!result.ok) return result;
    this.#listeners.ended(result.ended);
    if (guard.replaces !== undefined) this.#listeners.changed([guard.replaces.id]);
    return result;
  }

  async patch(
    id: SessionId,
    change: DataChange,
    guard: { readonly ifRevision?: number },
  ): Promise<'ok' | 'missing' | 'conflict'> {
    this.#checkOpen();
    return this.#changed(id, await this.#verbs.patch(id, change, guard.ifRevision));
  }

  async renew(
    id: SessionId,
    from: RenewalState,
    to: RenewalState,
  ): Promise<'ok' | 'missing' | 'stale'> {
    this.#checkOpen();
    return this.#changed(id, await this.#verbs.renew(id, from, to));
  }

  async bind(
    id: SessionId,
    from: string | null,
    to: string | null,
  ): Promise<'ok' | 'missing' | 'stale'> {
    this.#checkOpen();
    return this.#changed(id, await this.#verbs.bind(id, from, to));
  }

  async touch(batch: readonly Touch[]): Promise<void> {
    this.#checkOpen();
    await this.#verbs.touch(batch);
  }

  async end(ids: readonly SessionId[]): Promise<readonly SessionId[]> {
    this.#checkOpen();
    return this.#ended(await this.#verbs.end(ids));
  }

  async endUser(
    userId: string,
    options: { readonly except?: SessionId },
  ): Promise<readonly SessionId[]> {
    this.#checkOpen();
    return this.#ended(await this.#verbs.endUser(userId, options.except));
  }

  async changeEpoch(userId: string): Promise<void> {
    this.#checkOpen();
    await this.#verbs.changeEpoch(userId);
  }

  async endEveryone(): Promise<void> {
    this.#checkOpen();
    await this.#verbs.endEveryone();
    this.#listeners.everything();
  }

  async list(userId: string): Promise<readonly SessionRecord[]> {
    this.#checkOpen();
    return this.#verbs.list(userId);
  }

  async sweep(limit: number): Promise<number> {
    this.#checkOpen();
    return this.#sweeper.sweep(limit);
  }

  subscribe(listener: StoreListener, options: SubscribeOptions = {}): () => void {
    this.#checkOpen();
    const entry = { every: options.heartbeat };
    const stop = this.#listeners.add(listener);
    this.#heartbeats.add(entry);
    this.#announcements.start(this.#shortestHeartbeat());
    return () => {
      stop();
      this.#heartbeats.delete(entry);
      if (this.#heartbeats.size === 0) this.#announcements.stop();
    };
  }

  close(): void {
    this.#isClosed = true;
    this.#sweeper.stop();
    this.#evictionCheck.stop();
    this.#announcements.stop();
    this.#listeners.clear();
  }

  #shortestHeartbeat(): number | undefined {
    const asked = [...this.#heartbeats].flatMap(({ every }) => every ?? []);
    return asked.length === 0 ? undefined : Math.min(...asked);
  }

  #changed<Answer extends string>(id: SessionId, answer: Answer): Answer {
    if (answer === 'ok') this.#listeners.changed([id]);
    return answer;
  }

  #ended(ids: readonly SessionId[]): readonly SessionId[] {
    this.#listeners.ended(ids);
    return ids;
  }

  #checkOpen(): void {
    if (!this.#isClosed) return;
    throw new CountersignError('store-unavailable', 'The Redis store was closed.');
  }
}
