// Clears up what expiry by the server leaves behind: entries of dead sessions in users' indexes, and
// records that were cut off when everyone's sessions ended. Walks by SCAN in small steps with pauses,
// never on the way of a request; one process at a time does it.

import type { Cancel, Clock } from '../../clock.js';
import type { RedisDriver, RedisMaster } from './driver.js';
import { encodeTime } from './field-text.js';
import type { Keys } from './keys.js';
import { numberOf, textOf, textsOf } from './replies.js';
import { ScriptRunner } from './script-runner.js';
import { sweepIndex, sweepRecords } from './scripts/look.js';

/** Keys that the server looks at in a step: about 50 microseconds of its time. */
const STEP_KEYS = '200';
const STEP_PAUSE_MS = 25;
/** How often one of the processes begins to walk through all keys. */
const TURN_MS = 10 * 60_000;
const LOOK_MS = 60_000;
/** No limit, in a script's terms. */
const MOST = 1_000_000;

interface Place {
  readonly masters: readonly RedisMaster[];
  readonly master: number;
  readonly cursor: string;
}

export class Sweeper {
  readonly #driver: RedisDriver;
  readonly #keys: Keys;
  readonly #clock: Clock;
  readonly #scripts: ScriptRunner;
  #timer: Cancel | undefined;
  #isStopped = false;

  constructor(driver: RedisDriver, keys: Keys, clock: Clock) {
    this.#driver = driver;
    this.#keys = keys;
    this.#clock = clock;
    this.#scripts = new ScriptRunner(driver);
  }

  start(): void {
    this.#arm(LOOK_MS, () => this.#takeTurn());
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.();
  }

  /** Walks until `limit` is reached, or once through all keys. How many were removed. */
  async sweep(limit: number): Promise<number> {
    let removed = 0;
    let place: Place | undefined = await this.#firstPlace();
    while (place !== undefined && removed < limit && !this.#isStopped) {
      const step: Step = await this.#step(place, limit - removed);
      removed += step.removed;
      place = step.next;
    }
    return removed;
  }

  #arm(delayMs: number, task: () => Promise<void>): void {
    this.#timer = this.#clock.after(delayMs, () => {
      task().catch(() => {
        // The server is away: whoever reads meanwhile is told. The next turn comes.
        if (!this.#isStopped) this.#arm(LOOK_MS, () => this.#takeTurn());
      });
    });
  }

  async #takeTurn(): Promise<void> {
    const { turn } = this.#keys;
    const reply = await this.#driver.send(turn, ['SET', turn, '', 'NX', 'PX', String(TURN_MS)]);
    const place = reply === 'OK' ? await this.#firstPlace() : undefined;
    if (!this.#isStopped) this.#arm(place === undefined ? LOOK_MS : 1, () => this.#walk(place));
  }

  async #walk(place: Place | undefined): Promise<void> {
    if (place === undefined) return this.#takeTurn();
    const { next } = await this.#step(place, Number.POSITIVE_INFINITY);
    if (!this.#isStopped) {
      this.#arm(next === undefined ? LOOK_MS : STEP_PAUSE_MS, () => this.#walk(next));
    }
  }

  async #firstPlace(): Promise<Place> {
    const masters = await this.#driver.masters();
    // Not the same as nothing to remove.
    if (masters.length === 0) throw new Error('The client knows of no master');
    return { masters, master: 0, cursor: '0' };
  }

  async #step({ masters, master, cursor }: Place, limit: number): Promise<Step> {
    const server = masters[master];
    if (server === undefined) return { removed: 0, next: undefined };
    const pattern = `${this.#keys.prefix}[su]:*`;
    const reply = await server.send(['SCAN', cursor, 'MATCH', pattern, 'COUNT', STEP_KEYS]);
    if (!Array.isArray(reply)) throw new TypeError('Redis did not answer SCAN');
    const next = textOf(reply[0]);
    const removed = await this.#clear(textsOf(reply[1]), limit);
    if (removed >= limit) return { removed, next: { masters, master, cursor } };
    if (next !== '0') return { removed, next: { masters, master, cursor: next } };
    const isLast = master === masters.length - 1;
    return { removed, next: isLast ? undefined : { masters, master: master + 1, cursor: '0' } };
  }

  async #clear(found: readonly string[], limit: number): Promise<number> {
    const jobs = this.#jobsFor(found);
    if (limit === Number.POSITIVE_INFINITY) {
      const counts = await Promise.all(jobs.map((job) => job(MOST)));
      return counts.reduce((sum, count) => sum + count, 0);
    }
    let removed = 0;
    for (const job of jobs) if (removed < limit) removed += await job(limit - removed);
    return removed;
  }

  /** One script for each index, and one for the records of each home. Each is told how many to remove. */
  #jobsFor(found: readonly string[]): readonly ((most: number) => Promise<number>)[] {
    const now = encodeTime(this.#clock.now());
    const kindAt = this.#keys.prefix.length;
    const indexes = found.filter((key) => key.charAt(kindAt) === 'u');
    const records = new Map<number, string[]>();
    for (const key of found) {
      if (key.charAt(kindAt) !== 's') continue;
      const ids = records.get(homeTagIn(key)) ?? [];
      ids.push(nameIn(key));
      records.set(homeTagIn(key), ids);
    }
    return [
      ...indexes.map((key) => async (most: number) => {
        const { base, record } = this.#keys.ofHome(homeTagIn(key));
        const args = [now, String(most), record];
        return numberOf(await this.#scripts.run(sweepIndex, [base, key], args));
      }),
      ...[...records].map(([home, ids]) => async (most: number) => {
        const { base, record, index } = this.#keys.ofHome(home);
        const keys = [base, ...ids.map((id) => record + id)];
        return numberOf(
          await this.#scripts.run(sweepRecords, keys, [now, String(most), index, ...ids]),
        );
      }),
    ];
  }
}

interface Step {
  readonly removed: number;
  /** `undefined` at the end of the walk. */
  readonly next: Place | undefined;
}

/** What follows the home in a key. */
function nameIn(key: string): string {
  return key.slice(key.indexOf('}') + 1);
}

function homeTagIn(key: string): number {
  return Number(key.slice(key.indexOf('{') + 1, key.indexOf('}')));
}
