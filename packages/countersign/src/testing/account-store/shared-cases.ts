// Conformance of account stores with two connections to the same accounts: what one does, the other sees at
// once, and what both want, one gets.

import assert from 'node:assert/strict';

import type { AccountStore } from '../../accounts/account-store.js';
import {
  makeRow,
  nextOf,
  plain,
  shared,
  type AccountCase,
  type AccountContext,
} from './account-case.js';

const ROUNDS = 20;

export const sharedCases: readonly AccountCase[] = [
  shared('what one connection changes, the other sees at once', async (context) => {
    const peer = await context.openPeer();
    const row = await context.add({ keys: ['a', 'b'] });
    assert.deepEqual(plain(await peer.findByKey('a')), row);
    const next = nextOf(row, { keys: ['b', 'c'], document: 'next' });
    assert.equal(await peer.replace(next), 'ok');
    await context.expectStored(next);
    assert.equal(await context.store.findByKey('a'), null);
    assert.equal(await context.store.create(makeRow({ keys: ['c'] })), 'taken');
    assert.equal(await context.store.replace(next), 'conflict');
    await peer.addActivity(row.userId, { at: 1, entry: 'x' }, { keep: 5 });
    assert.equal((await context.store.listActivity(row.userId, 5)).length, 1);
    await context.store.forgetActivity(row.userId);
    assert.equal((await peer.listActivity(row.userId, 5)).length, 0);
  }),

  shared('a key is given once over two connections', async (context) => {
    const stores = await both(context);
    const results = await Promise.all(
      Array.from({ length: 40 }, async (_, i) => stores(i).create(makeRow({ keys: ['wanted'] }))),
    );
    assert.equal(results.filter((result) => result === 'ok').length, 1);
    assert.equal(results.filter((result) => result === 'taken').length, 39);
  }),

  shared('a revision is won once over two connections', async (context) => {
    const stores = await both(context);
    const row = await context.add();
    const rows = Array.from({ length: 40 }, (_, i) => nextOf(row, { document: `${i}` }));
    const results = await Promise.all(rows.map(async (each, i) => stores(i).replace(each)));
    assert.equal(results.filter((result) => result === 'ok').length, 1);
    assert.equal(results.filter((result) => result === 'conflict').length, 39);
    const winner = rows[results.indexOf('ok')];
    assert.ok(winner !== undefined);
    await context.expectStored(winner);
  }),

  shared(
    'accounts that want the same keys in opposite orders do not wait in a ring',
    async (context) => {
      const stores = await both(context);
      const keys = ['k1', 'k2', 'k3', 'k4'];
      for (let round = 0; round < ROUNDS; round += 1) {
        const rows = Array.from({ length: 8 }, (_, i) =>
          makeRow({ keys: i % 2 === 0 ? keys : keys.toReversed() }),
        );
        const results = await Promise.all(rows.map(async (row, i) => stores(i).create(row)));
        assert.equal(results.filter((result) => result === 'ok').length, 1);
        assert.equal(results.filter((result) => result === 'taken').length, 7);
        const winner = rows[results.indexOf('ok')];
        assert.ok(winner !== undefined);
        await context.expectStored(winner);
        assert.equal(await context.store.replace(nextOf(winner, { keys: [] })), 'ok');
      }
    },
  ),

  shared('two accounts that swap keys never both have one, and never fail', async (context) => {
    const stores = await both(context);
    for (let round = 0; round < ROUNDS; round += 1) {
      const low = `${round} low`;
      const high = `${round} high`;
      const first = await context.add({ keys: [low] });
      const second = await context.add({ keys: [high] });
      const swapped = [nextOf(first, { keys: [high] }), nextOf(second, { keys: [low] })];
      const results = await Promise.all(swapped.map(async (row, i) => stores(i).replace(row)));
      // Neither key is free until the other is given back, so nobody can be first.
      assert.deepEqual(results, ['taken', 'taken']);
      await context.expectStored(first);
      await context.expectStored(second);
    }
  }),

  shared('a key that is given back while another wants it has one owner', async (context) => {
    const stores = await both(context);
    for (let round = 0; round < ROUNDS; round += 1) {
      const key = `wanted ${round}`;
      const owner = await context.add({ keys: [key, `a ${round}`] });
      const taker = makeRow({ keys: [`z ${round}`, key] });
      const [given, taken] = await Promise.all([
        stores(round).replace(nextOf(owner, { keys: [`a ${round}`] })),
        stores(round + 1).create(taker),
      ]);
      assert.equal(given, 'ok');
      const expected = taken === 'ok' ? taker : null;
      assert.deepEqual(plain(await context.store.findByKey(key)), expected);
      assert.deepEqual(plain(await context.store.findById(taker.userId)), expected);
    }
  }),
];

/** The two connections in turns. */
async function both(context: AccountContext): Promise<(turn: number) => AccountStore> {
  const peer = await context.openPeer();
  return (turn) => (turn % 2 === 0 ? context.store : peer);
}
