// Conformance of account stores: what goes in comes out whole, names are unique, passwords are
// compare-and-swapped, deletion is final.

import assert from 'node:assert/strict';

import type { Account } from '../../accounts/account-store.js';
import { makeAccount, phc, type AccountCase } from './account-case.js';

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
  'x'.repeat(253),
  'x'.repeat(254),
  '漢'.repeat(254),
];

export const accountCases: readonly AccountCase[] = [
  alone('a missing account is null, not an error', async ({ store }) => {
    assert.equal(await store.findById('nobody'), null);
    assert.equal(await store.findByName('nobody'), null);
    assert.equal(await store.findById('__proto__'), null);
    assert.equal(await store.findByName('constructor'), null);
    const to = { phc: phc('x'), changedAt: 1 };
    assert.equal(await store.setPassword('nobody', to, { ifVersion: 0 }), 'missing');
    assert.equal(await store.setStatus('nobody', 'disabled'), 'missing');
  }),

  alone('every field comes back as it was, by id and by name', async ({ store }) => {
    const accounts = [
      makeAccount({ name: 'Ada.King@Example.org', canonicalName: 'ada.king@example.org' }),
      makeAccount({ status: 'disabled', createdAt: 0 }),
      makeAccount({ password: null }),
      makeAccount({
        createdAt: 8_640_000_000_000_000,
        password: { phc: 'x'.repeat(1_024), changedAt: 253_402_300_799_999, version: 2 ** 31 },
      }),
    ];
    for (const account of accounts) assert.equal(await store.create(account), 'ok');
    for (const account of accounts) {
      assert.deepEqual({ ...(await store.findById(account.userId)) }, account);
      assert.deepEqual({ ...(await store.findByName(account.canonicalName)) }, account);
    }
  }),

  alone('names and ids are compared exactly', async ({ store }) => {
    const byText = new Map<string, Account>();
    for (const text of TEXTS) {
      const account = makeAccount({ userId: text, canonicalName: text, name: text });
      assert.equal(await store.create(account), 'ok', JSON.stringify(text));
      byText.set(text, account);
    }
    for (const [text, account] of byText) {
      assert.deepEqual({ ...(await store.findById(text)) }, account);
      assert.deepEqual({ ...(await store.findByName(text)) }, account);
    }
  }),

  alone('what is given out or in is not the store’s own', async ({ store }) => {
    const account = makeAccount();
    const given = { ...account, password: { phc: phc('mine'), changedAt: 5, version: 1 } };
    await store.create(given);
    given.name = 'changed';
    given.password.phc = phc('changed');
    const read = await store.findById(account.userId);
    assert.ok(read !== null);
    assert.equal(read.name, account.name);
    assert.equal(read.password?.phc, phc('mine'));
    Reflect.set(read, 'name', 'changed');
    Reflect.set(read.password, 'phc', phc('changed'));
    const again = await store.findById(account.userId);
    assert.equal(again?.name, account.name);
    assert.equal(again.password?.phc, phc('mine'));
  }),

  alone('a name or an id that exists is taken, and nothing changes', async ({ store }) => {
    const first = makeAccount();
    assert.equal(await store.create(first), 'ok');
    const sameName = makeAccount({ canonicalName: first.canonicalName });
    const sameId = makeAccount({ userId: first.userId });
    assert.equal(await store.create(sameName), 'taken');
    assert.equal(await store.create(sameId), 'taken');
    assert.equal(await store.findById(sameName.userId), null);
    assert.equal(await store.findByName(sameId.canonicalName), null);
    assert.deepEqual({ ...(await store.findByName(first.canonicalName)) }, first);
  }),

  alone('two accounts may spell their names alike', async (context) => {
    await context.add({ name: 'Ada' });
    await context.add({ name: 'Ada' });
  }),

  alone('one of 50 parallel registrations of a name wins', async ({ store }) => {
    const accounts = Array.from({ length: 50 }, () => makeAccount({ canonicalName: 'wanted' }));
    const results = await Promise.all(accounts.map(async (account) => store.create(account)));
    assert.equal(results.filter((result) => result === 'ok').length, 1);
    const winner = accounts[results.indexOf('ok')];
    assert.equal((await store.findByName('wanted'))?.userId, winner?.userId);
    const found = await Promise.all(accounts.map(async ({ userId }) => store.findById(userId)));
    assert.equal(found.filter((account) => account !== null).length, 1);
  }),
];

