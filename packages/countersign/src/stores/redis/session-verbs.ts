// The store's verbs as commands and scripts: what is sent, and what the answers mean. Each is one round
// trip for the sessions of one home. Knows no listeners, timers or closing.

import type { Clock } from '../../clock.js';
import { encodeBase64url } from '../../crypto/base64url.js';
import { randomBytes } from '../../crypto/random.js';
import type { RenewalState, SessionId, SessionRecord } from '../../session/record.js';
import {
  LONGEST_LIST,
  type DataChange,
  type Epoch,
  type InsertGuard,
  type InsertResult,
  type Touch,
} from '../../session/store.js';
import { homeOf } from '../../session/token.js';
import { frameHead, frameValue } from './data-frames.js';
import { DecodedRecords } from './decoded-records.js';
import type { RedisDriver } from './driver.js';
import { encodeText, encodeTime, TIME_ZERO } from './field-text.js';
import { homeIn, HOMES, type Keys } from './keys.js';
import {
  decodeRecord,
  encodeRecord,
  encodeRenewal,
  isUnderBase,
  renewalStart,
} from './record-text.js';
import { textOf, textsOf, wordOf } from './replies.js';
import { ScriptRunner } from './script-runner.js';
import { bindSession, patchSession, renewSession, touchSessions } from './scripts/change.js';
import {
  changeBases,
  changeEpoch,
  endSessions,
  endSessionsOfUser,
  readEpoch,
} from './scripts/ending.js';
import { insertSession } from './scripts/insert.js';
import { listSessions } from './scripts/look.js';

/** Sign-in tickets live for less than 24 hours; the rest is for clocks that differ. */
const EPOCH_KEPT_MS = String(25 * 60 * 60 * 1000);
/** Sessions of one home in one script: a millisecond of the server's time. */
const BATCH = 500;

export class SessionVerbs {
  readonly #driver: RedisDriver;
  readonly #keys: Keys;
  readonly #clock: Clock;
  readonly #scripts: ScriptRunner;
  readonly #decoded = new DecodedRecords();

  constructor(driver: RedisDriver, keys: Keys, clock: Clock) {
    this.#driver = driver;
    this.#keys = keys;
    this.#clock = clock;
    this.#scripts = new ScriptRunner(driver);
  }

  async read(id: SessionId): Promise<SessionRecord | null> {
    const { record, base } = this.#keys.ofSession(id);
    const key = record + id;
    const reply = await this.#driver.getBoth(key, base);
    if (!Array.isArray(reply)) throw new TypeError('Redis did not answer MGET');
    const text: unknown = reply[0];
    const current: unknown = reply[1];
    if (text === null || current === null || !isUnderBase(textOf(text), textOf(current)))
      return null;
    const found = this.#decoded.decode(id, textOf(text));
    return found.expiresAt > this.#clock.now() ? found : null;
  }

  async epoch(userId: string): Promise<Epoch> {
    const { base, userEpoch } = this.#keys.ofUser(userId);
    return textOf(
      await this.#scripts.run(readEpoch, [base, userEpoch], [newMark(), EPOCH_KEPT_MS]),
    );
  }

