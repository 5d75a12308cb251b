// What a near-cache may take of memory, what it counts, and how it is made and closed.

import { describe, expect, it } from 'vitest';

import { memoryStore } from '../../../src/stores/memory/session-store.js';
import { nearCache } from '../../../src/stores/near-cache/near-cache.js';
import { createFakeClock } from '../../../src/testing/fake-clock.js';
import { createStage, MAX_STALENESS_MS, StagedStore } from './staged-store.js';

describe('its memory', () => {
  it('never holds more than maxEntries, and keeps what is in use', async () => {
    const { store, cache, put, readThrough } = createStage({ maxEntries: 100 });
    store.isSynchronous = true;
    put('in use');
    void readThrough('in use');
    for (let i = 0; i < 1_000; i += 1) {
      put(`s${i}`);
      void readThrough(`s${i}`);
      expect(cache.stats().entries).toBeLessThanOrEqual(100);
      expect(cache.peek('in use')).not.toBeNull();
    }
    expect(cache.stats().entries).toBeGreaterThan(50);
    expect(cache.peek('s0')).toBeNull();
    for (let i = 951; i < 1_000; i += 1) expect(cache.peek(`s${i}`)?.id).toBe(`s${i}`);
  });

  it('counts a session with much data as several', () => {
    const { store, cache, put } = createStage({ maxEntries: 100 });
    store.isSynchronous = true;
    const data = JSON.stringify({ a: 'x'.repeat(20_000) });
    for (let i = 0; i < 100; i += 1) {
      put(`large${i}`, { data });
      void cache.read(`large${i}`);
    }
    expect(cache.stats().entries).toBeLessThanOrEqual(10);
    expect(cache.peek('large99')).not.toBeNull();
  });

  it('holds no session that alone would fill it', () => {
    const { store, cache, put } = createStage({ maxEntries: 10 });
    store.isSynchronous = true;
    put('small');
    void cache.read('small');
    put('huge', { data: JSON.stringify({ a: 'x'.repeat(50_000) }) });
    void cache.read('huge');
    expect(cache.peek('huge')).toBeNull();
    expect(cache.peek('small')).not.toBeNull();
  });

  it('is not used up by one session that changes again and again', () => {
    const { store, cache, put } = createStage({ maxEntries: 10 });
    store.isSynchronous = true;
    put('a');
    void cache.read('a');
    for (let i = 0; i < 100; i += 1) {
      put('b', { revision: i });
      void cache.read('b');
      if (i % 2 === 0) store.listener?.changed(['b']);
    }
    expect(cache.peek('a')).not.toBeNull();
  });
});

describe('its counters', () => {
  it('tell what was asked, announced and lost', async () => {
    const { clock, store, cache, put, readThrough } = createStage();
    put('a');
    cache.peek('a');
    await readThrough('a');
    cache.peek('a');
    cache.peek('a');
    store.listener?.changed(['b', 'c']);
    store.listener?.ended(['d']);
    expect(cache.stats()).toEqual({
      entries: 1,
      hits: 2,
      misses: 1,
      bypasses: 0,
      bypassedMs: 0,
      invalidations: 3,
      leaseLosses: 0,
    });
    store.listener?.lost();
    clock.advance(300);
    cache.peek('a');
    expect(cache.stats()).toMatchObject({ entries: 0, bypasses: 1, bypassedMs: 300 });
    store.listener?.everything();
    store.listener?.heard(clock.now());
    clock.advance(MAX_STALENESS_MS + 50);
    cache.peek('a');
    expect(cache.stats()).toMatchObject({ bypasses: 2, bypassedMs: 350, invalidations: 4 });
    expect(cache.stats().leaseLosses).toBe(2);
  });
});

describe('a near-cache', () => {
  it('asks for signs of life four times in maxStaleness', () => {
    expect(createStage().store.heartbeat).toBe(MAX_STALENESS_MS / 4);
  });

  it('is remote where its store is', () => {
    expect(createStage().cache.remote).toBe(true);
  });

  it('passes announcements on when it knows of them itself', async () => {
    const clock = createFakeClock();
    const store = memoryStore({ clock });
    const cache = nearCache(store, { clock });
    const { put } = createStage();
    await cache.insert(put('a'), {});
    void cache.read('a');
    const heard: unknown[] = [];
    const stop = cache.subscribe({
      ended: (ids) => heard.push([...ids, cache.peek('a')]),
      everything: () => undefined,
      heard: (at) => heard.push(at),
    });
    store.end(['a']);
    expect(heard).toEqual([Number.POSITIVE_INFINITY, ['a', null]]);
    stop();
  });

  it('closes its store, and leaves no timer, no record and no listener', async () => {
    const { clock, store, cache, put, readThrough } = createStage();
    put('a');
    await readThrough('a');
    await cache.close();
    expect(store.calls.at(-1)).toBe('close');
    expect([clock.waiting, cache.stats().entries, store.listener]).toEqual([0, 0, undefined]);
    expect(cache.peek('a')).toBeNull();
  });

  it('refuses a store that announces nothing, and says what to do', () => {
    const store = new StagedStore();
    Object.assign(store, { subscribe: undefined });
    const make = (): unknown => nearCache(store);
    expect(make).toThrow(expect.objectContaining({ code: 'configuration' }));
    expect(make).toThrow(/^store: it has no `subscribe`.*Use it without a near-cache/);
  });

  it.each([[undefined], [null], ['redis'], [{}]])('refuses %o as a store', (store) => {
    const make = (): unknown => nearCache(store as never);
    expect(make).toThrow(expect.objectContaining({ code: 'configuration' }));
    expect(make).toThrow(/^store: is not a session store\. Pass a store that announces changes/);
  });

  it.each([
    [{ maxEntries: 1 }, /^maxEntries: 1 is not/],
    [{ maxEntries: 2.5 }, /^maxEntries: 2.5 is not/],
    [{ maxEntries: 2 ** 24 + 1 }, /^maxEntries: 16777217 is not a whole number from 2 to 16777216/],
    [{ maxStaleness: '99ms' }, /^maxStaleness: '99ms' is outside/],
    [{ maxStaleness: '61s' }, /^maxStaleness: '61s' is outside/],
    [{ maxStaleness: 'soon' }, /^maxStaleness: "soon" is not a duration/],
    [{ maxStaleness: 2_000 }, /^maxStaleness: 2000 is not a duration/],
    [{ maxSize: 1 }, /^maxSize: is not an option here/],
    [{ clock: { now: () => 0 } }, /^clock: is not a clock/],
    [{ clock: null }, /^clock: is not a clock/],
  ])('refuses the options %o', (options, message) => {
    const make = (): unknown => nearCache(new StagedStore(), options as never);
    expect(make).toThrow(expect.objectContaining({ code: 'configuration' }));
    expect(make).toThrow(message);
  });
});
