// Conformance: insert with its guards. Epoch, replacement and limit hold in one step with the record.

import assert from 'node:assert/strict';

import { HOUR, newId, offered, sorted, storeCase, times, type StoreCase } from './store-case.js';

const refuse = (max: number) => ({ limit: { max, over: 'refuse' } }) as const;
const endOldest = (max: number) => ({ limit: { max, over: 'end-oldest' } }) as const;

export const epochCases: readonly StoreCase[] = [
  storeCase(
    'a user never seen has an epoch, the same until something changes it',
    async (context) => {
      const { store } = context;
      const before = await store.epoch('nobody');
      assert.equal(typeof before, 'string');
      const { id } = await context.add({ userId: 'nobody' });
      await store.end([id]);
      assert.equal(await store.epoch('nobody'), before);
    },
  ),

  storeCase('an insert needs the epoch to be still the one that was read', async (context) => {
    const { store } = context;
    const epoch = await store.epoch('user');
    const first = await context.add({}, { epoch });
    await context.add({}, { epoch });
    await store.endUser('user', { except: first.id });
    const late = context.record();
    assert.deepEqual(await store.insert(late, { epoch }), { ok: false, reason: 'epoch' });
    assert.equal(await store.read(late.id), null);
    assert.deepEqual(await context.listed(), [first.id]);
    await context.add({}, { epoch: await store.epoch('user') });
  }),

  storeCase('changeEpoch refuses sign-ins that began before, and ends nothing', async (context) => {
    const { store } = context;
    const [epoch = '', other = ''] = await context.epochs(['user', 'another']);
    const { id } = await context.add({}, { epoch });
    await store.changeEpoch('user');
    const refused = { ok: false, reason: 'epoch' };
    assert.deepEqual(await store.insert(context.record(), { epoch }), refused);
    assert.deepEqual(await context.listed(), [id]);
    assert.notEqual(await store.epoch('user'), epoch);
    assert.equal(await store.epoch('another'), other);
    await context.add({}, { epoch: await store.epoch('user') });
  }),

  storeCase('an epoch from elsewhere is refused', async (context) => {
    for (const epoch of ['', '0', 'null', 'undefined', '__proto__']) {
      const result = await context.store.insert(context.record(), { epoch });
      assert.deepEqual(result, { ok: false, reason: 'epoch' });
    }
    assert.deepEqual(await context.listed(), []);
  }),

  storeCase('no epoch of a user ever comes back', async ({ store }) => {
    const seen = [await store.epoch('user')];
    for (let i = 0; i < 5; i += 1) {
      await store.endUser('user', {});
      seen.push(await store.epoch('user'));
      await store.endEveryone();
      seen.push(await store.epoch('user'));
    }
    assert.equal(new Set(seen).size, seen.length);
  }),

  storeCase('a changed epoch is remembered for 24 hours without a session', async (context) => {
    const { store, clock } = context;
    const epoch = await store.epoch('user');
    await store.endUser('user', {});
    for (let hour = 0; hour < 24; hour += 1) {
      clock.advance(hour < 23 ? HOUR : HOUR - 1);
      await store.sweep(100);
    }
    const result = await store.insert(context.record(), { epoch });
    assert.deepEqual(result, { ok: false, reason: 'epoch' });
  }),

  storeCase('an anonymous session has no epoch to check and no limit', async (context) => {
    const { store } = context;
    await store.endEveryone();
    for (let i = 0; i < 3; i += 1) await context.add({ userId: null }, refuse(1));
  }),

  storeCase('an id is taken once', async (context) => {
    const { store } = context;
    const { id } = await context.add({ data: '{"a":1}' });
    const twin = context.record({ id, data: '{"a":2}' });
    assert.deepEqual(await store.insert(twin, {}), { ok: false, reason: 'duplicate' });
    assert.equal((await context.stored(id)).data, '{"a":1}');
    assert.deepEqual(await context.listed(), [id]);
    await store.end([id]);
    await context.add({ id });
  }),
];

