// A way in that is being added while somebody ends the session that adds it, by signing it out from
// elsewhere or with a new password: when that has returned, nothing more is written (README, promise
// 1). Otherwise a thief with many requests under way would leave a way in behind.

import { expect, it } from 'vitest';

import { newPassword } from '../../src/accounts/new-account.js';
import { memoryOneTimeStore } from '../../src/accounts/one-time-memory.js';
import type { Flows } from '../../src/flows/flows.js';
import type { Visit } from '../../src/flows/visit.js';
import { addWithApp, beginApp, change, codeAt } from './authenticator-app.js';
import {
  ADDRESS,
  addressRecord,
  createWorld,
  NEXT,
  PASSWORD,
  type Visitor,
  type World,
} from './fixture.js';
import { beginAdd, ceremonies, createAuthenticator } from './passkey-world.js';

interface Interrupt {
  during: () => Promise<unknown> | void;
}

const ENDINGS: Readonly<Record<string, (world: World, userId: string) => Promise<unknown>>> = {
  'all sessions were ended': ({ sessions }, userId) => sessions.endUser(userId),
  // What a reset writes, before it has ended the sessions.
  'the password was replaced': (world, userId) =>
    change(world, userId, (account) => ({
      ...account,
      password: newPassword({ phc: `1:${NEXT}`, standsAlone: true }, account.password, 0),
    })),
};

/** Ada, with a password, in a shop in which a thief has a copy of her session. */
async function setUp(
  fields: { readonly password: null } | Record<string, never> = {},
): Promise<{ world: World; thief: Visitor; userId: string; interrupt: Interrupt }> {
  const interrupt: Interrupt = { during: () => undefined };
  const memory = memoryOneTimeStore();
  const world = createWorld({
    flows: {
      oneTime: {
        put: (...put) => memory.put(...put),
        read: (...read) => memory.read(...read),
        async take(...take) {
          await interrupt.during();
          return memory.take(...take);
        },
        removeAbout: (...about) => memory.removeAbout(...about),
        sweep: (...sweep) => memory.sweep(...sweep),
        close: () => memory.close(),
      },
      passkeys: {
        ...ceremonies,
        async finishRegistration(input) {
          await interrupt.during();
          return ceremonies.finishRegistration(input);
        },
      },
    },
  });
  world.hasher.during = async (run) => {
    if (run.startsWith('hash')) await interrupt.during();
  };
  const { userId } = await world.addAccount(fields);
  const thief = world.visitor();
  await thief.signInAs(userId);
  return { world, thief, userId, interrupt };
}

function once(interrupt: Interrupt, ending: () => Promise<unknown>): void {
  interrupt.during = async () => {
    interrupt.during = () => undefined;
    await ending();
  };
}

it.each(Object.entries(ENDINGS))('a passkey is not added once %s', async (_, ending) => {
  const { world, thief, userId, interrupt } = await setUp();
  const response = createAuthenticator().create(await beginAdd(world, thief));
  once(interrupt, () => ending(world, userId));
  const added = await thief.visit((visit) =>
    world.flows.passkeys.add(visit, { response, name: 'Mine', endOthers: true }),
  );
  expect(added).toEqual({ ok: false, reason: 'changed-meanwhile' });
  expect((await world.stored(userId)).passkeys).toEqual([]);
});

it.each(Object.entries(ENDINGS))('an app is not added once %s', async (_, ending) => {
  const { world, thief, userId, interrupt } = await setUp();
  const { setup, secret } = await beginApp(world, thief);
  once(interrupt, () => ending(world, userId));
  const code = codeAt(secret, world.clock.now());
  const confirmed = await thief.visit((visit) =>
    world.flows.totp.confirm(visit, { setup, code, endOthers: true }),
  );
  expect(confirmed).toEqual({ ok: false, reason: 'expired' });
  expect((await world.stored(userId)).totp).toBeNull();
});

it('a first password is not set once all sessions were ended', async () => {
  const { world, thief, userId, interrupt } = await setUp({ password: null });
  once(interrupt, () => world.sessions.endUser(userId));
  const set = await thief.visit((visit) =>
    world.flows.password.set(visit, { next: NEXT, endOthers: true }),
  );
  expect(set).toEqual({ ok: false, reason: 'not-signed-in' });
  expect((await world.stored(userId)).password).toBeNull();
});

const OTHER = 'king@example.org';
const kept = { endOthers: false };

/** Every verb that changes something, called by a session that was fresh when the request came. */
const VERBS: Readonly<Record<string, (flows: Flows, visit: Visit) => Promise<unknown>>> = {
  'password.change': (flows, visit) =>
    flows.password.change(visit, { current: PASSWORD, next: NEXT, ...kept }),
  'password.set': (flows, visit) => flows.password.set(visit, { next: NEXT, ...kept }),
  'totp.begin': (flows, visit) => flows.totp.begin(visit),
  'totp.remove': (flows, visit) => flows.totp.remove(visit, { endOthers: true }),
  'recoveryCodes.replace': (flows, visit) =>
    flows.recoveryCodes.replace(visit, { endOthers: false }),
  'account.setDisplayName': (flows, visit) =>
    flows.account.setDisplayName(visit, { displayName: 'Mallory' }),
  'account.remove': (flows, visit) => flows.account.remove(visit),
  'addresses.add': (flows, visit) => flows.addresses.add(visit, { address: 'm@example.org' }),
  'addresses.makePrimary': (flows, visit) => flows.addresses.makePrimary(visit, { address: OTHER }),
  'addresses.remove': (flows, visit) => flows.addresses.remove(visit, { address: ADDRESS }),
  'passkeys.beginAdd': (flows, visit) => flows.passkeys.beginAdd(visit),
  'passkeys.rename': (flows, visit) => flows.passkeys.rename(visit, { id: 'AAAA', name: 'Mine' }),
  'passkeys.remove': (flows, visit) => flows.passkeys.remove(visit, { id: 'AAAA', ...kept }),
  'providers.unlink': (flows, visit) =>
    flows.providers.unlink(visit, { issuer: 'https://id.example', subject: 'ada', ...kept }),
  'sessions.endOthers': (flows, visit) => flows.sessions.endOthers(visit),
};

it.each(Object.entries(VERBS))(
  '%s changes nothing by a request that was held back',
  async (_, verb) => {
    const world = createWorld({ flows: { passkeys: ceremonies } });
    const { userId } = await addWithApp(world, {
      addresses: [ADDRESS, OTHER].map((address) => addressRecord(address)),
    });
    const thief = world.visitor();
    await thief.signInAs(userId, ['password', 'totp']);
    const before = await world.stored(userId);
    const { result } = await thief.send(async (visit) => {
      // Its head was checked; before its body is there, the owner ends all sessions.
      await world.sessions.endUser(userId);
      return verb(world.flows, visit);
    });
    expect(result).toEqual({ ok: false, reason: 'not-signed-in' });
    expect(await world.stored(userId)).toEqual(before);
  },
);