  async insert(record: SessionRecord, guard: InsertGuard): Promise<InsertResult> {
    const { id, userId } = record;
    const { replaces } = guard;
    checkHome(id, userId);
    if (replaces !== undefined && homeIn(replaces.id) !== homeIn(id)) {
      throw new RangeError('A session can replace only one of its own home');
    }
    const keys = this.#keys.ofSession(id);
    const user = encodeText(userId);
    const ofUser = userId === null ? [] : [keys.index + user, keys.epoch + user];
    const reply = await this.#scripts.run(
      insertSession,
      [keys.record + id, keys.base, ...ofUser],
      [
        this.#now(),
        newMark(),
        id,
        ...recordArgs(record),
        ...guardArgs(guard),
        keys.record,
        keys.index,
        keys.ended,
        keys.changed,
        String(TIME_ZERO),
      ],
    );
    const [word, ...ended] = textsOf(reply);
    const answer = wordOf(word, ['ok', 'epoch', 'limit', 'duplicate', 'replaced-missing']);
    return answer === 'ok' ? { ok: true, ended } : { ok: false, reason: answer };
  }

  async patch(
    id: SessionId,
    change: DataChange,
    ifRevision: number | undefined,
  ): Promise<'ok' | 'missing' | 'conflict'> {
    const frames: string[] = [];
    for (const key of change.remove) if (!change.set.has(key)) frames.push(frameHead(key), '');
    for (const [key, json] of change.set) frames.push(frameHead(key), frameValue(json));
    const revision = ifRevision === undefined ? '' : String(ifRevision);
    const reply = await this.#change(patchSession, id, [revision, ...frames]);
    return wordOf(reply, ['ok', 'missing', 'conflict']);
  }

  async renew(
    id: SessionId,
    from: RenewalState,
    to: RenewalState,
  ): Promise<'ok' | 'missing' | 'stale'> {
    const reply = await this.#change(renewSession, id, [renewalStart(from), encodeRenewal(to)]);
    return wordOf(reply, ['ok', 'missing', 'stale']);
  }

  async bind(
    id: SessionId,
    from: string | null,
    to: string | null,
  ): Promise<'ok' | 'missing' | 'stale'> {
    const reply = await this.#change(bindSession, id, [encodeText(from), encodeText(to)]);
    return wordOf(reply, ['ok', 'missing', 'stale']);
  }

  async touch(batch: readonly Touch[]): Promise<void> {
    const now = this.#now();
    await Promise.all(
      byHome(batch, ({ id }) => id).map(async (touches) => {
        const [first] = touches;
        if (first === undefined) return;
        const { base, record } = this.#keys.ofSession(first.id);
        const keys = touches.map(({ id }) => record + id);
        const seen = touches.map((touch) => encodeTime(touch.seen));
        await this.#scripts.run(touchSessions, [base, ...keys], [now, ...seen]);
      }),
    );
  }

  async end(ids: readonly SessionId[]): Promise<readonly SessionId[]> {
    const now = this.#now();
    const ended = await Promise.all(
      byHome(ids, (id) => id).map(async (some) => {
        const keys = this.#keys.ofSession(some[0] ?? '');
        const reply = await this.#scripts.run(
          endSessions,
          [keys.base, ...some.map((id) => keys.record + id)],
          [now, keys.index, keys.ended, ...some],
        );
        return textsOf(reply);
      }),
    );
    return ended.flat();
  }

  async endUser(userId: string, except: SessionId | undefined): Promise<readonly SessionId[]> {
    const { base, userIndex, userEpoch, record, ended } = this.#keys.ofUser(userId);
    const reply = await this.#scripts.run(
      endSessionsOfUser,
      [base, userIndex, userEpoch],
      [this.#now(), except ?? '', newMark(), EPOCH_KEPT_MS, record, ended],
    );
    return textsOf(reply);
  }

  async changeEpoch(userId: string): Promise<void> {
    const { userEpoch } = this.#keys.ofUser(userId);
    await this.#scripts.run(changeEpoch, [userEpoch], [newMark(), EPOCH_KEPT_MS]);
  }

  /** A new base for every home: at once where there is one server, home by home in a Cluster. */
  async endEveryone(): Promise<void> {
    const bases = Array.from({ length: HOMES }, (_, home) => this.#keys.ofHome(home).base);
    const groups = this.#driver.isCluster ? bases.map((base) => [base]) : [bases];
    await Promise.all(
      groups.map((group) => this.#scripts.run(changeBases, group, group.map(newMark))),
    );
  }

  async list(userId: string): Promise<readonly SessionRecord[]> {
    const { base, userIndex, record } = this.#keys.ofUser(userId);
    const args = [this.#now(), String(LONGEST_LIST), record];
    const reply = textsOf(await this.#scripts.run(listSessions, [base, userIndex], args));
    const records: SessionRecord[] = [];
    for (let i = 0; i < reply.length; i += 2) {
      records.push(decodeRecord(reply[i] ?? '', reply[i + 1] ?? ''));
    }
    return records;
  }

  #change(script: typeof patchSession, id: SessionId, args: readonly string[]): Promise<unknown> {
    const { record, base, changed } = this.#keys.ofSession(id);
    return this.#scripts.run(script, [record + id, base], [this.#now(), id, changed, ...args]);
  }

  #now(): string {
    return encodeTime(this.#clock.now());
  }
}

function recordArgs(record: SessionRecord): readonly string[] {
  const { head, tail } = encodeRecord(record);
  return [head, tail, encodeTime(record.expiresAt), String(record.expiresAt)];
}

function guardArgs({ epoch, replaces, limit }: InsertGuard): readonly string[] {
  return [
    epoch === undefined ? '' : `=${epoch}`,
    ...(replaces === undefined ? ['', ''] : [replaces.id, encodeTime(replaces.until)]),
    ...(limit === undefined ? ['', ''] : [String(limit.max), limit.over]),
  ];
}

/** 48 random bits as eight characters: no base and no epoch comes twice. */
function newMark(): string {
  return encodeBase64url(randomBytes(6));
}

/** The session layer makes ids in their user's home; elsewhere their user's endings would not find them. */
function checkHome(id: SessionId, userId: string | null): void {
  if (userId === null || homeOf(userId) === homeIn(id)) return;
  throw new RangeError('The id of a session has to be in the home of its user');
}

/** In groups that one script takes: of one home, and not too many. */
function byHome<T>(items: readonly T[], idOf: (item: T) => SessionId): readonly (readonly T[])[] {
  const open = new Map<number, T[]>();
  const groups: T[][] = [];
  for (const item of items) {
    const home = homeIn(idOf(item));
    let group = open.get(home);
    if (group === undefined || group.length === BATCH) {
      group = [];
      open.set(home, group);
      groups.push(group);
    }
    group.push(item);
  }
  return groups;
}
