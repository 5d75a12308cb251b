// When announcements stop, with a word or without: the cache is bypassed in time, whatever the clock does.

import { describe, expect, it } from 'vitest';

import { nearCache } from '../../../src/stores/near-cache/near-cache.js';
import { createFakeClock } from '../../../src/testing/fake-clock.js';
import { createStage, MAX_STALENESS_MS, StagedStore } from './staged-store.js';

describe('when announcements stop', () => {
  it('a lost connection empties the cache at once and bypasses it until it is back', async () => {
    const { clock, store, cache, put, readThrough } = createStage();
    put('a');
    await readThrough('a');
    store.listener?.lost();
    expect(cache.peek('a')).toBeNull();
    // What is read now is not kept: its change could go untold.
    await readThrough('a');
    expect(cache.stats().entries).toBe(0);
    store.listener?.everything();
    expect(cache.peek('a')).toBeNull();
    store.listener?.heard(clock.now());
    expect(cache.peek('a')).toBeNull();
    const newer = put('a', { revision: 1 });
    await readThrough('a');
    expect(cache.peek('a')).toEqual(newer);
  });

  it('a silence ends the lease maxStaleness after the answered ping was sent', async () => {
    const { clock, store, cache, put, readThrough } = createStage();
    put('a');
    await readThrough('a');
    const sent = clock.now();
    clock.advance(700);
    // The answer took 700 ms. It says what was known when the question was asked.
    store.listener?.heard(sent);
    clock.advance(MAX_STALENESS_MS - 700 - 1);
    expect(cache.peek('a')).not.toBeNull();
    clock.advance(1);
    expect(cache.peek('a')).toBeNull();
  });

  it('each sign of life prolongs the lease, and one after a silence brings back what is held', async () => {
    const { clock, store, cache, put, readThrough } = createStage();
    put('a');
    const record = await readThrough('a');
    for (let beat = 0; beat < 10; beat += 1) {
      clock.advance(500);
      store.listener?.heard(clock.now());
      expect(cache.peek('a')).toEqual(record);
    }
    clock.advance(MAX_STALENESS_MS);
    expect(cache.peek('a')).toBeNull();
    // Nothing was lost, only late: whatever happened meanwhile has been told by now.
    store.listener?.heard(clock.now());
    expect(cache.peek('a')).toEqual(record);
  });

  it('a clock that is set back does not prolong the lease', async () => {
    const { clock, store, cache, put, readThrough } = createStage();
    put('a');
    await readThrough('a');
    clock.advance(1_000);
    store.listener?.heard(clock.now());
    clock.set(clock.now() - 500);
    expect(cache.peek('a')).toBeNull();
    clock.set(clock.now() + 500);
    expect(cache.peek('a')).toBeNull();
    store.listener?.heard(clock.now());
    expect(cache.peek('a')).not.toBeNull();
  });

  it('a clock that is set back while nobody looks does not either', async () => {
    const { clock, cache, put, readThrough } = createStage();
    put('a');
    await readThrough('a');
    clock.advance(1_500);
    clock.set(clock.now() - 1_500);
    clock.advance(500);
    // 2,000 ms have passed, though the clock counts 500.
    expect(cache.peek('a')).toBeNull();
  });

  it('an event loop that was blocked finds the lease over before its timer has run', async () => {
    const { clock, cache, put, readThrough } = createStage();
    put('a');
    await readThrough('a');
    clock.set(clock.now() + MAX_STALENESS_MS);
    expect(cache.peek('a')).toBeNull();
  });

  it('a sign of life from the future, or too old, is none', async () => {
    const { clock, store, cache, put, readThrough } = createStage();
    put('a');
    await readThrough('a');
    clock.advance(MAX_STALENESS_MS);
    store.listener?.heard(clock.now() + 1);
    expect(cache.peek('a')).toBeNull();
    store.listener?.heard(clock.now() - MAX_STALENESS_MS);
    expect(cache.peek('a')).toBeNull();
    store.listener?.heard(Number.NaN);
    expect(cache.peek('a')).toBeNull();
    expect(cache.stats().leaseLosses).toBe(1);
    store.listener?.heard(clock.now());
    expect(cache.peek('a')).not.toBeNull();
  });

  it('a store in this process needs to be heard only once', async () => {
    const { clock, store, cache, put, readThrough } = createStage();
    store.listener?.heard(Number.POSITIVE_INFINITY);
    put('a', { expiresAt: clock.now() + 30 * 24 * 3_600_000 });
    await readThrough('a');
    clock.advance(20 * 24 * 3_600_000);
    clock.set(clock.now() - 3_600_000);
    expect(cache.peek('a')).not.toBeNull();
    expect(clock.waiting).toBe(0);
    store.listener?.lost();
    expect(cache.peek('a')).toBeNull();
  });
});

describe('before announcements come', () => {
  it('the cache is bypassed, and a read that began then is not kept', async () => {
    const clock = createFakeClock();
    const store = new StagedStore();
    const cache = nearCache(store, { clock });
    const { put } = createStage();
    store.records.set('a', put('a'));
    expect(cache.peek('a')).toBeNull();
    const answer = cache.read('a');
    store.listener?.heard(clock.now());
    await store.answer('read');
    expect(await answer).not.toBeNull();
    expect(cache.peek('a')).toBeNull();
    expect(cache.stats()).toMatchObject({ bypasses: 1, misses: 1, leaseLosses: 0 });
  });
});
