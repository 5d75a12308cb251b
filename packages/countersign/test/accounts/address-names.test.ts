// Names that are addresses of mail: nobody who registers by name has shown that one is theirs.

import { expect, it } from 'vitest';

import { signInKey } from '../../src/accounts/account-keys.js';
import { createAccounts } from '../../src/accounts/accounts.js';
import { readEmailAddress } from '../../src/accounts/email-address.js';
import { createWorld, ORIGIN, tokenIn } from '../flows/fixture.js';
import { PASSWORD, setUp } from './fixture.js';

const ADDRESSES = [
  'victim@example.org',
  ' Victim@Example.ORG ',
  'victim\u{ff20}example.org',
  'victim@b\u{fc}cher.example',
  'victim@xn--bcher-kva.example',
];

it.each(ADDRESSES)('%j is no name to register by, and nothing is hashed or kept', async (name) => {
  const { accounts, hasher, store } = setUp();
  expect(await accounts.register({ name, password: PASSWORD })).toEqual({
    ok: false,
    reason: 'name-invalid',
    refusal: 'address',
    message: 'Choose a name that is no e-mail address. With an address, register by mail.',
  });
  expect(hasher.runs).toEqual([]);
  const reading = readEmailAddress(name.replace('\u{ff20}', '@'));
  expect(reading.ok && (await store.findByKey(signInKey(reading.canonical)))).toBeNull();
});

it.each(['ada', 'ada@', '@ada', 'ada@home', '@ada@example.org'])(
  '%j is a name like others: no mail goes there',
  async (name) => {
    const { accounts } = setUp();
    expect(await accounts.register({ name, password: PASSWORD })).toMatchObject({ ok: true });
  },
);

it('an address is left to its owner, who signs up by mail', async () => {
  const world = createWorld();
  const address = 'victim@example.org';
  const made = await world.accounts.register({ name: address, password: 'chosen by a stranger' });
  expect(made).toMatchObject({ ok: false, refusal: 'address' });
  await world.visitor().visit((visit) => world.flows.signUp.request(visit, { address }));
  const [mail] = await world.mailed('sign-up');
  expect(mail?.to).toBe(address);
  expect(tokenIn(mail)).toMatch(/^[\w-]{43}$/);
  expect(mail?.text).toContain(ORIGIN);
});

it('an application without mail can take them', async () => {
  const { accounts, verify } = setUp({ addressNames: 'take' });
  const name = 'Victim@Example.org';
  expect(await accounts.register({ name, password: PASSWORD })).toMatchObject({
    ok: true,
    user: { signInName: name, addresses: [] },
  });
  expect(await verify('victim@example.ORG')).toMatchObject({ ok: true });
  const again = await accounts.register({ name: 'victim@example.org', password: PASSWORD });
  expect(again).toEqual({ ok: false, reason: 'name-taken' });
});

it('refuses any other value of the option', () => {
  const options = { addressNames: 'allow' };
  const make = (): unknown => Reflect.apply(createAccounts, undefined, [{ ...base(), ...options }]);
  expect(make).toThrow(/addressNames: is "allow"/);
});

function base(): object {
  const { store, hasher } = setUp();
  return { store, hasher, keys: ['a key for the tests of accounts, long enough'] };
}
