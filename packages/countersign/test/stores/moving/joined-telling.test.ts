// What two stores tell as one, and caches that live by it.

import { describe, expect, it } from 'vitest';

import type { SessionStore, StoreListener } from '../../../src/session/store.js';
import { memoryStore } from '../../../src/stores/memory/session-store.js';
import { movingStore } from '../../../src/stores/moving/moving-store.js';
import { nearCache } from '../../../src/stores/near-cache/near-cache.js';
import { faulty } from '../planted-faults/fault.js';
import { twoStores } from './two-stores.js';

describe('what it tells', () => {
  function setUp() {
    const told: string[] = [];
    const listeners: StoreListener[] = [];
    const heartbeats: unknown[] = [];
    let stopped = 0;
    const store = (): SessionStore =>
      faulty(memoryStore(), {
        subscribe: (listener, options) => {
          listeners.push(listener);
          heartbeats.push(options?.heartbeat);
          return () => (stopped += 1);
        },
      });
    const moving = movingStore({ from: store(), to: store(), insertInto: 'to' });
    const stop = moving.subscribe?.(
      {
        ended: (ids) => told.push(`ended ${ids.join()}`),
        changed: (ids) => told.push(`changed ${ids.join()}`),
        everything: () => told.push('everything'),
        heard: (at) => told.push(`heard ${at}`),
        lost: () => told.push('lost'),
      },
      { heartbeat: 500 },
    );
    const [from = {} as StoreListener, to = {} as StoreListener] = listeners;
    return { from, to, told, heartbeats, stop, stopped: () => stopped };
  }

  it('is what either store tells', () => {
    const { from, to, told, heartbeats, stop, stopped } = setUp();
    from.ended(['a']);
    to.ended(['b', 'c']);
    from.changed?.(['d']);
    to.everything();
    expect(told).toEqual(['ended a', 'ended b,c', 'changed d', 'everything']);
    expect(heartbeats).toEqual([500, 500]);
    stop?.();
    expect(stopped()).toBe(2);
  });

  it('is heard until the earlier of what both have told, and not before both have', () => {
    const { from, to, told } = setUp();
    from.heard?.(10);
    expect(told).toEqual([]);
    to.heard?.(7);
    to.heard?.(12);
    from.heard?.(Number.POSITIVE_INFINITY);
    expect(told).toEqual(['heard 7', 'heard 10', 'heard 12']);
  });

  it('is lost while one store is, and heard again when both are', () => {
    const { from, to, told } = setUp();
    from.heard?.(1);
    to.heard?.(1);
    told.length = 0;
    from.lost?.();
    to.heard?.(2);
    to.lost?.();
    from.everything();
    from.heard?.(3);
    expect(told).toEqual(['lost', 'everything']);
    to.everything();
    to.heard?.(4);
    expect(told).toEqual(['lost', 'everything', 'everything', 'heard 3']);
    to.lost?.();
    expect(told.at(-1)).toBe('lost');
  });

  it('comes of both memory stores at once, and stops', async () => {
    const { from, to, late } = twoStores();
    const told: unknown[] = [];
    const stop = late.subscribe?.({
      ended: (ids) => told.push(ids),
      everything: () => told.push('everything'),
      heard: (at) => told.push(at),
    });
    expect(told).toEqual([Number.POSITIVE_INFINITY]);
    await late.endEveryone();
    stop?.();
    from.endEveryone();
    to.endEveryone();
    expect(told.slice(1)).toEqual(['everything', 'everything']);
  });

  it('leaves nothing subscribed when one store refuses', () => {
    let stopped = 0;
    const from = faulty(memoryStore(), { subscribe: () => () => (stopped += 1) });
    const to = faulty(memoryStore(), {
      subscribe: () => {
        throw new Error('closed');
      },
    });
    const moving = movingStore({ from, to, insertInto: 'to' });
    expect(() =>
      moving.subscribe?.({ ended: () => undefined, everything: () => undefined }),
    ).toThrow('closed');
    expect(stopped).toBe(1);
  });
});

describe('a near-cache in front of a move', () => {
  it('holds sessions of both stores, and drops what ended in either', async () => {
    const { from, to, early, late, record, clock } = twoStores();
    const cache = nearCache(movingStore({ from, to, insertInto: 'to' }), { clock });
    const [old, young] = [record(), record()];
    await early.insert(old, {});
    await late.insert(young, {});
    for (const mine of [old, young]) {
      expect(cache.peek(mine.id)).toBeNull();
      await cache.read(mine.id);
      expect(cache.peek(mine.id)).toEqual(mine);
    }
    from.end([old.id]);
    expect([cache.peek(old.id), cache.peek(young.id)]).toEqual([null, young]);
    await early.endUser('user', {});
    expect(cache.peek(young.id)).toBeNull();
    await cache.close();
  });

  it('may stand in front of each of the stores instead', async () => {
    const { from, to, record, clock } = twoStores();
    const stores = { from: nearCache(from, { clock }), to: nearCache(to, { clock }) };
    const moving = movingStore({ ...stores, insertInto: 'to' });
    const [old, young] = [record(), record()];
    from.insert(old, {});
    await moving.insert(young, {});
    for (const mine of [old, young]) {
      expect(moving.peek?.(mine.id)).toBeNull();
      expect(await moving.read(mine.id)).toEqual(mine);
      expect(moving.peek?.(mine.id)).toEqual(mine);
    }
    await moving.end([old.id, young.id]);
    expect([moving.peek?.(old.id), moving.peek?.(young.id)]).toEqual([null, null]);
    await moving.close();
  });
});
