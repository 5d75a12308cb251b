// Conformance: endings, the list they work on, and the end of the store itself.

import assert from 'node:assert/strict';

import { change, newId, offered, sorted, storeCase, times, type StoreCase } from './store-case.js';

export const endingCases: readonly StoreCase[] = [
  storeCase(
    'end removes records and index entries, and tells which there were',
    async (context) => {
      const { store } = context;
      const [one, two, three] = [await context.add(), await context.add(), await context.add()];
      const anonymous = await context.add({ userId: null });
      const ids = [one.id, newId('user'), anonymous.id, one.id, two.id];
      assert.deepEqual(sorted(await store.end(ids)), sorted([one.id, two.id, anonymous.id]));
      for (const id of ids) assert.equal(await store.read(id), null);
      assert.deepEqual(await context.listed(), [three.id]);
      assert.deepEqual(await store.end(ids), []);
      assert.deepEqual(await store.end([]), []);
    },
  ),

  storeCase('endUser ends all sessions of that user and of no other', async (context) => {
    const { store } = context;
    const mine = [await context.add(), await context.add()].map(({ id }) => id);
    const other = await context.add({ userId: 'another' });
    const anonymous = await context.add({ userId: null });
    const epochs = [await store.epoch('user'), await store.epoch('another')];
    assert.deepEqual(sorted(await store.endUser('user', {})), sorted(mine));
    assert.deepEqual(await context.listed(), []);
    for (const id of mine) assert.equal(await store.read(id), null);
    assert.equal(await context.isThere(other.id), true);
    assert.equal(await context.isThere(anonymous.id), true);
    assert.notEqual(await store.epoch('user'), epochs[0]);
    assert.equal(await store.epoch('another'), epochs[1]);
    assert.deepEqual(await store.endUser('user', {}), []);
  }),

  storeCase(
    'endUser spares the one session it is told to, and changes the epoch',
    async (context) => {
      const { store } = context;
      const [kept, gone] = [await context.add(), await context.add()];
      const other = await context.add({ userId: 'another' });
      const epoch = await store.epoch('user');
      assert.deepEqual(await store.endUser('user', { except: kept.id }), [gone.id]);
      assert.deepEqual(await context.listed(), [kept.id]);
      assert.notEqual(await store.epoch('user'), epoch);
      assert.deepEqual(await store.endUser('user', { except: other.id }), [kept.id]);
    },
  ),

  storeCase('endUser changes the epoch of a user without sessions', async ({ store }) => {
    const epoch = await store.epoch('nobody');
    assert.deepEqual(await store.endUser('nobody', {}), []);
    assert.notEqual(await store.epoch('nobody'), epoch);
  }),

  storeCase('endEveryone ends every session and changes every epoch', async (context) => {
    const { store } = context;
    await store.endUser('raised before', {});
    const users = ['user', 'another', 'raised before', 'never seen'];
    const epochs = await context.epochs(users);
    const ids = [];
    for (const userId of ['user', 'user', 'another', null, null]) {
      ids.push((await context.add({ userId })).id);
    }
    await store.endEveryone();
    for (const id of ids) assert.equal(await store.read(id), null);
    for (const [i, userId] of users.entries()) {
      assert.deepEqual(await context.listed(userId), []);
      assert.notEqual(await store.epoch(userId), epochs[i]);
      const guard = { epoch: epochs[i] ?? '' };
      const result = await store.insert(context.record({ userId }), guard);
      assert.deepEqual(result, { ok: false, reason: 'epoch' });
    }
    const again = await context.add({}, { epoch: await store.epoch('user') });
    assert.equal(await context.isThere(again.id), true);
  }),

  storeCase('nothing brings an ended session back', async (context) => {
    const { store, clock } = context;
    const records = await Promise.all(times(3, () => context.add()));
    await store.end([records[0]?.id ?? '']);
    await store.endUser('user', { except: records[2]?.id ?? '' });
    await store.endEveryone();
    for (const { id, renewal } of records) {
      await store.patch(id, change({ a: 1 }), {});
      await store.renew(id, renewal, offered(renewal, 'a'));
      await store.bind(id, null, 'key');
      await store.touch([{ id, seen: clock.now() + 1 }]);
      assert.equal(await store.read(id), null);
    }
    assert.deepEqual(await context.listed(), []);
  }),
];

export const listCases: readonly StoreCase[] = [
  storeCase('list gives whole records, newest first, replaced ones too', async (context) => {
    const { store, clock } = context;
    const now = clock.now();
    const middle = await context.add({ createdAt: now - 20 });
    const oldest = await context.add({ createdAt: now - 30 });
    await context.add({ createdAt: now - 5, userId: 'another' });
    const replaces = { id: oldest.id, until: now + 1_000 };
    const newest = await context.add({ createdAt: now - 10 }, { replaces });
    assert.deepEqual(await store.list('user'), [
      newest,
      middle,
      { ...oldest, replaced: true, expiresAt: now + 1_000 },
    ]);
    assert.deepEqual(await store.list('nobody'), []);
  }),

  storeCase('list gives the newest 1,000 at most', async (context) => {
    const { clock, store } = context;
    const start = clock.now() - 10_000;
    for (let i = 0; i < 1_003; i += 1) await context.add({ createdAt: start + i });
    const listed = await store.list('user');
    assert.deepEqual(
      listed.map(({ createdAt }) => createdAt - start),
      times(1_000, (i) => 1_002 - i),
    );
  }),
];

export const lifetimeCases: readonly StoreCase[] = [
  storeCase('after close every verb fails, and no timer is left', async (context) => {
    const { store, clock } = context;
    const { id, renewal } = await context.add();
    store.subscribe?.(
      { ended: () => undefined, everything: () => undefined },
      { heartbeat: 1_000 },
    );
    await store.close();
    assert.equal(clock.waiting, 0);
    const verbs: readonly (() => unknown)[] = [
      () => store.read(id),
      () => store.epoch('user'),
      () => store.insert(context.record(), {}),
      () => store.patch(id, change({ a: 1 }), {}),
      () => store.renew(id, renewal, offered(renewal, 'a')),
      () => store.bind(id, null, 'key'),
      () => store.touch([{ id, seen: clock.now() }]),
      () => store.end([id]),
      () => store.endUser('user', {}),
      () => store.changeEpoch('user'),
      () => store.endEveryone(),
      () => store.list('user'),
      () => store.sweep(1),
    ];
    for (const verb of verbs) {
      await assert.rejects(async () => verb(), `${String(verb)} did not fail`);
    }
  }),
];
