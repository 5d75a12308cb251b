// Conformance of stores of one-time records: what goes in comes out whole, for its kind alone, until it
// expires to the millisecond.

import assert from 'node:assert/strict';

import type { OneTimeRecord } from '../../accounts/one-time-store.js';
import { OneTimeTokens } from '../../accounts/one-time-tokens.js';
import { alone, type OneTimeCase, type OneTimeContext } from './one-time-case.js';

/** Texts that some stores mistake for each other, or cannot hold. All are different. */
const TEXTS: readonly string[] = [
  '',
  ' ',
  'a',
  'A',
  'a ',
  ' a',
  '0',
  '00',
  '1e3',
  'null',
  'undefined',
  '__proto__',
  'constructor',
  'o\'brien"; drop table one_time_records; --',
  '%',
  '_',
  '*',
  '{a}',
  'a:b',
  'a\\',
  '\\u0041',
  '\u001e',
  '\u001f',
  '\n',
  'é',
  'e\u0301',
  'ß',
  'ss',
  '日本語',
  '👩‍👩‍👧',
  '\ufeffa',
  '\ufffd',
  '\u{10ffff}',
  'x'.repeat(1_023),
  'x'.repeat(1_024),
  '漢'.repeat(1_024),
  '👩'.repeat(512),
];

/** 1,024 characters that nothing compresses, as an index may have to hold them. */
const LONG = Array.from({ length: 1_024 }, (_, i) =>
  String.fromCodePoint(0x4e00 + ((i * 7_919) % 20_000)),
).join('');

async function assertStored(context: OneTimeContext, record: OneTimeRecord): Promise<void> {
  const found = await context.store.read(record.kind, record.hash, context.now);
  assert.deepEqual(found && { ...found }, record);
}

