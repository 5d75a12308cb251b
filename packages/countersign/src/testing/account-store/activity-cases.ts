// Conformance of account stores: what happened to an account is listed newest first, and bounded.

import assert from 'node:assert/strict';

import type { AccountStore, ActivityRow } from '../../accounts/account-store.js';
import { alone, nextOf, type AccountCase } from './account-case.js';

export const activityCases: readonly AccountCase[] = [
  alone('what was noted comes back as it was, the newest first', async (context) => {
    const { userId } = await context.add();
    const rows = [
      { at: 0, entry: '{"a":"\\u0000\\\\0"}' },
      { at: 1_767_225_600_000, entry: '' },
      { at: 1_767_225_600_001, entry: `'"\\\\0 漢👩 \ufeff\u{10ffff}\n` },
      { at: 8_640_000_000_000_000, entry: '漢'.repeat(1_365) },
    ];
    for (const row of rows) await context.store.addActivity(userId, row, { keep: 10 });
    assert.deepEqual(await listed(context.store, userId), rows.toReversed());
  }),

  alone('newest is by time, and of the same time what was noted later', async (context) => {
    const { userId } = await context.add();
    for (const entry of ['5a', '3a', '9a', '5b', '3b', '9b', '5c']) {
      await context.store.addActivity(userId, { at: Number(entry[0]), entry }, { keep: 10 });
    }
    const entries = (await listed(context.store, userId)).map(({ entry }) => entry);
    assert.deepEqual(entries, ['9b', '9a', '5c', '5b', '5a', '3b', '3a']);
  }),

  alone('only the newest are kept, of each account its own', async (context) => {
    const { store } = context;
    const { userId } = await context.add();
    const other = await context.add();
    await store.addActivity(other.userId, { at: 1, entry: 'theirs' }, { keep: 3 });
    for (const at of [1, 2, 3, 4, 5]) {
      await store.addActivity(userId, { at, entry: `${at}` }, { keep: 3 });
    }
    assert.deepEqual(await times(store, userId), [5, 4, 3]);
    await store.addActivity(userId, { at: 2, entry: 'late' }, { keep: 3 });
    assert.deepEqual(await times(store, userId), [5, 4, 3]);
    await store.addActivity(userId, { at: 6, entry: '6' }, { keep: 2 });
    assert.deepEqual(await times(store, userId), [6, 5]);
    assert.deepEqual(await times(store, other.userId), [1]);
  }),

  alone('at most as many as asked for are listed, the newest', async (context) => {
    const { userId } = await context.add();
    for (const at of [1, 2, 3, 4]) {
      await context.store.addActivity(userId, { at, entry: `${at}` }, { keep: 10 });
    }
    assert.deepEqual(await times(context.store, userId, 3), [4, 3, 2]);
    assert.deepEqual(await times(context.store, userId, 1), [4]);
    assert.deepEqual(await times(context.store, userId, 4), [4, 3, 2, 1]);
  }),

  alone('notes of 50 at once are all there, and trimmed', async (context) => {
    const { userId } = await context.add();
    const add = async (at: number, keep: number): Promise<void> =>
      context.store.addActivity(userId, { at, entry: `${at}` }, { keep });
    const all = Array.from({ length: 50 }, (_, i) => i + 1);
    await Promise.all(all.map(async (at) => add(at, 100)));
    assert.deepEqual(await times(context.store, userId), all.toReversed());
    await Promise.all(all.map(async (i) => add(i + 50, 20)));
    const newest = Array.from({ length: 20 }, (_, i) => 100 - i);
    assert.deepEqual(await times(context.store, userId), newest);
  }),

  alone('notes are forgotten together, of one account only', async (context) => {
    const { store } = context;
    const { userId } = await context.add();
    const other = await context.add();
    for (const id of [userId, other.userId]) {
      for (const at of [1, 2]) await store.addActivity(id, { at, entry: 'x' }, { keep: 5 });
    }
    await store.forgetActivity(userId);
    assert.deepEqual(await times(store, userId), []);
    assert.deepEqual(await times(store, other.userId), [2, 1]);
    await store.addActivity(userId, { at: 3, entry: 'new' }, { keep: 5 });
    assert.deepEqual(await times(store, userId), [3]);
  }),

  alone('notes outlive a change of the account, and change nothing of it', async (context) => {
    const row = await context.add();
    await context.store.addActivity(row.userId, { at: 1, entry: 'x' }, { keep: 5 });
    await context.expectStored(row);
    const next = nextOf(row, { keys: [], document: '' });
    assert.equal(await context.store.replace(next), 'ok');
    assert.deepEqual(await times(context.store, row.userId), [1]);
    await context.store.forgetActivity(row.userId);
    await context.expectStored(next);
  }),

  alone('an account that there is not has no notes', async (context) => {
    await context.store.addActivity('nobody', { at: 1, entry: 'x' }, { keep: 5 });
    assert.deepEqual(await times(context.store, 'nobody'), []);
    await context.add({ userId: 'nobody' });
    assert.deepEqual(await times(context.store, 'nobody'), []);
  }),

  alone('notes given out or in are not the store’s own', async (context) => {
    const { userId } = await context.add();
    const given = { at: 1, entry: 'as it was' };
    await context.store.addActivity(userId, given, { keep: 5 });
    given.entry = 'changed';
    const read = await context.store.listActivity(userId, 5);
    assert.deepEqual({ ...read[0] }, { at: 1, entry: 'as it was' });
    Reflect.set(read[0] ?? {}, 'entry', 'changed');
    Reflect.set(read, 1, { at: 2, entry: 'added' });
    const again = await listed(context.store, userId);
    assert.deepEqual(again, [{ at: 1, entry: 'as it was' }]);
  }),
];

async function listed(
  store: AccountStore,
  userId: string,
  limit = 1_000,
): Promise<readonly ActivityRow[]> {
  return (await store.listActivity(userId, limit)).map((row) => ({ ...row }));
}

async function times(
  store: AccountStore,
  userId: string,
  limit?: number,
): Promise<readonly number[]> {
  return (await listed(store, userId, limit)).map(({ at }) => at);
}