export const replacementCases: readonly StoreCase[] = [
  storeCase(
    'the replaced session is marked and ends at the earlier of two limits',
    async (context) => {
      const { clock } = context;
      const now = clock.now();
      const long = await context.add({ expiresAt: now + HOUR });
      const short = await context.add({ expiresAt: now + 1_000 });
      await context.add({}, { replaces: { id: long.id, until: now + 5_000 } });
      await context.add({}, { replaces: { id: short.id, until: now + 5_000 } });
      assert.deepEqual(await context.stored(long.id), {
        ...long,
        replaced: true,
        expiresAt: now + 5_000,
      });
      assert.deepEqual(await context.stored(short.id), { ...short, replaced: true });
      clock.advance(4_999);
      assert.equal(await context.isThere(long.id), true);
      clock.advance(1);
      assert.equal(await context.isThere(long.id), false);
    },
  ),

  storeCase('a replaced session is not renewed any more, but takes data', async (context) => {
    const { store, clock } = context;
    const { id, renewal } = await context.add();
    await context.add({}, { replaces: { id, until: clock.now() + 5_000 } });
    assert.equal(await store.renew(id, renewal, offered(renewal, 'a')), 'stale');
    assert.equal(
      await store.patch(id, { set: new Map([['a', '1']]), remove: new Set() }, {}),
      'ok',
    );
    assert.deepEqual(await context.stored(id), {
      ...(await context.stored(id)),
      data: '{"a":1}',
      renewal,
      replaced: true,
    });
  }),

  storeCase('an ended or expired session has no successor', async (context) => {
    const { store, clock } = context;
    const ended = await context.add();
    const expired = await context.add({ expiresAt: clock.now() + 1_000 });
    await store.end([ended.id]);
    clock.advance(1_000);
    for (const id of [ended.id, expired.id, newId('user')]) {
      const result = await store.insert(context.record(), {
        replaces: { id, until: clock.now() + 5_000 },
      });
      assert.deepEqual(result, { ok: false, reason: 'replaced-missing' });
    }
    assert.deepEqual(await context.listed(), []);
  }),

  storeCase('a refused insert leaves the session it would replace alone', async (context) => {
    const { store, clock } = context;
    const epoch = await store.epoch('user');
    await store.endUser('user', {});
    const old = await context.add();
    const other = await context.add();
    const replaces = { id: old.id, until: clock.now() + 5_000 };
    const byEpoch = await store.insert(context.record(), { epoch, replaces });
    const byLimit = await store.insert(context.record(), { ...refuse(1), replaces });
    const twin = await store.insert(context.record({ id: other.id }), { replaces });
    assert.deepEqual(
      [byEpoch, byLimit, twin].map((result) => !result.ok && result.reason),
      ['epoch', 'limit', 'duplicate'],
    );
    assert.deepEqual(await context.stored(old.id), old);
  }),
];

export const limitCases: readonly StoreCase[] = [
  storeCase('a limit that refuses takes exactly max sessions', async (context) => {
    const { store } = context;
    const kept = [];
    for (let i = 0; i < 3; i += 1) kept.push((await context.add({}, refuse(3))).id);
    const result = await store.insert(context.record(), refuse(3));
    assert.deepEqual(result, { ok: false, reason: 'limit' });
    assert.deepEqual(sorted(await context.listed()), sorted(kept));
    await context.add({ userId: 'another' }, refuse(1));
    await store.end(kept.slice(0, 1));
    await context.add({}, refuse(3));
  }),

  storeCase('a limit that ends the oldest keeps exactly max sessions', async (context) => {
    const { clock } = context;
    const now = clock.now();
    const middle = await context.add({ createdAt: now - 20 });
    const oldest = await context.add({ createdAt: now - 30 });
    const young = await context.add({ createdAt: now - 10 });
    const bystander = await context.add({ createdAt: now - 99, userId: 'another' });
    const fourth = context.record();
    assert.deepEqual(await context.store.insert(fourth, endOldest(3)), {
      ok: true,
      ended: [oldest.id],
    });
    assert.deepEqual(await context.listed(), [fourth.id, young.id, middle.id]);
    assert.equal(await context.isThere(oldest.id), false);
    assert.equal(await context.isThere(bystander.id), true);
  }),

  storeCase('a limit that was lowered ends as many as are too many', async (context) => {
    const { clock, store } = context;
    const old = [];
    for (const i of times(5, Number)) {
      old.push((await context.add({ createdAt: clock.now() - 50 + i })).id);
    }
    const newest = context.record();
    const result = await store.insert(newest, endOldest(2));
    assert.deepEqual(result.ok && sorted(result.ended), sorted(old.slice(0, 4)));
    assert.deepEqual(sorted(await context.listed()), sorted([old[4] ?? '', newest.id]));
  }),

  storeCase('expired and replaced sessions do not count against the limit', async (context) => {
    const { clock } = context;
    await context.add({ expiresAt: clock.now() + 1_000 });
    const replaced = await context.add();
    const replaces = { id: replaced.id, until: clock.now() + HOUR };
    clock.advance(1_000);
    const current = await context.add({}, { ...refuse(1), replaces });
    assert.deepEqual(sorted(await context.listed()), sorted([replaced.id, current.id]));
    const next = context.record();
    const result = await context.store.insert(next, endOldest(1));
    assert.deepEqual(result, { ok: true, ended: [current.id] });
    assert.equal(await context.isThere(replaced.id), true);
  }),
];
