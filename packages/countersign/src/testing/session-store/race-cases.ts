// Conformance: what parallel verbs may do to each other, over one connection and over two. A store
// that answers at once passes the former by that alone.

import assert from 'node:assert/strict';

import type { SessionStore } from '../../session/store.js';
import {
  change,
  offered,
  pairs,
  peerCase,
  sorted,
  storeCase,
  times,
  type CaseContext,
  type StoreCase,
} from './store-case.js';

/** Hands out the connections of a case in turn. */
type Pick = (index: number) => SessionStore;

interface Race {
  readonly name: string;
  readonly run: (context: CaseContext, pick: Pick) => Promise<void>;
}

const races: readonly Race[] = [
  {
    name: '100 patches of different keys all survive',
    async run(context, pick) {
      const { id } = await context.add();
      const results = await Promise.all(
        times(100, async (i) => pick(i).patch(id, change({ [`key ${i}`]: i }), {})),
      );
      assert.deepEqual([...new Set(results)], ['ok']);
      const { data, revision } = await context.stored(id);
      assert.equal(revision, 100);
      assert.deepEqual(
        pairs(data),
        pairs(JSON.stringify(Object.fromEntries(times(100, (i) => [`key ${i}`, i])))),
      );
    },
  },
  {
    name: 'one patch wins per revision',
    async run(context, pick) {
      const { id } = await context.add();
      for (let ifRevision = 0; ifRevision < 5; ifRevision += 1) {
        const results = await Promise.all(
          times(20, async (i) => pick(i).patch(id, change({ winner: i }), { ifRevision })),
        );
        assert.equal(results.filter((result) => result === 'ok').length, 1);
        assert.equal(results.filter((result) => result === 'conflict').length, 19);
        const { data, revision } = await context.stored(id);
        assert.equal(revision, ifRevision + 1);
        assert.deepEqual(pairs(data), [['winner', results.indexOf('ok')]]);
      }
    },
  },
  {
    name: 'one renewal wins, the others are stale',
    async run(context, pick) {
      const { id, renewal } = await context.add();
      const results = await Promise.all(
        times(20, async (i) => pick(i).renew(id, renewal, offered(renewal, String(i)))),
      );
      assert.equal(results.filter((result) => result === 'ok').length, 1);
      assert.equal(results.filter((result) => result === 'stale').length, 19);
      const winner = offered(renewal, String(results.indexOf('ok')));
      assert.deepEqual((await context.stored(id)).renewal, winner);
    },
  },
  {
    name: 'patches, renewals and touches of one session do not undo each other',
    async run(context, pick) {
      const { store, clock } = context;
      const { id, renewal } = await context.add();
      const seen = clock.now() + 99;
      await Promise.all([
        ...times(20, async (i) => pick(i).patch(id, change({ [`key ${i}`]: i }), {})),
        ...times(20, async (i) => pick(i).touch([{ id, seen: seen - i }])),
        pick(0).renew(id, renewal, offered(renewal, 'a')),
        pick(1).bind(id, null, 'key'),
      ]);
      const record = await context.stored(id);
      assert.equal(Object.keys(pairs(record.data)).length, 20);
      assert.deepEqual(record.renewal, offered(renewal, 'a'));
      assert.deepEqual([record.lastSeenAt, record.deviceKey], [seen, 'key']);
      assert.deepEqual(await store.end([id]), [id]);
    },
  },
  {
    name: 'a limit that refuses holds under 50 parallel inserts',
    async run(context, pick) {
      const guard = { limit: { max: 5, over: 'refuse' } } as const;
      const results = await Promise.all(
        times(50, async (i) => pick(i).insert(context.record(), guard)),
      );
      assert.equal(results.filter(({ ok }) => ok).length, 5);
      assert.equal((await context.listed()).length, 5);
    },
  },
  {
    name: 'a limit that ends the oldest holds under 50 parallel inserts',
    async run(context, pick) {
      const guard = { limit: { max: 5, over: 'end-oldest' } } as const;
      const records = times(50, () => context.record());
      const results = await Promise.all(
        records.map(async (record, i) => pick(i).insert(record, guard)),
      );
      const ended = results.flatMap((result) => (result.ok ? result.ended : []));
      assert.equal(ended.length, 45);
      assert.deepEqual(
        sorted([...ended, ...(await context.listed())]),
        sorted(records.map(({ id }) => id)),
      );
    },
  },
  {
    name: 'endUser leaves no session whose epoch was read before it',
    async run(context, pick) {
      const { store } = context;
      const epoch = await store.epoch('user');
      const records = times(20, () => context.record());
      const insert = async (i: number): Promise<unknown> => {
        const record = records[i];
        return record && pick(i).insert(record, { epoch });
      };
      await Promise.all([
        ...times(10, insert),
        pick(0).endUser('user', {}),
        ...times(10, (i) => insert(10 + i)),
      ]);
      for (const { id } of records) assert.equal(await store.read(id), null);
      assert.deepEqual(await context.listed(), []);
      assert.equal(await pick(0).epoch('user'), await pick(1).epoch('user'));
    },
  },
  {
    name: 'endEveryone leaves no session whose epoch was read before it',
    async run(context, pick) {
      const users = times(10, (i) => `user ${i}`);
      const epochs = await context.epochs(users);
      const insert = async (userId: string, i: number): Promise<unknown> =>
        pick(i).insert(context.record({ userId }), { epoch: epochs[i] ?? '' });
      await Promise.all([...users.map(insert), pick(0).endEveryone(), ...users.map(insert)]);
      for (const userId of users) assert.deepEqual(await context.listed(userId), []);
      assert.equal(await pick(0).epoch('user'), await pick(1).epoch('user'));
    },
  },
  {
    name: 'endings race with writes and win',
    async run(context, pick) {
      const { store, clock } = context;
      const records = await Promise.all(times(10, () => context.add()));
      await Promise.all(
        records.flatMap(({ id, renewal }, i) => [
          (async () => pick(i).patch(id, change({ a: 1 }), {}))(),
          (async () => pick(i + 1).end([id]))(),
          (async () => pick(i).patch(id, change({ b: 1 }), {}))(),
          (async () => pick(i).renew(id, renewal, offered(renewal, 'a')))(),
          (async () => pick(i).touch([{ id, seen: clock.now() + 1 }]))(),
        ]),
      );
      for (const { id } of records) assert.equal(await store.read(id), null);
      assert.deepEqual(await context.listed(), []);
    },
  },
];

