import type { SessionStore } from 'countersign';
import type { Counter, OneTimeStore, ThrottleStore } from 'countersign/accounts';
import { createFakeClock } from 'countersign/testing';
import { memoryOneTimeStore, memoryStore, memoryThrottleStore } from 'countersign/stores/memory';
import { nearCache } from 'countersign/stores/near-cache';
import { describe, expect, it } from 'vitest';

import { openDatabase } from '../../src/setup/database.js';
import type { OpenedSessions } from '../../src/setup/opened.js';
import { joinStores } from '../../src/setup/stores.js';

/** Some verbs replaced, the others as they are. */
function replaced<T extends object>(target: T, verbs: Partial<T>): T {
  return new Proxy(target, {
    get(_, name) {
      if (name in verbs) return Reflect.get(verbs, name) as unknown;
      const verb: unknown = Reflect.get(target, name);
      return typeof verb === 'function' ? (verb.bind(target) as unknown) : verb;
    },
  });
}

/** A store that pretends to be on another machine. */
function remoteStore(verbs: Partial<SessionStore>): SessionStore {
  return replaced<SessionStore>(memoryStore(), { ...verbs, remote: true });
}

function elsewhereWith(sessions: SessionStore): OpenedSessions {
  return {
    sessions,
    oneTime: memoryOneTimeStore(),
    throttle: memoryThrottleStore(),
    close: () => Promise.resolve(),
  };
}

describe('the stores', () => {
  it('have a near-cache before what is on another machine, unless it is turned off', () => {
    const clock = createFakeClock();
    const database = openDatabase(':memory:', clock);
    const elsewhere = elsewhereWith(remoteStore({}));
    const kind = nearCache(memoryStore()).constructor;
    const withBound = (maxStaleness: number) =>
      joinStores({ database, elsewhere, maxStaleness, clock }).sessions;
    expect(withBound(2_000)).toBeInstanceOf(kind);
    expect(withBound(0)).toBe(elsewhere.sessions);
    expect(joinStores({ database, maxStaleness: 2_000, clock }).sessions).toBe(database.sessions);
  });

  it('are asked one by one for the health check, past every cache', async () => {
    const clock = createFakeClock();
    const database = openDatabase(':memory:', clock);
    const asked: unknown[] = [];
    let isDown = false;
    const sessions = remoteStore({
      read: (...args) => {
        asked.push(args);
        return isDown ? Promise.reject(new Error('down')) : null;
      },
    });
    const elsewhere = elsewhereWith(sessions);
    const stores = joinStores({ database, elsewhere, maxStaleness: 2_000, clock });
    expect(await stores.probe()).toEqual([]);
    expect(asked).toEqual([[expect.stringMatching(/^[\w-]{24}$/), { fresh: true }]]);
    isDown = true;
    expect(await stores.probe()).toEqual(['sessions']);
    await database.close();
    expect(await stores.probe()).toEqual(['database', 'sessions']);
  });

  it('keep what is short-lived where sessions are', async () => {
    const clock = createFakeClock();
    const database = openDatabase(':memory:', clock);
    const elsewhere = elsewhereWith(remoteStore({}));
    const record = {
      hash: 'A'.repeat(43),
      kind: 'reset',
      subject: 'ada',
      expiresAt: clock.now() + 1_000,
      content: '{}',
    };
    const counter: Counter = {
      key: 'B'.repeat(43),
      rule: { kind: 'window', limit: 1, windowMs: 1_000 },
    };
    const stores = joinStores({ database, elsewhere, maxStaleness: 0, clock });
    await stores.oneTime.put(record);
    await stores.throttle.count([counter], clock.now());
    const find = (store: OneTimeStore) => store.read('reset', record.hash, clock.now());
    expect(await find(database.oneTime)).toBeNull();
    expect(await find(elsewhere.oneTime)).toEqual(record);
    const again = (store: ThrottleStore) => store.count([counter], clock.now());
    expect(await again(elsewhere.throttle)).toMatchObject({ ok: false });
    expect(await again(database.throttle)).toMatchObject({ ok: true });

    const alone = joinStores({ database, maxStaleness: 0, clock });
    await alone.oneTime.put(record);
    expect(await find(database.oneTime)).toEqual(record);
    expect(await again(alone.throttle)).toMatchObject({ ok: false });
    await alone.close();
  });

  it('are given two seconds to say that they are well', async () => {
    const clock = createFakeClock();
    const database = openDatabase(':memory:', clock);
    const never = (): Promise<never> => new Promise(() => undefined);
    const elsewhere = elsewhereWith(remoteStore({ read: never }));
    const accounts = replaced(database.accounts, { findById: never });
    const stores = joinStores({
      database: { ...database, accounts },
      elsewhere,
      maxStaleness: 0,
      clock,
    });
    let isOver = false;
    const probing = stores.probe().finally(() => {
      isOver = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(1_999);
    await new Promise((resolve) => setImmediate(resolve));
    expect(isOver).toBe(false);
    clock.advance(1);
    expect(await probing).toEqual(['database', 'sessions']);
    await database.close();
  });
});
