// Conformance of account stores: what goes in comes out whole, is found by its id and its keys, and has
// them alone.

import assert from 'node:assert/strict';

import type { AccountRow, AccountStore } from '../../accounts/account-store.js';
import { alone, makeRow, plain, type AccountCase } from './account-case.js';

/** Texts that some stores mistake for each other, or cannot hold. All are different. */
const TEXTS: readonly string[] = [
  'a',
  'A',
  'a ',
  ' a',
  '0',
  '00',
  '1e3',
  '1000',
  'null',
  '__proto__',
  'constructor',
  'o\'brien"; drop table accounts; --',
  '%',
  '_',
  '*',
  'a\\',
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
  '\ufeffa',
  '\ufffd',
  '\u{10ffff}',
  '{a,b}',
  '{"a"}',
  'a,b',
  '\\#a',
  '\\0',
  '\\\\0',
  '',
  'x'.repeat(1_023),
  'x'.repeat(1_024),
  'x'.repeat(1_023) + 'y',
];

/** 2,000 bytes that do not compress, with an end of their own. */
function longestKey(end: string): string {
  const body = Array.from({ length: 666 }, (_, i) =>
    String.fromCodePoint(0x4e00 + ((i * 7_919) % 20_000)),
  );
  return `${body.join('')}${end.padStart(2, '-')}`;
}

export const accountCases: readonly AccountCase[] = [
  alone('a missing account is null, not an error', async ({ store }) => {
    for (const text of ['nobody', '__proto__', 'constructor', '']) {
      assert.equal(await store.findById(text), null);
      assert.equal(await store.findByKey(text), null);
      assert.equal(await store.replace(makeRow({ userId: text, revision: 2 })), 'missing');
      assert.deepEqual([...(await store.listActivity(text, 10))], []);
      await store.forgetActivity(text);
    }
  }),

  alone('every field comes back as it was, by id and by key', async (context) => {
    const rows = [
      makeRow({ document: '{"a":1.0,"a":[null,"\\u0000\\\\"]}' }),
      makeRow({ document: ` {} \n\t'"\\\\0 漢👩 \ufeff\ufffd\u{10ffff} ` }),
      makeRow({ document: '' }),
      makeRow({ keys: [] }),
      makeRow({ revision: Number.MAX_SAFE_INTEGER }),
      makeRow({ document: '漢'.repeat(87_381), userId: '漢'.repeat(1_024) }),
    ];
    for (const row of rows) assert.equal(await context.store.create(row), 'ok');
    for (const row of rows) await context.expectStored(row);
  }),

  alone('ids and keys are compared exactly', async (context) => {
    const rows = TEXTS.map((text) => makeRow({ userId: text, keys: [text], document: text }));
    for (const row of rows) {
      assert.equal(await context.store.create(row), 'ok', JSON.stringify(row.userId));
    }
    for (const row of rows) await context.expectStored(row);
  }),

  alone('an account has up to 100 keys, and they keep their order', async (context) => {
    const keys = Array.from({ length: 100 }, (_, i) => `${(i * 37) % 100}`);
    await context.expectStored(await context.add({ keys }));
    await context.expectStored(await context.add({ keys: TEXTS.map((text) => `key ${text}`) }));
  }),

  alone('a key may have 2,000 bytes, and counts to its end', async (context) => {
    const row = await context.add({ keys: ['1', '2', '3'].map(longestKey) });
    await context.expectStored(row);
    assert.equal(await context.store.findByKey(longestKey('4')), null);
  }),

  alone('a key is no id, and an id no key', async ({ store }) => {
    await store.create(makeRow({ userId: 'id', keys: ['key'] }));
    assert.equal(await store.findById('key'), null);
    assert.equal(await store.findByKey('id'), null);
    assert.equal(await store.create(makeRow({ userId: 'key', keys: ['id'] })), 'ok');
  }),

  alone('what is given out or in is not the store’s own', async ({ store }) => {
    const keys = ['first', 'second'];
    const row = makeRow({ keys: [...keys] });
    const given = { ...row, keys };
    await store.create(given);
    given.document = 'changed';
    keys.push('third');
    assert.deepEqual(plain(await store.findById(row.userId)), row);
    const read = await store.findById(row.userId);
    assert.ok(read !== null);
    Reflect.set(read, 'document', 'changed');
    Reflect.set(read.keys, 0, 'changed');
    assert.deepEqual(plain(await store.findById(row.userId)), row);
    assert.deepEqual(plain(await store.findByKey('first')), row);
    assert.equal(await store.findByKey('third'), null);
  }),

  alone('an id or a key that exists is taken, and nothing changes', async (context) => {
    const { store } = context;
    const first = await context.add({ keys: ['one', 'two'] });
    const sameId = makeRow({ userId: first.userId });
    assert.equal(await store.create(sameId), 'taken');
    assert.equal(await store.findByKey(sameId.keys[0] ?? ''), null);
    const sameKey = makeRow({ keys: ['before', 'two', 'zzz'] });
    assert.equal(await store.create(sameKey), 'taken');
    assert.equal(await store.findById(sameKey.userId), null);
    assert.equal(await store.findByKey('before'), null);
    assert.equal(await store.findByKey('zzz'), null);
    assert.equal(await store.create(first), 'taken');
    await context.expectStored(first);
    assert.equal(await store.create({ ...sameKey, keys: ['before', 'zzz'] }), 'ok');
  }),

  alone('two accounts may have equal documents', async (context) => {
    await context.add({ document: 'alike' });
    await context.add({ document: 'alike' });
  }),

  alone('one of 50 parallel registrations of a key wins', async ({ store }) => {
    const rows = Array.from({ length: 50 }, (_, i) =>
      makeRow({ keys: i % 2 === 0 ? ['wanted', `own ${i}`] : [`own ${i}`, 'wanted'] }),
    );
    const results = await Promise.all(rows.map(async (row) => store.create(row)));
    assert.equal(results.filter((result) => result === 'ok').length, 1);
    assert.equal(results.filter((result) => result === 'taken').length, 49);
    await expectOnly(rows, results, store);
  }),

  alone('one of 50 parallel registrations of an id wins', async ({ store }) => {
    const rows = Array.from({ length: 50 }, () => makeRow({ userId: 'wanted' }));
    const results = await Promise.all(rows.map(async (row) => store.create(row)));
    assert.equal(results.filter((result) => result === 'ok').length, 1);
    assert.equal(results.filter((result) => result === 'taken').length, 49);
    await expectOnly(rows, results, store);
  }),
];

/** Fails unless the keys of the winner lead to it, and those of the others nowhere else. */
async function expectOnly(
  rows: readonly AccountRow[],
  results: readonly string[],
  store: AccountStore,
): Promise<void> {
  const winner = rows[results.indexOf('ok')];
  assert.ok(winner !== undefined);
  for (const key of new Set(rows.flatMap(({ keys }) => keys))) {
    const owner: AccountRow | null = winner.keys.includes(key) ? winner : null;
    assert.deepEqual(plain(await store.findByKey(key)), owner);
  }
}
