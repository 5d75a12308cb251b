// Hearing of what other nodes do: one connection to every master, on which the server tells of writes to
// the keys that announce. Any doubt about any of them (closed, silent, no master any more, another
// topology) is `lost`; then all are made anew, `everything` is told, and `heard` comes again.

import type { Cancel, Clock } from '../../clock.js';
import type { StoreListener } from '../../session/store.js';
import type { RedisDriver, RedisMaster } from './driver.js';
import { HOMES, type Keys } from './keys.js';
import { ListeningLink } from './listening-link.js';
import { topologyOf } from './topology.js';

export interface AnnouncementOptions {
  readonly driver: RedisDriver;
  readonly keys: Keys;
  readonly clock: Clock;
  readonly tell: Required<StoreListener>;
  /** Called once, when listening has failed: the text for an operator. */
  readonly warn: (text: string) => void;
}

/** How often a connection is tested when nobody has asked for heartbeats. */
const IDLE_HEARTBEAT_MS = 5_000;
/** An answer that takes longer than this, or than a heartbeat, has been lost. */
const LEAST_PATIENCE_MS = 500;
const OPENING_MS = 5_000;
const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 2_000;

export class Announcements {
  readonly #options: AnnouncementOptions;
  /** Changes whenever all connections are given up: what began before has nothing to say any more. */
  #round = 0;
  #links: readonly ListeningLink[] = [];
  #topology = '';
  #isHeard = false;
  #isStarted = false;
  #heartbeat = IDLE_HEARTBEAT_MS;
  #failures = 0;
  #timer: Cancel | undefined;
  #stopWatching: (() => void) | undefined;
  #isTellingAll = false;
  #hasWarned = false;
  /** What limits the waiting for answers that have not come yet. */
  readonly #limits = new Set<Cancel>();

  constructor(options: AnnouncementOptions) {
    this.#options = options;
  }

  /** @param heartbeat milliseconds, the shortest that any listener asks for */
  start(heartbeat: number | undefined): void {
    this.#heartbeat = heartbeat ?? IDLE_HEARTBEAT_MS;
    if (this.#isStarted) {
      this.#beatNow();
      return;
    }
    this.#isStarted = true;
    this.#stopWatching = this.#options.driver.onReconnect?.(() => this.#lose(this.#round));
    void this.#open(this.#round);
  }

  stop(): void {
    if (!this.#isStarted) return;
    this.#isStarted = false;
    this.#stopWatching?.();
    this.#giveUp();
  }

  async #open(round: number): Promise<void> {
    const { driver, clock, tell } = this.#options;
    try {
      const [links = []] = await this.#inTime(OPENING_MS, [this.#makeLinks(round)]);
      if (round !== this.#round) return;
      // Whatever happened up to here is covered by `everything`.
      const at = clock.now();
      await this.#inTime(
        OPENING_MS,
        links.map((link) => link.open()),
      );
      const answers = await this.#inTime(
        OPENING_MS,
        links.map((link) => link.isMaster()),
      );
      if (answers.includes(false)) throw new Error('The client takes a replica for a master');
      const topology = driver.isCluster ? await topologyOf(links) : '';
      if (round !== this.#round) return;
      this.#topology = topology;
      this.#failures = 0;
      this.#isHeard = true;
      tell.everything();
      tell.heard(at);
      this.#timer = clock.after(this.#heartbeat, () => void this.#beat(round));
    } catch (cause) {
      this.#warnOf(cause);
      this.#lose(round);
    }
  }