export const passwordCases: readonly AccountCase[] = [
  alone('a password is replaced at its version, which then counts one more', async (context) => {
    const { userId } = await context.add();
    const other = await context.add();
    const to = { phc: phc('new'), changedAt: 7 };
    assert.equal(await context.store.setPassword(userId, to, { ifVersion: 1 }), 'ok');
    assert.deepEqual({ ...(await context.stored(userId)).password }, { ...to, version: 2 });
    assert.deepEqual({ ...(await context.stored(other.userId)) }, other);
  }),

  alone('a hash is kept as it is, whatever is in it', async (context) => {
    for (const text of ['\'quoted"', 'back\\slash', '\\0', '\\\\', '漢👩', '']) {
      const { userId } = await context.add({ password: { phc: text, changedAt: 1, version: 1 } });
      assert.equal((await context.stored(userId)).password?.phc, text);
      const to = { phc: `${text}2`, changedAt: 2 };
      assert.equal(await context.store.setPassword(userId, to, { ifVersion: 1 }), 'ok');
      assert.equal((await context.stored(userId)).password?.phc, `${text}2`);
    }
  }),

  alone('another version is a conflict, and nothing changes (G4)', async (context) => {
    const account = await context.add();
    const to = { phc: phc('late'), changedAt: 7 };
    for (const ifVersion of [0, 2, 100]) {
      assert.equal(await context.store.setPassword(account.userId, to, { ifVersion }), 'conflict');
    }
    assert.deepEqual({ ...(await context.stored(account.userId)) }, account);
  }),

  alone('version 0 means that there is no password', async (context) => {
    const { userId } = await context.add({ password: null });
    const to = { phc: phc('first'), changedAt: 7 };
    assert.equal(await context.store.setPassword(userId, to, { ifVersion: 1 }), 'conflict');
    assert.equal(await context.store.setPassword(userId, to, { ifVersion: 0 }), 'ok');
    assert.deepEqual({ ...(await context.stored(userId)).password }, { ...to, version: 1 });
    assert.equal(await context.store.setPassword(userId, to, { ifVersion: 0 }), 'conflict');
  }),

  alone('one of 50 parallel changes wins', async (context) => {
    const { userId } = await context.add();
    const results = await Promise.all(
      Array.from({ length: 50 }, async (_, i) =>
        context.store.setPassword(userId, { phc: phc(`${i}`), changedAt: i }, { ifVersion: 1 }),
      ),
    );
    assert.equal(results.filter((result) => result === 'ok').length, 1);
    assert.equal(results.filter((result) => result === 'conflict').length, 49);
    const { password } = await context.stored(userId);
    assert.equal(password?.phc, phc(`${results.indexOf('ok')}`));
    assert.equal(password.version, 2);
  }),

  alone('a disabled account can be given another password', async (context) => {
    const { userId } = await context.add({ status: 'disabled' });
    const to = { phc: phc('new'), changedAt: 7 };
    assert.equal(await context.store.setPassword(userId, to, { ifVersion: 1 }), 'ok');
    assert.equal((await context.stored(userId)).status, 'disabled');
  }),
];

