// Asking for a new password by mail: what the answer tells (nothing), what it changes (nothing), and how
// often it can be done (passwords.md G60-G62, G76; ASVS 6.3.8).

import { describe, expect, it } from 'vitest';

import type { Account } from '../../src/accounts/account.js';
import { ADDRESS, addressRecord, createWorld, MINUTE, PASSWORD } from './fixture.js';
import { ask, finish, OTHER, signIn, tokenFor, TOTP } from './reset-steps.js';

describe('a request', () => {
  it('has one answer for every address, cookies included, and mails active accounts alone (G60; 6.3.8)', async () => {
    const states: Readonly<Record<string, Partial<Account> | undefined>> = {
      unknown: undefined,
      known: {},
      'with two factors': { totp: TOTP },
      'without a password': { password: null },
      disabled: { status: 'disabled' },
      unverified: { addresses: [addressRecord(ADDRESS, null)] },
      'known by its name alone': { addresses: [], name: { typed: ADDRESS, canonical: ADDRESS } },
      deleted: { status: 'deleted', addresses: [], name: { typed: ADDRESS, canonical: ADDRESS } },
    };
    const answers: unknown[] = [];
    const mails: Record<string, readonly string[]> = {};
    for (const [state, fields] of Object.entries(states)) {
      const world = createWorld();
      if (fields !== undefined) await world.addAccount(fields);
      const exchange = await world
        .visitor()
        .send((visit) => world.flows.reset.request(visit, { address: ADDRESS }));
      answers.push({ ...exchange, headers: [...exchange.headers] });
      await world.flows.settled();
      mails[state] = world.mails.map(({ to, kind }) => `${kind} to ${to}`);
    }
    expect(answers[0]).toMatchObject({ result: { ok: true }, status: 200, cookies: [] });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    const sent = [`reset to ${ADDRESS}`];
    expect(mails).toEqual({
      unknown: [],
      known: sent,
      'with two factors': sent,
      'without a password': sent,
      disabled: [],
      unverified: [],
      'known by its name alone': [],
      deleted: [],
    });
  });

  it('changes nothing about the account and ends no session (G62)', async () => {
    const world = createWorld();
    const before = await world.addAccount();
    const owner = world.visitor();
    await owner.signInAs(before.userId);
    await tokenFor(world);
    expect(await world.stored(before.userId)).toEqual(before);
    expect(await owner.userId()).toBe(before.userId);
    expect(await signIn(world, PASSWORD)).toMatchObject({ ok: true });
  });

  it('finds the account by its name or any verified address, and mails the address as stored', async () => {
    const world = createWorld();
    await world.addAccount({
      name: { typed: 'Ada', canonical: 'ada' },
      addresses: [addressRecord('Ada@Example.org'), addressRecord(OTHER)],
    });
    for (const typed of [' ADA ', 'ada@EXAMPLE.ORG', 'ADA@work.example']) {
      await tokenFor(world, typed);
    }
    expect(world.mails.map(({ to }) => to)).toEqual(['Ada@example.org', 'Ada@example.org', OTHER]);
  });

  it('never mails the typed spelling, which can be another mailbox', async () => {
    const world = createWorld();
    await world.addAccount();
    // Full-width letters and a long s: the same canonical form.
    await tokenFor(world, 'ａda@example.org');
    expect(world.mails.map(({ to }) => to)).toEqual([ADDRESS]);
  });

  it('with a text that is neither name nor address says so, whoever exists', async () => {
    const world = createWorld();
    for (const typed of ['', 'a b', 'ada@example.org\r\nBcc: eve@example.net', 'x'.repeat(2_000)]) {
      const answer = await ask(world, typed);
      expect(answer).toMatchObject({ ok: false, reason: 'address-invalid' });
      expect('message' in answer && answer.message).toMatch(/^[A-Z].*\.$/);
    }
    await world.flows.settled();
    expect(world.mails).toEqual([]);
  });
});

describe('floods', () => {
  it('are cut off after 5 for one address, known or not, from anywhere (G61)', async () => {
    const answers: unknown[] = [];
    for (const isKnown of [true, false]) {
      const world = createWorld();
      if (isKnown) await world.addAccount();
      for (let n = 0; n < 7; n += 1) {
        const by = world.visitor({ address: `192.0.2.${n}` });
        answers.push(await ask(world, n % 2 === 0 ? ADDRESS : ADDRESS.toUpperCase(), by));
      }
      expect(await world.mailed('reset')).toHaveLength(isKnown ? 5 : 0);
    }
    expect(answers.slice(0, 5)).toEqual(Array.from({ length: 5 }, () => ({ ok: true })));
    const throttled = { ok: false, reason: 'throttled', retryAfterMs: 60 * MINUTE };
    expect(answers.slice(5, 7)).toEqual([throttled, throttled]);
    expect(answers.slice(7)).toEqual(answers.slice(0, 7));
  });

  it('by all names of an account fill its mailbox no faster than by one (G61)', async () => {
    const world = createWorld();
    await world.addAccount({
      name: { typed: 'ada', canonical: 'ada' },
      addresses: [addressRecord(ADDRESS), addressRecord(OTHER)],
    });
    for (const typed of [ADDRESS, 'ada', OTHER]) {
      for (let n = 0; n < 3; n += 1) expect(await ask(world, typed)).toEqual({ ok: true });
    }
    expect(await world.mailed('reset')).toHaveLength(5);
  });

  it('are cut off after 20 addresses from one network (G61)', async () => {
    const world = createWorld();
    const answers: unknown[] = [];
    for (let n = 0; n < 21; n += 1) {
      const by = world.visitor({ address: `2001:db8::${n}` });
      answers.push(await ask(world, `user${n}@example.org`, by));
    }
    expect(answers.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => ({ ok: true })));
    expect(answers[20]).toMatchObject({ reason: 'throttled' });
  });

  it('lock nobody out: the password still opens, and so does the last link (G76)', async () => {
    const world = createWorld();
    await world.addAccount();
    for (let n = 0; n < 50; n += 1) await ask(world);
    expect(await signIn(world, PASSWORD)).toMatchObject({ ok: true });
    expect((await finish(world, await world.tokenOf('reset'))).result).toEqual({ ok: true });
  });
});
