// A process sees its own changes at once, in whatever order answers come back.

import { describe, expect, it } from 'vitest';

import type { SessionStore } from '../../../src/session/store.js';
import { createStage } from './staged-store.js';

const NO_CHANGE = { set: new Map<string, string>(), remove: new Set<string>() };

describe("this process's own changes", () => {
  const changes: readonly (readonly [string, (cache: SessionStore) => unknown])[] = [
    ['patch', (cache) => cache.patch('a', NO_CHANGE, {})],
    ['renew', (cache) => cache.renew('a', createRenewal(), createRenewal())],
    ['bind', (cache) => cache.bind('a', null, 'key')],
    ['end', (cache) => cache.end(['a'])],
    ['endUser', (cache) => cache.endUser('user', {})],
    ['endEveryone', (cache) => cache.endEveryone()],
    ['insert', (cache) => cache.insert(successor(), { replaces: { id: 'a', until: 1 } })],
    ['insert', (cache) => cache.insert(successor(), {})],
  ];

  it.each(changes)('by %s are seen as soon as it has answered', async (name, change) => {
    const { store, cache, put, readThrough } = createStage();
    put('a');
    await readThrough('a');
    const answer = change(cache);
    await store.answer(name);
    await answer;
    expect(cache.peek('a')).toBeNull();
  });

  it.each(changes)('by %s are not undone by a read that was under way', async (name, change) => {
    const { store, cache, put } = createStage();
    put('a');
    const older = cache.read('a');
    const answer = change(cache);
    await store.answer(name);
    await answer;
    await store.answer('read');
    await older;
    expect(cache.peek('a')).toBeNull();
  });

  it.each(changes)('by %s are not undone by one that came in between', async (name, change) => {
    const { store, cache, put, readThrough } = createStage();
    put('a');
    const answer = change(cache);
    expect(await readThrough('a')).not.toBeNull();
    await store.answer(name);
    await answer;
    expect(cache.peek('a')).toBeNull();
  });

  it.each(changes)('by %s are not undone by one that began in between', async (name, change) => {
    const { store, cache, put } = createStage();
    put('a');
    const answer = change(cache);
    const older = cache.read('a');
    await store.answer(name);
    await answer;
    await store.answer('read');
    expect(await older).not.toBeNull();
    expect(cache.peek('a')).toBeNull();
  });

  it.each([
    ['end', (cache: SessionStore) => cache.end(['a'])],
    ['endEveryone', (cache: SessionStore) => cache.endEveryone()],
  ])('by %s are not denied while their answer is awaited', async (name, change) => {
    const { store, cache, put, readThrough } = createStage();
    put('a');
    await readThrough('a');
    void change(cache);
    expect(cache.peek('a')).toBeNull();
    await store.answer(name);
  });

  it.each(changes.slice(0, 4))('by %s count as made when the store fails', async (name, change) => {
    const { store, cache, put, readThrough } = createStage();
    put('a');
    const caught = expect(change(cache)).rejects.toThrow('the store is down');
    await readThrough('a');
    expect(cache.peek('a')).not.toBeNull();
    await store.fail(name);
    await caught;
    expect(cache.peek('a')).toBeNull();
  });

  it('keep their answers as they were', async () => {
    const { store, cache, put } = createStage();
    store.isPrompt = true;
    put('a');
    put('b');
    expect(await cache.patch('a', NO_CHANGE, {})).toBe('ok');
    expect(await cache.end(['a', 'c'])).toEqual(['a']);
    expect(await cache.endUser('user', {})).toEqual(['b']);
    expect(await cache.epoch('user')).toBe('epoch');
    expect(await cache.list('user')).toEqual([]);
  });
});

describe('a touch', () => {
  it('brings what is held up to date, forwards only and not past expiresAt', async () => {
    const { clock, store, cache, put, readThrough } = createStage();
    store.isPrompt = true;
    const record = put('a', { lastSeenAt: clock.now() });
    await cache.read('a');
    const seen = clock.now() + 500;
    await cache.touch([
      { id: 'a', seen },
      { id: 'b', seen },
    ]);
    expect(cache.peek('a')).toEqual({ ...record, lastSeenAt: seen });
    await cache.touch([{ id: 'a', seen: seen - 1 }]);
    expect(cache.peek('a')?.lastSeenAt).toBe(seen);
    await cache.touch([{ id: 'a', seen: record.expiresAt + 1 }]);
    expect(cache.peek('a')?.lastSeenAt).toBe(record.expiresAt);
    store.isPrompt = false;
    store.records.delete('b');
    expect(await readThrough('b')).toBeNull();
  });

  it('that the store did not take changes nothing here', async () => {
    const { clock, store, cache, put, readThrough } = createStage();
    const record = put('a', { lastSeenAt: clock.now() });
    await readThrough('a');
    const caught = expect(cache.touch([{ id: 'a', seen: clock.now() + 500 }])).rejects.toThrow();
    await store.fail('touch');
    await caught;
    expect(cache.peek('a')).toEqual(record);
  });
});

function createRenewal(): Parameters<SessionStore['renew']>[1] {
  return { generation: 0, hash: 'hash', since: 0, pending: null, previous: null };
}

function successor(): Parameters<SessionStore['insert']>[0] {
  return createStage().put('successor');
}