export const recordCases: readonly OneTimeCase[] = [
  alone('a missing record is null, not an error', async ({ store, now }) => {
    for (const hash of ['A'.repeat(43), '__proto__', 'constructor', '']) {
      assert.equal(await store.read('reset', hash, now), null);
      assert.equal(await store.take('reset', hash, now), null);
    }
    await store.removeAbout('nobody');
    await store.removeAbout('nobody', { kind: 'reset' });
    assert.equal(await store.sweep(now, 10), 0);
  }),

  alone('every field comes back as it was', async (context) => {
    const records = [
      await context.put(),
      await context.put({ subject: null, content: 'null' }),
      await context.put({ kind: 'k'.repeat(40), content: '""' }),
      await context.put({ expiresAt: context.now + 1, content: '[1e3,1.0,"1",{},[],null]' }),
      await context.put({ expiresAt: context.now + 86_400_000, content: ' { "a" : 1, "a" : 2 } ' }),
      await context.put({ content: '"\\u0000\\ud800\\n\\"漢👩\u2028"' }),
      await context.put({ content: '-12345678901234567890.0' }),
    ];
    for (const record of records) await assertStored(context, record);
  }),

  alone('content of 16 KiB comes back whole', async (context) => {
    await assertStored(context, await context.put({ content: `"${'x'.repeat(16_382)}"` }));
    await assertStored(context, await context.put({ content: `"${'漢'.repeat(5_460)}"` }));
    await assertStored(context, await context.put({ content: `"${'\\n'.repeat(8_191)}"` }));
  }),

  alone('subjects are compared exactly, and nobody is none of them', async (context) => {
    const nobody = await context.put({ subject: null });
    const records = [];
    for (const subject of [...TEXTS, LONG, `${LONG.slice(1)}x`]) {
      records.push(await context.put({ subject }));
    }
    for (const record of records) await assertStored(context, record);
    while (records.length > 0) {
      const [gone] = records.splice(0, 1);
      assert.ok(gone !== undefined && gone.subject !== null);
      await context.store.removeAbout(gone.subject);
      await context.assertLeft([gone, ...records], records);
    }
    await assertStored(context, nobody);
  }),

  alone('hashes are compared exactly', async (context) => {
    const [upper, lower] = ['A', 'a'].map((first) => `${first}${'-_x'.repeat(14)}`);
    await context.put({ hash: upper ?? '', content: '"upper"' });
    assert.equal(await context.store.read('reset', lower ?? '', context.now), null);
    await context.put({ hash: lower ?? '', content: '"lower"' });
    const found = await context.store.take('reset', lower ?? '', context.now);
    assert.equal(found?.content, '"lower"');
    const other = await context.store.read('reset', upper ?? '', context.now);
    assert.equal(other?.content, '"upper"');
  }),

  alone('a record of one kind is worthless as another, and stays what it is', async (context) => {
    const { store, now } = context;
    const record = await context.put({ kind: 'verify-address' });
    for (const kind of ['reset', 'verify', 'verify-address2', 'Verify-Address', '', '__proto__']) {
      assert.equal(await store.read(kind, record.hash, now), null);
      assert.equal(await store.take(kind, record.hash, now), null);
    }
    await assertStored(context, record);
    assert.notEqual(await store.take('verify-address', record.hash, now), null);
  }),

  alone('a record ends exactly at its expiry (G67)', async (context) => {
    const { store, now } = context;
    for (const lifetime of [1, 999, 1_000, 1_001, 600_000]) {
      const record = await context.put({ expiresAt: now + lifetime });
      assert.notEqual(await store.read('reset', record.hash, now + lifetime - 1), null);
      assert.equal(await store.read('reset', record.hash, now + lifetime), null);
      assert.equal(await store.take('reset', record.hash, now + lifetime), null);
    }
    for (const lifetime of [1, 999, 1_000, 1_001, 600_000]) {
      const record = await context.put({ expiresAt: now + lifetime });
      assert.equal(await store.take('reset', record.hash, now + lifetime + 1), null);
      const last = await context.put({ expiresAt: now + lifetime });
      assert.notEqual(await store.take('reset', last.hash, now + lifetime - 1), null);
    }
  }),

  alone('what is given out or in is not the store’s own', async (context) => {
    const { store, now } = context;
    const given = { ...context.record() };
    const record = { ...given };
    await store.put(given);
    given.content = '"changed"';
    given.expiresAt = 0;
    const read = await store.read('reset', record.hash, now);
    assert.ok(read !== null);
    assert.deepEqual({ ...read }, record);
    Reflect.set(read, 'content', '"changed"');
    Reflect.set(read, 'kind', 'provider');
    await assertStored(context, record);
  }),

  {
    name: 'of a token only the hash is stored (G64, ASVS 6.5.2)',
    needs: 'dump',
    async run(context) {
      const { store, now } = context;
      const tokens = new OneTimeTokens(store, { now: () => now, after: () => () => undefined });
      const issued = [];
      for (const subject of ['u1', 'u2', null]) {
        issued.push(await tokens.issue('reset', { subject, content: { a: 1 }, replaces: true }));
      }
      const marker = await context.put({ content: '"marker"' });
      const text = await context.dump();
      assert.ok(text.includes(marker.hash), 'the dump shows no records');
      for (const { token } of issued) assert.ok(!text.includes(token), 'the token is stored');
    },
  },

  alone('sweeping removes what has expired, at most so many, and nothing else', async (context) => {
    const { store, now, sweepsItself } = context;
    const expired = [];
    for (let i = 0; i < 5; i += 1) expired.push(await context.put({ expiresAt: now + 10 + i }));
    const live = [await context.put({ expiresAt: now + 16 }), await context.put({ subject: null })];
    const counts = [await store.sweep(now + 15, 2)];
    counts.push(await store.sweep(now + 15, 100), await store.sweep(now + 15, 100));
    assert.deepEqual(counts, sweepsItself ? [2, 3, 0] : [0, 0, 0]);
    if (sweepsItself) await context.assertLeft([...expired, ...live], live);
    for (const record of live) await assertStored(context, record);
    for (const { hash } of expired) assert.equal(await store.read('reset', hash, now + 15), null);
  }),

  alone('after closing, every verb fails', async (context) => {
    const { store, now } = context;
    const { hash } = await context.put();
    await store.close();
    await assert.rejects(async () => store.put(context.record()));
    await assert.rejects(async () => store.put(context.record(), { replaces: true }));
    await assert.rejects(async () => store.read('reset', hash, now));
    await assert.rejects(async () => store.take('reset', hash, now));
    await assert.rejects(async () => store.removeAbout('u1'));
    await assert.rejects(async () => store.sweep(now, 1));
    await store.close();
  }),
];
