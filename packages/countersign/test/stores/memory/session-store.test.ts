import { describe, expect, it } from 'vitest';

import { CountersignError } from '../../../src/errors.js';
import { memoryStore } from '../../../src/stores/memory/session-store.js';
import { createFakeClock } from '../../../src/testing/fake-clock.js';
import { makeRecord } from '../../../src/testing/session-store/make-record.js';

const HOUR = 3_600_000;

function setUp(maxSessions = 10) {
  const clock = createFakeClock();
  const store = memoryStore({ clock, maxSessions });
  const add = (id: string, userId: string | null, livesFor = HOUR) =>
    store.insert(
      makeRecord({ id, userId, createdAt: clock.now(), expiresAt: clock.now() + livesFor }),
      {},
    );
  const has = (id: string) => store.read(id) !== null;
  return { clock, store, add, has };
}

describe('memoryStore at its bound', () => {
  it('drops expired sessions before any live one', () => {
    const { clock, store, add, has } = setUp(3);
    add('anonymous', null);
    add('expires', 'u', 10);
    add('signed in', 'u');
    clock.advance(10);
    add('new', 'u');
    expect([has('anonymous'), has('signed in'), has('new')]).toEqual([true, true, true]);
    expect(store.size).toBe(3);
  });

  it('drops the oldest anonymous sessions next, and tells of it', () => {
    const { store, add, has } = setUp(4);
    const heard: string[] = [];
    store.subscribe({ ended: (ids) => heard.push(...ids), everything: () => undefined });
    add('a1', null);
    add('u1', 'u');
    add('a2', null);
    add('a3', null);
    add('u2', 'u');
    add('a4', null);
    expect(heard).toEqual(['a1', 'a2']);
    expect(['u1', 'a3', 'u2', 'a4'].every(has)).toBe(true);
  });

  it('never drops a signed-in session for an anonymous flood', () => {
    const { store, add, has } = setUp(1_000);
    for (let i = 0; i < 900; i += 1) add(`u${i}`, `user ${i}`);
    for (let i = 0; i < 20_000; i += 1) add(`a${i}`, null);
    expect(store.size).toBe(1_000);
    for (let i = 0; i < 900; i += 1) expect(has(`u${i}`)).toBe(true);
    for (let i = 19_900; i < 20_000; i += 1) expect(has(`a${i}`)).toBe(true);
    expect(has('a19899')).toBe(false);
  });

  it('refuses loudly when only signed-in sessions are left, and changes nothing', () => {
    const { store, add, has } = setUp(2);
    add('u1', 'u');
    add('u2', 'v');
    for (const userId of ['w', null]) {
      expect(() => add('one too many', userId)).toThrow(
        expect.objectContaining({ code: 'store-unavailable', status: 503 }),
      );
    }
    expect([has('u1'), has('u2'), has('one too many'), store.size]).toEqual([true, true, false, 2]);
    store.end(['u1']);
    expect(add('u3', 'w')).toEqual({ ok: true, ended: [] });
  });

  it('takes a sign-in that ends an older session of the same user', () => {
    const { clock, store } = setUp(1);
    const guard = { limit: { max: 1, over: 'end-oldest' } } as const;
    const expiresAt = clock.now() + HOUR;
    store.insert(makeRecord({ id: 'one', userId: 'u', expiresAt }), guard);
    expect(store.insert(makeRecord({ id: 'two', userId: 'u', expiresAt }), guard)).toEqual({
      ok: true,
      ended: ['one'],
    });
    expect(store.size).toBe(1);
  });

  it('refuses an option it does not know', () => {
    const misspelt: object = { max: 10 };
    expect(() => memoryStore(misspelt)).toThrow(/max: is not an option here.*maxSessions/);
  });

  it('refuses what is no clock before it is needed', () => {
    const half: object = { clock: { now: () => 0 } };
    expect(() => memoryStore(half)).toThrow(/^clock: is not a clock. Leave it out/);
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses maxSessions %s', (max) => {
    expect(() => memoryStore({ maxSessions: max })).toThrow(CountersignError);
  });
});

describe('memoryStore over time', () => {
  it('frees expired sessions by itself, and then leaves no timer', () => {
    const { clock, store, add } = setUp(10_000);
    for (let i = 0; i < 2_000; i += 1) add(`s${i}`, i % 2 === 0 ? null : 'u', 1_000 + i);
    clock.advance(60_000);
    expect(store.size).toBe(0);
    expect(clock.waiting).toBe(0);
  });

  it('remembers a raised epoch for 24 hours, longer while it is asked for, and then forgets it', () => {
    const { clock, store } = setUp();
    const before = store.epoch('u');
    store.endUser('u', {});
    const raised = store.epoch('u');
    expect(raised).not.toBe(before);
    clock.advance(24 * HOUR);
    expect(store.epoch('u')).toBe(raised);
    clock.advance(24 * HOUR);
    expect(store.epoch('u')).toBe(raised);
    clock.advance(24 * HOUR + 60_000);
    expect(clock.waiting).toBe(0);
  });

  it('raises everyone rather than remember more raised users than sessions', () => {
    const { store } = setUp(3);
    const bystander = store.epoch('bystander');
    const epochs = new Map(['a', 'b', 'c', 'd'].map((user) => [user, store.epoch(user)]));
    for (const user of epochs.keys()) store.endUser(user, {});
    for (const [user, before] of epochs) expect(store.epoch(user)).not.toBe(before);
    expect(store.epoch('bystander')).not.toBe(bystander);
  });

  it('never gives an epoch twice, not after a restart either', () => {
    const seen = new Set<string>();
    for (let restart = 0; restart < 3; restart += 1) {
      const { store } = setUp();
      seen.add(store.epoch('u'));
      for (let i = 0; i < 5; i += 1) {
        store.endUser('u', {});
        seen.add(store.epoch('u'));
        store.endEveryone();
        seen.add(store.epoch('u'));
      }
    }
    expect(seen.size).toBe(3 * 11);
  });

  it('keeps no timer after close', () => {
    const { clock, store, add } = setUp();
    add('s', 'u');
    store.close();
    expect(clock.waiting).toBe(0);
    expect(() => store.read('s')).toThrow(/closed/);
  });

  it('does not grow when sessions come and go early', () => {
    const { store, add } = setUp(100);
    for (let i = 0; i < 5_000; i += 1) {
      add(`s${i}`, 'u');
      store.end([`s${i}`]);
    }
    expect(store.size).toBe(0);
    expect(store.list('u')).toEqual([]);
  });
});

describe('records in memory', () => {
  it('cannot be changed by whoever gave or got them', () => {
    const { store, clock } = setUp();
    const factors = [{ kind: 'password', at: 1 }];
    const client = { userAgent: 'a', address: 'b' };
    const given = makeRecord({ id: 's', factors, client, expiresAt: clock.now() + HOUR });
    store.insert(given, {});
    factors.push({ kind: 'totp', at: 2 });
    client.address = 'elsewhere';
    const got = store.read('s');
    expect(got?.factors).toEqual([{ kind: 'password', at: 1 }]);
    expect(got?.client.address).toBe('b');
    expect(() => Object.assign(got ?? {}, { userId: 'admin' })).toThrow(TypeError);
    expect(() => Object.assign(got?.renewal ?? {}, { hash: 'x' })).toThrow(TypeError);
    expect(store.read('s')).toBe(got);
  });
});