export const statusCases: readonly AccountCase[] = [
  alone('a status is set and taken back, and changes nothing else', async (context) => {
    const account = await context.add();
    assert.equal(await context.store.setStatus(account.userId, 'disabled'), 'ok');
    assert.deepEqual(
      { ...(await context.stored(account.userId)) },
      { ...account, status: 'disabled' },
    );
    assert.equal(await context.store.setStatus(account.userId, 'disabled'), 'ok');
    assert.equal(await context.store.setStatus(account.userId, 'active'), 'ok');
    assert.deepEqual({ ...(await context.stored(account.userId)) }, account);
  }),

  alone('deletion is final and takes the password along', async (context) => {
    const account = await context.add();
    const { userId } = account;
    assert.equal(await context.store.setStatus(userId, 'deleted'), 'ok');
    const left = { ...account, status: 'deleted', password: null };
    assert.deepEqual({ ...(await context.stored(userId)) }, left);
    assert.equal(await context.store.setStatus(userId, 'active'), 'missing');
    assert.equal(await context.store.setStatus(userId, 'deleted'), 'missing');
    const to = { phc: phc('back'), changedAt: 7 };
    assert.equal(await context.store.setPassword(userId, to, { ifVersion: 0 }), 'missing');
    assert.equal(await context.store.setPassword(userId, to, { ifVersion: 1 }), 'missing');
    assert.deepEqual({ ...(await context.stored(userId)) }, left);
  }),

  alone('the name of a deleted account stays taken', async (context) => {
    const { userId, canonicalName } = await context.add();
    await context.store.setStatus(userId, 'deleted');
    assert.equal(await context.store.create(makeAccount({ canonicalName })), 'taken');
    assert.equal((await context.store.findByName(canonicalName))?.status, 'deleted');
  }),

  alone('after closing, every verb fails', async ({ store }) => {
    await store.create(makeAccount({ userId: 'u', canonicalName: 'n' }));
    await store.close();
    const to = { phc: phc('x'), changedAt: 1 };
    await assert.rejects(async () => store.findById('u'));
    await assert.rejects(async () => store.findByName('n'));
    await assert.rejects(async () => store.create(makeAccount()));
    await assert.rejects(async () => store.setPassword('u', to, { ifVersion: 1 }));
    await assert.rejects(async () => store.setStatus('u', 'disabled'));
    await store.close();
  }),
];

export const sharedCases: readonly AccountCase[] = [
  shared('a second connection sees every change at once', async (context) => {
    const peer = await context.openPeer();
    const { userId, canonicalName } = await context.add();
    assert.equal((await peer.findByName(canonicalName))?.userId, userId);
    const to = { phc: phc('new'), changedAt: 7 };
    assert.equal(await peer.setPassword(userId, to, { ifVersion: 1 }), 'ok');
    assert.equal((await context.stored(userId)).password?.version, 2);
    assert.equal(await context.store.setPassword(userId, to, { ifVersion: 1 }), 'conflict');
    assert.equal(await peer.setStatus(userId, 'deleted'), 'ok');
    assert.equal(await context.store.setStatus(userId, 'active'), 'missing');
  }),

  shared('a name is given once over two connections', async (context) => {
    const stores = [context.store, await context.openPeer()];
    const results = await Promise.all(
      Array.from({ length: 40 }, async (_, i) =>
        (stores[i % 2] ?? context.store).create(makeAccount({ canonicalName: 'wanted' })),
      ),
    );
    assert.equal(results.filter((result) => result === 'ok').length, 1);
    assert.equal(results.filter((result) => result === 'taken').length, 39);
  }),

  shared('a password version is won once over two connections', async (context) => {
    const stores = [context.store, await context.openPeer()];
    const { userId } = await context.add();
    const results = await Promise.all(
      Array.from({ length: 40 }, async (_, i) =>
        (stores[i % 2] ?? context.store).setPassword(
          userId,
          { phc: phc(`${i}`), changedAt: i },
          { ifVersion: 1 },
        ),
      ),
    );
    assert.equal(results.filter((result) => result === 'ok').length, 1);
    assert.equal(results.filter((result) => result === 'conflict').length, 39);
    assert.equal((await context.stored(userId)).password?.phc, phc(`${results.indexOf('ok')}`));
  }),
];

/** A case for every store. */
function alone(name: string, run: AccountCase['run']): AccountCase {
  return { name, needsPeer: false, run };
}

/** A case for stores whose accounts several connections can share. */
function shared(name: string, run: AccountCase['run']): AccountCase {
  return { name, needsPeer: true, run };
}
