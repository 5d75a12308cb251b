// Conformance: a store that has a cache in front (`peek`). What it says is true on this connection at
// once, and over another one soon. A store without `peek` passes.

import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';

import type { SessionId } from '../../session/record.js';
import type { SessionStore } from '../../session/store.js';
import { changesOf } from './announcement-cases.js';
import {
  change,
  newId,
  peerCase,
  storeCase,
  type CaseContext,
  type StoreCase,
} from './store-case.js';

export const cacheCases: readonly StoreCase[] = [
  storeCase('a cache gives what was read, without a promise, and nothing else', async (context) => {
    const { store } = context;
    if (store.peek === undefined) return;
    const record = await context.add({ data: '{"a":[]}' });
    await hold(context, record.id);
    assert.deepEqual(store.peek(record.id), record);
    assert.equal(store.peek(newId('user')), null);
  }),

  storeCase('a cache never gives what its own connection has changed', async (context) => {
    const { store, clock } = context;
    if (store.peek === undefined) return;
    const { id, acts } = await changesOf(store, context);
    for (const [name, act] of acts) {
      await hold(context, id);
      await act();
      assert.equal(await isTrue(context, id, store), true, `the cache does not know of ${name}`);
    }
    await hold(context, id);
    await store.touch([{ id, seen: clock.now() + 5 }]);
    assert.equal(store.peek(id)?.lastSeenAt ?? clock.now() + 5, clock.now() + 5);
  }),

  storeCase('a cache never gives what its own connection has ended', async (context) => {
    const { store } = context;
    if (store.peek === undefined) return;
    const endings: readonly ((id: SessionId) => unknown)[] = [
      (id) => store.end([id]),
      () => store.endUser('user', {}),
      () => store.endEveryone(),
      () => context.add({}, { limit: { max: 1, over: 'end-oldest' } }),
    ];
    for (const end of endings) {
      const { id } = await context.add();
      await hold(context, id);
      await end(id);
      assert.equal(store.peek(id), null);
      assert.equal(await store.read(id), null);
      assert.equal(store.peek(id), null);
      await store.endUser('user', {});
    }
  }),

  storeCase('a cache gives no session at its expiresAt', async (context) => {
    const { store, clock } = context;
    if (store.peek === undefined) return;
    const { id, expiresAt } = await context.add();
    clock.advance(expiresAt - clock.now() - 1);
    await store.read(id);
    clock.advance(expiresAt - clock.now());
    assert.equal(store.peek(id), null);
  }),
];

export const foreignCacheCases: readonly StoreCase[] = [
  peerCase('a cache learns what another connection has changed', async (context) => {
    const { store } = context;
    if (store.peek === undefined) return;
    const peer = await context.openPeer();
    const { id, acts } = await changesOf(peer, context);
    for (const [name, act] of acts) {
      await hold(context, id);
      await act();
      await context.eventually(`the cache learns of ${name}`, () => isTrue(context, id, peer));
    }
  }),

  peerCase('a cache learns what another connection has ended', async (context) => {
    const { store } = context;
    if (store.peek === undefined) return;
    const peer = await context.openPeer();
    const endings: readonly ((id: SessionId) => unknown)[] = [
      (id) => peer.end([id]),
      () => peer.endUser('user', {}),
      () => peer.endEveryone(),
    ];
    for (const end of endings) {
      const { id } = await context.add();
      await hold(context, id);
      await end(id);
      await context.eventually('the cache learns of the ending', () => store.peek?.(id) === null);
    }
  }),

  peerCase(
    'a cache that is full of reads under way keeps none that is outdated',
    async (context) => {
      const { store } = context;
      if (store.peek === undefined) return;
      const peer = await context.openPeer();
      const { id } = await context.add();
      await hold(context, id);
      for (let round = 0; round < 20; round += 1) {
        await Promise.all([
          store.read(id),
          peer.patch(id, change({ round }), {}),
          store.read(id),
          store.read(id),
        ]);
      }
      await context.eventually('the cache has the last change', () => isTrue(context, id, peer));
    },
  ),
];

/** Reads a session until the cache holds it, as it does once it knows that it will be told of changes. */
async function hold(context: CaseContext, id: SessionId): Promise<void> {
  await context.eventually('the cache holds the session', async () => {
    await context.store.read(id);
    return (context.store.peek?.(id) ?? null) !== null;
  });
}

/**
 * Whether the cache says what the store says, or nothing.
 * @param over where to read that: a read over the cache's own connection brings it up to date
 */
async function isTrue(context: CaseContext, id: SessionId, over: SessionStore): Promise<boolean> {
  const held = context.store.peek?.(id) ?? null;
  if (held === null) return true;
  const stored = await over.read(id, { fresh: true });
  return isDeepStrictEqual(held, stored);
}
