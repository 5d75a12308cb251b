// Conformance: the verbs that change one record: patch, renew, bind, touch. None of them creates.

import assert from 'node:assert/strict';

import {
  change,
  HOUR,
  newId,
  offered,
  pairs,
  promoted,
  storeCase,
  type StoreCase,
} from './store-case.js';

export const patchCases: readonly StoreCase[] = [
  storeCase('a patch sets, replaces and removes keys, and leaves the others', async (context) => {
    const { store } = context;
    const data = '{"kept":{"a":[1]},"replaced":{"old":true},"removed":1}';
    const record = await context.add({ data, revision: 4 });
    const { id } = record;
    const patch = change({ replaced: { new: [] }, added: null }, ['removed', 'never there']);
    assert.equal(await store.patch(id, patch, {}), 'ok');
    const stored = await context.stored(id);
    assert.deepEqual(pairs(stored.data), [
      ['added', null],
      ['kept', { a: [1] }],
      ['replaced', { new: [] }],
    ]);
    assert.deepEqual(stored, { ...record, revision: 5, data: stored.data });
  }),

  storeCase('a patch never creates', async (context) => {
    const { store } = context;
    const { id } = await context.add();
    await store.end([id]);
    for (const missing of [id, newId('user'), newId(null)]) {
      assert.equal(await store.patch(missing, change({ a: 1 }), {}), 'missing');
      assert.equal(await store.patch(missing, change({ a: 1 }), { ifRevision: 0 }), 'missing');
      assert.equal(await store.read(missing), null);
    }
    assert.deepEqual(await context.listed(), []);
  }),

  storeCase('a patch with a revision needs exactly that one', async (context) => {
    const { store } = context;
    const { id } = await context.add({ revision: 5 });
    for (const ifRevision of [4, 6, 0]) {
      assert.equal(await store.patch(id, change({ a: 'no' }), { ifRevision }), 'conflict');
    }
    assert.equal((await context.stored(id)).data, '{}');
    assert.equal((await context.stored(id)).revision, 5);
    assert.equal(await store.patch(id, change({ a: 'yes' }), { ifRevision: 5 }), 'ok');
    assert.equal(await store.patch(id, change({ a: 'again' }), { ifRevision: 5 }), 'conflict');
    assert.deepEqual(pairs((await context.stored(id)).data), [['a', 'yes']]);
    assert.equal((await context.stored(id)).revision, 6);
  }),
];

export const renewCases: readonly StoreCase[] = [
  storeCase('a renewal goes from offer to promotion to the next offer', async (context) => {
    const { store, clock } = context;
    const record = await context.add({ data: '{"a":1}', revision: 3 });
    const offer = offered(record.renewal, 'a');
    const promotion = promoted(offer, clock.now());
    const next = offered(promotion, 'b');
    for (const [from, to] of [
      [record.renewal, offer],
      [offer, promotion],
      [promotion, next],
    ] as const) {
      assert.equal(await store.renew(record.id, from, to), 'ok');
      assert.deepEqual(await context.stored(record.id), { ...record, renewal: to });
    }
  }),

  storeCase('a renewal from another generation or pending secret is stale', async (context) => {
    const { store } = context;
    const { id, renewal } = await context.add();
    const offer = offered(renewal, 'a');
    const wrong = [
      offer,
      { ...renewal, generation: 1 },
      { ...renewal, generation: -1 },
      offered(renewal, 'b'),
    ];
    for (const from of wrong) assert.equal(await store.renew(id, from, offer), 'stale');
    assert.deepEqual((await context.stored(id)).renewal, renewal);
    assert.equal(await store.renew(id, renewal, offer), 'ok');
    for (const from of [renewal, offered(renewal, 'b'), { ...offer, generation: 1 }]) {
      assert.equal(await store.renew(id, from, offered(renewal, 'c')), 'stale');
    }
    assert.deepEqual((await context.stored(id)).renewal, offer);
  }),

  storeCase('a renewal never creates', async (context) => {
    const { store } = context;
    const { id, renewal } = await context.add();
    await store.end([id]);
    assert.equal(await store.renew(id, renewal, offered(renewal, 'a')), 'missing');
    assert.equal(await store.read(id), null);
  }),
];

export const bindCases: readonly StoreCase[] = [
  storeCase(
    'a device key is bound, changed and taken away by compare-and-swap',
    async (context) => {
      const { store } = context;
      const record = await context.add();
      const { id } = record;
      assert.equal(await store.bind(id, 'key 1', 'key 2'), 'stale');
      assert.equal(await store.bind(id, null, 'key 1'), 'ok');
      assert.equal(await store.bind(id, null, 'thief'), 'stale');
      assert.equal(await store.bind(id, 'key', 'thief'), 'stale');
      assert.deepEqual(await context.stored(id), { ...record, deviceKey: 'key 1' });
      assert.equal(await store.bind(id, 'key 1', 'key 2'), 'ok');
      assert.equal((await context.stored(id)).deviceKey, 'key 2');
      assert.equal(await store.bind(id, 'key 2', null), 'ok');
      assert.deepEqual(await context.stored(id), record);
    },
  ),

  storeCase('a binding never creates', async (context) => {
    const { store } = context;
    const { id } = await context.add();
    await store.end([id]);
    assert.equal(await store.bind(id, null, 'key'), 'missing');
    assert.equal(await store.read(id), null);
  }),
];

export const touchCases: readonly StoreCase[] = [
  storeCase('a touch moves lastSeenAt forward and never back', async (context) => {
    const { store, clock } = context;
    const record = await context.add({ revision: 2, data: '{"a":1}' });
    const { id, lastSeenAt } = record;
    const seen = clock.now() + 500;
    await store.touch([{ id, seen }]);
    assert.deepEqual(await context.stored(id), { ...record, lastSeenAt: seen });
    await store.touch([{ id, seen: seen - 1 }]);
    await store.touch([{ id, seen: lastSeenAt }]);
    assert.equal((await context.stored(id)).lastSeenAt, seen);
    await store.touch([
      { id, seen: seen + 9 },
      { id, seen: seen + 3 },
    ]);
    assert.equal((await context.stored(id)).lastSeenAt, seen + 9);
  }),

  storeCase('a touch stops at expiresAt', async (context) => {
    const { store } = context;
    const { id, expiresAt } = await context.add();
    await store.touch([{ id, seen: expiresAt - 1 }]);
    assert.equal((await context.stored(id)).lastSeenAt, expiresAt - 1);
    await store.touch([{ id, seen: expiresAt + HOUR }]);
    const stored = await context.stored(id);
    assert.deepEqual([stored.lastSeenAt, stored.expiresAt], [expiresAt, expiresAt]);
  }),

  storeCase('a touch passes over missing sessions and creates none', async (context) => {
    const { store, clock } = context;
    const ended = await context.add();
    const live = await context.add();
    await store.end([ended.id]);
    const seen = clock.now() + 500;
    await store.touch([
      { id: ended.id, seen },
      { id: live.id, seen },
      { id: newId(null), seen },
    ]);
    await store.touch([]);
    assert.equal(await store.read(ended.id), null);
    assert.equal((await context.stored(live.id)).lastSeenAt, seen);
    assert.deepEqual(await context.listed(), [live.id]);
  }),
];
