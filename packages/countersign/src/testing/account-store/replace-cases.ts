// Conformance of account stores: an account is replaced as a whole, at its revision, if its keys are free.

import assert from 'node:assert/strict';

import { alone, makeRow, nextOf, type AccountCase } from './account-case.js';

export const replaceCases: readonly AccountCase[] = [
  alone('an account is replaced whole, and no other', async (context) => {
    const row = await context.add();
    const other = await context.add();
    const second = nextOf(row, { document: 'second' });
    assert.equal(await context.store.replace(second), 'ok');
    await context.expectStored(second);
    const third = nextOf(second, { document: '' });
    assert.equal(await context.store.replace(third), 'ok');
    await context.expectStored(third);
    await context.expectStored(other);
  }),

  alone('another revision is a conflict, and nothing changes', async (context) => {
    const row = await context.add({ revision: 5 });
    for (const revision of [1, 4, 5, 7, 100]) {
      const late = { ...row, keys: ['late'], document: 'late', revision };
      assert.equal(await context.store.replace(late), 'conflict');
    }
    await context.expectStored(row);
    assert.equal(await context.store.findByKey('late'), null);
  }),

  alone('a revision that is conflict and taken at once is a conflict', async (context) => {
    const row = await context.add();
    const { keys } = await context.add();
    assert.equal(await context.store.replace({ ...row, keys }), 'conflict');
    assert.equal(await context.store.replace(makeRow({ keys, revision: 2 })), 'missing');
  }),

  alone('keys are taken, given back and moved', async (context) => {
    const row = await context.add({ keys: ['a', 'b', 'c'] });
    const orders = [['c', 'd', 'a'], ['a', 'c', 'd'], [], ['d'], ['b', 'd', 'a']];
    let stored = row;
    for (const keys of orders) {
      stored = nextOf(stored, { keys });
      assert.equal(await context.store.replace(stored), 'ok');
      await context.expectStored(stored);
      for (const key of ['a', 'b', 'c', 'd'].filter((each) => !keys.includes(each))) {
        assert.equal(await context.store.findByKey(key), null, key);
      }
    }
  }),

  alone('a key of another account is taken, and nothing changes', async (context) => {
    const other = await context.add({ keys: ['m', 'theirs'] });
    const row = await context.add({ keys: ['a', 'z'] });
    const wanting = nextOf(row, { keys: ['z', 'b', 'theirs', 'zz'], document: 'new' });
    assert.equal(await context.store.replace(wanting), 'taken');
    await context.expectStored(row);
    await context.expectStored(other);
    assert.equal(await context.store.findByKey('b'), null);
    assert.equal(await context.store.findByKey('zz'), null);
  }),

  alone('a key that was given back is free for others', async (context) => {
    const row = await context.add({ keys: ['name', 'address'] });
    assert.equal(await context.store.replace(nextOf(row, { keys: ['name'] })), 'ok');
    const other = await context.add({ keys: ['address'] });
    await context.expectStored(other);
    const third = await context.add();
    const wanting = nextOf(third, { keys: ['address'] });
    assert.equal(await context.store.replace(wanting), 'taken');
    assert.equal(await context.store.replace(nextOf(other, { keys: [] })), 'ok');
    assert.equal(await context.store.replace(wanting), 'ok');
    await context.expectStored(wanting);
    assert.equal(
      await context.store.replace(nextOf(nextOf(row), { keys: ['name', 'address'] })),
      'taken',
    );
  }),

  alone('what is given in is not the store’s own', async (context) => {
    const row = await context.add({ keys: ['a'] });
    const keys = ['a', 'b'];
    const next = nextOf(row, { keys });
    assert.equal(await context.store.replace(next), 'ok');
    keys.push('c');
    await context.expectStored({ ...next, keys: ['a', 'b'] });
  }),

  alone('one of 50 parallel changes of a revision wins', async (context) => {
    const row = await context.add({ keys: ['name'] });
    const rows = Array.from({ length: 50 }, (_, i) =>
      nextOf(row, { keys: ['name', `key ${i}`], document: `${i}` }),
    );
    const results = await Promise.all(rows.map(async (each) => context.store.replace(each)));
    assert.equal(results.filter((result) => result === 'ok').length, 1);
    assert.equal(results.filter((result) => result === 'conflict').length, 49);
    const winner = rows[results.indexOf('ok')];
    assert.ok(winner !== undefined);
    await context.expectStored(winner);
    for (const { keys } of rows.filter((each) => each !== winner)) {
      assert.equal(await context.store.findByKey(keys[1] ?? ''), null);
    }
  }),

  alone('one of 50 accounts that want a key at once gets it', async (context) => {
    const rows = await Promise.all(Array.from({ length: 50 }, async () => context.add()));
    const wanting = rows.map((row, i) =>
      nextOf(row, { keys: i % 2 === 0 ? ['wanted', ...row.keys] : [...row.keys, 'wanted'] }),
    );
    const results = await Promise.all(wanting.map(async (each) => context.store.replace(each)));
    assert.equal(results.filter((result) => result === 'ok').length, 1);
    assert.equal(results.filter((result) => result === 'taken').length, 49);
    for (const [i, result] of results.entries()) {
      const left = result === 'ok' ? wanting[i] : rows[i];
      assert.ok(left !== undefined);
      await context.expectStored(left);
    }
  }),

  alone('after closing, every verb fails', async ({ store }) => {
    const row = makeRow();
    await store.create(row);
    await store.close();
    await assert.rejects(async () => store.findById(row.userId));
    await assert.rejects(async () => store.findByKey(row.keys[0] ?? ''));
    await assert.rejects(async () => store.create(makeRow()));
    await assert.rejects(async () => store.replace(nextOf(row)));
    await assert.rejects(async () =>
      store.addActivity(row.userId, { at: 1, entry: '' }, { keep: 1 }),
    );
    await assert.rejects(async () => store.listActivity(row.userId, 1));
    await assert.rejects(async () => store.forgetActivity(row.userId));
    await store.close();
  }),
];