export const raceCases: readonly StoreCase[] = races.map(({ name, run }) =>
  storeCase(name, (context) => run(context, () => context.store)),
);

export const peerCases: readonly StoreCase[] = [
  ...races.map(({ name, run }) =>
    peerCase(name, async (context) => {
      const connections = [context.store, await context.openPeer()];
      await run(context, (index) => connections[index % 2] ?? context.store);
    }),
  ),

  peerCase('what one connection has written the other reads', async (context) => {
    const { store } = context;
    const peer = await context.openPeer();
    const record = await context.add();
    const { id } = record;
    assert.deepEqual(await peer.read(id), record);
    assert.deepEqual(await peer.list('user'), [record]);
    await peer.patch(id, change({ a: 1 }), {});
    assert.equal((await context.stored(id)).data, '{"a":1}');
    assert.equal(await store.patch(id, change({ a: 2 }), { ifRevision: 0 }), 'conflict');
    assert.deepEqual(await peer.end([id]), [id]);
    assert.equal(await store.read(id), null);
    assert.equal(await store.patch(id, change({ a: 3 }), {}), 'missing');
  }),

  peerCase('an epoch changed over one connection holds over the other', async (context) => {
    const { store } = context;
    const peer = await context.openPeer();
    const epoch = await store.epoch('user');
    assert.equal(await peer.epoch('user'), epoch);
    await peer.endUser('user', {});
    const refused = { ok: false, reason: 'epoch' };
    assert.deepEqual(await store.insert(context.record(), { epoch }), refused);
    const next = await store.epoch('user');
    await peer.endEveryone();
    assert.deepEqual(await store.insert(context.record(), { epoch: next }), refused);
    assert.equal(await peer.epoch('user'), await store.epoch('user'));
  }),
];