  async #makeLinks(round: number): Promise<readonly ListeningLink[]> {
    const { driver, keys } = this.#options;
    const masters = await driver.masters();
    if (masters.length === 0) throw new Error('The client knows of no master');
    if (round !== this.#round) return [];
    const makeLink = (master: RedisMaster): ListeningLink =>
      new ListeningLink(master, keys, {
        told: (what, ids) => this.#told(round, what, ids),
        closed: () => this.#lose(round),
      });
    return (this.#links = masters.map(makeLink));
  }

  /** For a listener that came later: it need not wait for a beat at the pace of the others. */
  #beatNow(): void {
    // Without a timer a beat or an opening is under way, and its answer is for everyone.
    if (!this.#isHeard || this.#timer === undefined) return;
    this.#timer();
    this.#timer = undefined;
    void this.#beat(this.#round);
  }

  /** Asks on every connection; when all have answered, nothing from before the question is still to come. */
  async #beat(round: number): Promise<void> {
    const { driver, clock, tell } = this.#options;
    const at = clock.now();
    this.#timer = undefined;
    try {
      const patience = Math.max(this.#heartbeat, LEAST_PATIENCE_MS);
      const links = this.#links;
      const answers = await this.#inTime(patience, [
        ...links.map((link) => link.isMaster()),
        ...(driver.isCluster ? [this.#isSameTopology(links)] : []),
      ]);
      if (round !== this.#round) return;
      if (answers.includes(false)) {
        this.#lose(round);
        return;
      }
      tell.heard(at);
      const passed = clock.now() - at;
      const pause = Math.min(Math.max(this.#heartbeat - passed, 0), this.#heartbeat);
      this.#timer = clock.after(pause, () => void this.#beat(round));
    } catch {
      this.#lose(round);
    }
  }

  async #isSameTopology(links: readonly ListeningLink[]): Promise<boolean> {
    return (await topologyOf(links)) === this.#topology;
  }

  #told(round: number, what: 'ended' | 'changed' | 'all', ids: readonly string[]): void {
    if (round !== this.#round || !this.#isStarted) return;
    const { tell } = this.#options;
    if (what === 'ended') tell.ended(ids);
    else if (what === 'changed') tell.changed(ids);
    else this.#tellAll();
  }

  /** Ending everyone is told of home by home: all that come together are told of once. */
  #tellAll(): void {
    if (this.#isTellingAll) return;
    this.#isTellingAll = true;
    queueMicrotask(() => {
      this.#isTellingAll = false;
      if (this.#isStarted) this.#options.tell.everything();
    });
  }

  #lose(round: number): void {
    if (round !== this.#round || !this.#isStarted) return;
    const wasHeard = this.#isHeard;
    this.#giveUp();
    if (wasHeard) this.#options.tell.lost();
    const delay = Math.min(FIRST_RETRY_MS * 2 ** this.#failures, LAST_RETRY_MS);
    this.#failures = Math.min(this.#failures + 1, 10);
    const next = this.#round;
    this.#timer = this.#options.clock.after(delay, () => void this.#retry(next));
  }

  async #retry(round: number): Promise<void> {
    try {
      await this.#inTime(OPENING_MS, [this.#rediscover()]);
    } catch {
      // The client finds out in its own time, and opening fails until then.
    }
    if (round === this.#round) await this.#open(round);
  }

  /** A Cluster client learns of another master when it asks the former one for a key. */
  async #rediscover(): Promise<void> {
    const { driver, keys } = this.#options;
    if (!driver.isCluster) return;
    const bases = Array.from({ length: HOMES }, (_, home) => keys.ofHome(home).base);
    await Promise.allSettled(bases.map((base) => driver.send(base, ['GET', base])));
  }

  #giveUp(): void {
    this.#round += 1;
    this.#isHeard = false;
    this.#timer?.();
    this.#timer = undefined;
    for (const cancel of this.#limits) cancel();
    for (const link of this.#links) link.close();
    this.#links = [];
  }

  /** All of them, or a rejection when that takes too long. */
  async #inTime<T>(patience: number, answers: readonly (T | Promise<T>)[]): Promise<readonly T[]> {
    let cancel: Cancel = () => undefined;
    const late = new Promise<never>((_, reject) => {
      cancel = this.#options.clock.after(patience, () => reject(new Error('No answer in time')));
      this.#limits.add(cancel);
    });
    try {
      return await Promise.race([Promise.all(answers), late]);
    } finally {
      this.#limits.delete(cancel);
      cancel();
    }
  }

  #warnOf(cause: unknown): void {
    // Only what will not mend by itself: the user of the connection may not do it.
    if (this.#hasWarned || !(cause instanceof Error) || !/NOPERM|ERR /.test(cause.message)) return;
    this.#hasWarned = true;
    this.#options.warn(
      `redisStore cannot listen for changes by other nodes (${cause.message}). ` +
        'Allow the Redis user +client|tracking, +client|id, +subscribe and +ping; until then nothing can be cached.',
    );
  }
}
