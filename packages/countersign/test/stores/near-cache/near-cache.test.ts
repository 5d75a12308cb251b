// What a near-cache says and keeps, over a store whose answers and announcements come on cue.

import { describe, expect, it } from 'vitest';

import { createFakeClock } from '../../../src/testing/fake-clock.js';
import { createStage, type StagedStore } from './staged-store.js';

describe('a hit', () => {
  it('is the record at once, and asks the store nothing', async () => {
    const { store, cache, put, readThrough } = createStage();
    const record = put('a');
    expect(cache.peek('a')).toBeNull();
    expect(await readThrough('a')).toBe(record);
    store.calls.length = 0;
    expect(cache.peek('a')).toEqual(record);
    expect(store.calls).toEqual([]);
  });

  it('comes from a store that answers at once too', () => {
    const { store, cache, put } = createStage();
    store.isSynchronous = true;
    const record = put('a');
    expect(cache.read('a')).toBe(record);
    expect(cache.peek('a')).toEqual(record);
  });

  it('is over at the very millisecond of expiresAt', async () => {
    const { clock, store, cache, put, readThrough } = createStage();
    put('a', { expiresAt: clock.now() + 1_500 });
    await readThrough('a');
    clock.advance(1_499);
    expect(cache.peek('a')).not.toBeNull();
    clock.advance(1);
    expect(cache.peek('a')).toBeNull();
    expect(store.calls).toEqual(['read a']);
    expect(cache.stats().entries).toBe(0);
  });
});

describe('a read', () => {
  it('goes to the store though the session is held, and brings the newer record in', async () => {
    const { store, cache, put, readThrough } = createStage();
    put('a');
    await readThrough('a');
    const newer = put('a', { revision: 1 });
    expect(await readThrough('a')).toBe(newer);
    expect(store.calls).toEqual(['read a', 'read a']);
    expect(cache.peek('a')).toEqual(newer);
  });

  it('shares no answer with one that began earlier', async () => {
    const { store, cache, put } = createStage();
    const before = put('a');
    const first = cache.read('a');
    store.records.delete('a');
    const second = cache.read('a');
    await store.answer('read');
    await store.answer('read');
    expect([await first, await second]).toEqual([before, null]);
  });

  it('that finds nothing leaves nothing behind, neither a no nor the yes from before', async () => {
    const { store, cache, put, readThrough } = createStage();
    expect(await readThrough('a')).toBeNull();
    const record = put('a');
    expect(await readThrough('a')).toBe(record);
    store.records.delete('a');
    expect(await readThrough('a')).toBeNull();
    expect(cache.peek('a')).toBeNull();
    expect(cache.stats().entries).toBe(0);
  });

  it('keeps no anonymous session: nobody peeks at those', async () => {
    const { cache, put, readThrough } = createStage();
    put('a', { userId: null });
    await readThrough('a');
    expect(cache.stats().entries).toBe(0);
  });

  it('that fails keeps nothing, and the next one is like any other', async () => {
    const { store, cache, put, readThrough } = createStage();
    const record = put('a');
    const failing = cache.read('a');
    const caught = expect(failing).rejects.toThrow('the store is down');
    await store.fail('read');
    await caught;
    expect(cache.peek('a')).toBeNull();
    await readThrough('a');
    expect(cache.peek('a')).toEqual(record);
  });
});

describe('an announcement', () => {
  it.each(['ended', 'changed'] as const)('of %s sessions drops them and no other', async (kind) => {
    const { store, cache, put, readThrough } = createStage();
    for (const id of ['a', 'b', 'c']) {
      put(id);
      await readThrough(id);
    }
    store.listener?.[kind](['a', 'c']);
    expect(['a', 'b', 'c'].map((id) => cache.peek(id)?.id)).toEqual([undefined, 'b', undefined]);
  });

  it('that any session may have changed (FLUSHALL) drops all of them', async () => {
    const { store, cache, put, readThrough } = createStage();
    for (const id of ['a', 'b']) {
      put(id);
      await readThrough(id);
    }
    store.listener?.everything();
    expect([cache.peek('a'), cache.peek('b')]).toEqual([null, null]);
    expect(cache.stats()).toMatchObject({ entries: 0, bypasses: 0 });
  });

  const announcements: readonly (readonly [string, (store: StagedStore) => void])[] = [
    ['of an ending', (store) => store.listener?.ended(['a'])],
    ['of a change', (store) => store.listener?.changed(['a'])],
    ['of everything', (store) => store.listener?.everything()],
    [
      'of a loss that is over again',
      (store) => {
        store.listener?.lost();
        store.listener?.heard(createFakeClock().now());
      },
    ],
  ];

  it.each(announcements)('%s while a read is under way keeps its answer out', async (_, tell) => {
    const { store, cache, put } = createStage();
    const before = put('a');
    const answer = cache.read('a');
    // Another node ends it, and that is known here before the older answer arrives.
    store.records.delete('a');
    tell(store);
    await store.answer('read');
    expect(await answer).toBe(before);
    expect(cache.peek('a')).toBeNull();
  });

  it('keeps out only what was asked before it', async () => {
    const { store, cache, put } = createStage();
    put('a');
    void cache.read('a');
    const newer = put('a', { revision: 1 });
    store.listener?.changed(['a']);
    void cache.read('a');
    await store.answer('read');
    expect(cache.peek('a')).toBeNull();
    await store.answer('read');
    expect(cache.peek('a')).toEqual(newer);
  });

  it('is not forgotten because another read of the same session has come back', async () => {
    const { store, cache, put } = createStage();
    put('a');
    void cache.read('a');
    void cache.read('a');
    await store.answer('read');
    expect(cache.peek('a')).not.toBeNull();
    store.listener?.changed(['a']);
    await store.answer('read');
    expect(cache.peek('a')).toBeNull();
  });

  it('concerns the reads that began after an earlier one', async () => {
    const { store, cache, put } = createStage();
    put('a');
    void cache.read('a');
    store.listener?.changed(['a']);
    void cache.read('a');
    await store.answer('read');
    store.listener?.changed(['a']);
    await store.answer('read');
    expect(cache.peek('a')).toBeNull();
  });

  it('of another session does not disturb a read', async () => {
    const { store, cache, put } = createStage();
    put('a');
    void cache.read('a');
    store.listener?.ended(['b']);
    await store.answer('read');
    expect(cache.peek('a')).not.toBeNull();
  });
});
