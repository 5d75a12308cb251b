// Conformance of stores of one-time records that several connections share: each step is atomic for all
// of them.

import assert from 'node:assert/strict';

import type { OneTimeCase } from './one-time-case.js';

export const sharedCases: readonly OneTimeCase[] = [
  shared('a second connection sees every change at once', async (context) => {
    const { store, now } = context;
    const peer = await context.openPeer();
    const first = await context.put();
    const found = await peer.read('reset', first.hash, now);
    assert.deepEqual(found && { ...found }, first);
    assert.notEqual(await peer.take('reset', first.hash, now), null);
    assert.equal(await store.take('reset', first.hash, now), null);
    const second = await context.replace();
    await peer.put(context.record(), { replaces: true });
    assert.equal(await store.read('reset', second.hash, now), null);
    const third = await context.put();
    await peer.removeAbout('u1');
    assert.equal(await store.read('reset', third.hash, now), null);
  }),

  shared('of 50 who take over two connections, one gets it (G66)', async (context) => {
    const stores = [context.store, await context.openPeer()];
    const { hash } = await context.put();
    const taken = await Promise.all(
      Array.from({ length: 50 }, async (_, i) =>
        (stores[i % 2] ?? context.store).take('reset', hash, context.now),
      ),
    );
    assert.equal(taken.filter((each) => each !== null).length, 1);
  }),

  shared('of 20 that replace each other over two connections, one is left', async (context) => {
    const stores = [context.store, await context.openPeer()];
    for (const subject of ['u1', 'u2', 'u3']) {
      const records = Array.from({ length: 20 }, () => context.record({ subject }));
      await Promise.all(
        records.map(async (record, i) =>
          (stores[i % 2] ?? context.store).put(record, { replaces: true }),
        ),
      );
      assert.equal((await context.left(records)).length, 1);
      const last = await context.replace({ subject });
      await context.assertLeft([...records, last], [last]);
    }
  }),
];

/** A case for stores whose records several connections can share. */
function shared(name: string, run: OneTimeCase['run']): OneTimeCase {
  return { name, needs: 'createPeer', run };
}
