// Conformance: what goes in comes out whole, and ends exactly at its absolute limit.

import assert from 'node:assert/strict';

import type { SessionRecord } from '../../session/record.js';
import {
  change,
  HOUR,
  newId,
  offered,
  pairs,
  storeCase,
  times,
  type StoreCase,
} from './store-case.js';

/** User ids that some stores mistake for each other, or cannot hold. All are different users. */
const USER_IDS: readonly string[] = [
  'a',
  'A',
  'a ',
  ' a',
  'a\t',
  'a\u0000',
  'a\u0000b',
  '\u0000',
  '0',
  '00',
  '1e3',
  '1000',
  'null',
  '__proto__',
  'constructor',
  'o\'brien"; drop table sessions; --',
  '%',
  '_',
  '*',
  '[a]',
  '{a}',
  'a:b',
  'a\\',
  'a\\u0000',
  'a\r\nb',
  '\u00e9',
  'e\u0301',
  '\u212b',
  '\u00c5',
  'ß',
  'ss',
  'ı',
  'I',
  'i',
  'ﬁ',
  'fi',
  '日本語',
  '👩‍👩‍👧',
  '👩',
  '\u202e',
  '\ufeffa',
  '\ufffd',
  '\ufffe',
  '\u{10ffff}',
  'x'.repeat(1_023),
  'x'.repeat(1_024),
  '漢'.repeat(1_024),
];

const DATA: readonly Readonly<Record<string, unknown>>[] = [
  {},
  { empty: [], none: null, object: {}, deep: { a: [{ b: [[], {}] }] } },
  { text: 'é漢👩‍👩‍👧\u2028\u0000"\\/', lone: '\ud800', big: '9007199254740993123456789' },
  { int: 2 ** 53 - 1, negative: -0.5, small: 1e-300, large: 1e300, yes: true, no: false },
  { '': 'empty key', 'a.b': 1, 'a b': 2, '0': 3, é: 4, $where: 5, "'": 6 },
  { constructor: 1, toString: 2, hasOwnProperty: 3, length: 4 },
  { long: 'x'.repeat(64_000) },
  Object.fromEntries(times(1_000, (i) => [`key ${i}`, i])),
];

export const readCases: readonly StoreCase[] = [
  storeCase('a missing session is null, not an error', async ({ store }) => {
    assert.equal(await store.read(newId('user')), null);
    assert.equal(await store.read(newId(null), { fresh: true }), null);
  }),

  storeCase('every field of a record comes back as it was', async (context) => {
    const { store, clock } = context;
    const plain = context.record();
    const anonymous = context.record({
      userId: null,
      client: { userAgent: null, address: null },
    });
    const full = fullRecord(context.record({ lineage: plain.id }), clock.now());
    for (const record of [plain, anonymous, full]) {
      assert.deepEqual(await store.insert(record, {}), { ok: true, ended: [] });
      assert.deepEqual(await store.read(record.id), record);
      assert.deepEqual(await store.read(record.id, { fresh: true }), record);
    }
    const listed = await store.list('user');
    assert.deepEqual(
      listed.find((record) => record.id === full.id),
      full,
    );
  }),

  storeCase(
    'data of every JSON shape comes back the same, and survives a patch',
    async (context) => {
      for (const value of DATA) {
        const { id, data } = await context.add({ data: JSON.stringify(value) });
        assert.deepEqual(pairs((await context.stored(id)).data), pairs(data));
        await context.store.patch(id, change({ another: [] }), {});
        assert.deepEqual(
          pairs((await context.stored(id)).data),
          pairs(JSON.stringify({ ...value, another: [] })),
        );
      }
    },
  ),

  storeCase('__proto__ is an ordinary key of the data', async (context) => {
    const data = '{"__proto__":{"admin":true},"a":1}';
    const { id } = await context.add({ data });
    assert.deepEqual(pairs((await context.stored(id)).data), pairs(data));
    const set = new Map([['__proto__', '["changed"]']]);
    await context.store.patch(id, { set, remove: new Set(['a']) }, {});
    assert.deepEqual(pairs((await context.stored(id)).data), [['__proto__', ['changed']]]);
    await context.store.patch(id, { set: new Map(), remove: new Set(['__proto__']) }, {});
    assert.deepEqual(pairs((await context.stored(id)).data), []);
  }),

  storeCase(
    'every change is seen by the next read, though the session was read before',
    async (context) => {
      const { store, clock } = context;
      const { id, renewal } = await context.add();
      const now = clock.now();
      const changes: readonly (readonly [keyof SessionRecord, () => unknown])[] = [
        ['data', () => store.patch(id, change({ a: 1 }), {})],
        ['revision', () => store.patch(id, change({ a: 2 }), { ifRevision: 1 })],
        ['renewal', () => store.renew(id, renewal, offered(renewal, 'a'))],
        ['deviceKey', () => store.bind(id, null, 'key')],
        ['lastSeenAt', () => store.touch([{ id, seen: now + 5 }])],
        ['replaced', () => context.add({}, { replaces: { id, until: now + 9 } })],
      ];
      for (const [field, act] of changes) {
        const before = await context.stored(id);
        await act();
        assert.notDeepEqual((await context.stored(id))[field], before[field], `${field} is stale`);
      }
      await store.end([id]);
      assert.equal(await store.read(id), null);
    },
  ),

  storeCase('user ids are compared exactly', async (context) => {
    const { store } = context;
    const added = new Map<string, string>();
    for (const userId of USER_IDS) added.set(userId, (await context.add({ userId })).id);
    for (const [userId, id] of added) {
      assert.equal((await context.stored(id)).userId, userId);
      assert.deepEqual(await context.listed(userId), [id], `list of ${JSON.stringify(userId)}`);
    }
    for (const [userId, id] of added) {
      const before = await context.epochs(USER_IDS);
      assert.deepEqual(await store.endUser(userId, {}), [id], `end of ${JSON.stringify(userId)}`);
      const after = await context.epochs(USER_IDS);
      assert.deepEqual(
        USER_IDS.filter((_, i) => before[i] !== after[i]),
        [userId],
      );
    }
  }),
];

export const expiryCases: readonly StoreCase[] = [
  storeCase('a session is there 1 ms before expiresAt and gone at it', async (context) => {
    const { store, clock } = context;
    const { id } = await context.add({ expiresAt: clock.now() + 2_000 });
    clock.advance(1_999);
    assert.equal(await context.isThere(id), true);
    assert.deepEqual(await context.listed(), [id]);
    clock.advance(1);
    assert.equal(await store.read(id), null);
    assert.equal(await store.read(id, { fresh: true }), null);
    assert.deepEqual(await context.listed(), []);
  }),

  storeCase('an expired session is missing for every verb', async (context) => {
    const { store, clock } = context;
    const { id, renewal } = await context.add({ expiresAt: clock.now() + 2_000 });
    clock.advance(2_000);
    assert.equal(await store.patch(id, change({ a: 1 }), {}), 'missing');
    assert.equal(await store.patch(id, change({ a: 1 }), { ifRevision: 0 }), 'missing');
    assert.equal(await store.renew(id, renewal, offered(renewal, 'a')), 'missing');
    assert.equal(await store.bind(id, null, 'key'), 'missing');
    await store.touch([{ id, seen: clock.now() }]);
    assert.equal(await store.read(id), null);
    assert.deepEqual(await store.end([id]), []);
  }),

  storeCase('endUser does not tell of an expired session', async (context) => {
    const { store, clock } = context;
    await context.add({ expiresAt: clock.now() + 2_000 });
    const live = await context.add();
    clock.advance(2_000);
    assert.deepEqual(await store.endUser('user', {}), [live.id]);
  }),

  storeCase('nothing but a replacement moves expiresAt', async (context) => {
    const { store, clock } = context;
    const { id, renewal, expiresAt } = await context.add();
    clock.advance(1_000);
    await store.patch(id, change({ a: 1 }), {});
    await store.renew(id, renewal, offered(renewal, 'a'));
    await store.bind(id, null, 'key');
    await store.touch([{ id, seen: clock.now() }]);
    assert.equal((await context.stored(id)).expiresAt, expiresAt);
    clock.advance(expiresAt - clock.now() - 1);
    await store.touch([{ id, seen: expiresAt + HOUR }]);
    clock.advance(1);
    assert.equal(await store.read(id), null);
  }),

  storeCase(
    'sweep removes what is expired, never more than it was told, and nothing else',
    async (context) => {
      const { store, clock } = context;
      const expiring = await Promise.all(
        times(5, (i) =>
          context.add({ userId: i % 2 === 0 ? 'user' : null, expiresAt: clock.now() + 2_000 }),
        ),
      );
      const edge = await context.add({ expiresAt: clock.now() + 2_001 });
      const live = await context.add();
      clock.advance(2_000);
      let swept = -1;
      for (let rounds = 0; swept !== 0; rounds += 1) {
        swept = await store.sweep(2);
        assert.ok(swept >= 0 && swept <= 2, `swept ${swept} of at most 2`);
        assert.ok(rounds < 5, 'sweep never says 0');
      }
      assert.equal(await context.isThere(edge.id), true);
      assert.equal(await context.isThere(live.id), true);
      for (const { id, userId } of expiring) await context.add({ id, userId });
    },
  ),
];

/** With a value of its own in every field. */
function fullRecord(record: SessionRecord, now: number): SessionRecord {
  return {
    ...record,
    revision: 7,
    renewal: {
      generation: 3,
      hash: 'h'.repeat(43),
      since: now - 5,
      pending: { hash: 'p'.repeat(43), keyId: 'key-id-1' },
      previous: { hash: 'q'.repeat(43), until: now + 9 },
    },
    createdAt: now - 1_000,
    authenticatedAt: now - 900,
    lastSeenAt: now - 10,
    remembered: true,
    factors: [
      { kind: 'password', at: now - 900 },
      { kind: 'totp', at: now - 800 },
    ],
    client: { userAgent: 'Mozilla/5.0 (é "quoted" 👩)', address: '2001:db8::1' },
    deviceKey: '{"kty":"EC"}',
    data: '{"cart":[1,2]}',
  };
}
