// Asking for a link while strangers flood the same address with requests: an owner gets one all the same on
// a device that the account knows (G76), and nobody learns from it whether there is an account (G60).

import { describe, expect, it } from 'vitest';

import type { LinkRequestOutcome } from '../../src/flows/link-request.js';
import { signIn } from './authenticator-app.js';
import {
  ADDRESS,
  addressRecord,
  createWorld,
  MINUTE,
  PASSWORD,
  type Visitor,
  type World,
} from './fixture.js';
import { change, finish as finishReset, OTHER, tokenFor } from './reset-steps.js';

const OK = { ok: true } as const;
const THROTTLED = { ok: false, reason: 'throttled', retryAfterMs: 60 * MINUTE } as const;
const NAME = { typed: 'Ada', canonical: 'ada' };

type Kind = 'reset' | 'sign-in-link';

function ask(
  { flows }: World,
  kind: Kind,
  by: Visitor,
  address: string = ADDRESS,
): Promise<LinkRequestOutcome> {
  const group = kind === 'reset' ? flows.reset : flows.signInLink;
  return by.visit((visit) => group.request(visit, { address }));
}

/** Whatever strangers may ask for about this address, and more. */
async function flood(world: World, kind: Kind, address: string = ADDRESS): Promise<void> {
  for (let asked = 0; asked < 6; asked += 1)
    await ask(world, kind, world.visitor({ address: `203.0.113.${asked}` }), address);
  await world.flows.settled();
}

/** A browser on which the account has been signed in to. */
async function known(world: World): Promise<Visitor> {
  const visitor = world.visitor();
  expect(await signIn(world, visitor)).toMatchObject(OK);
  await visitor.visit(({ session }) => session.signOut());
  return visitor;
}

describe.each(['reset', 'sign-in-link'] as const)('while a %s was asked for too often', (kind) => {
  it('its owner gets one on a known device, five times an hour', async () => {
    const world = createWorld();
    await world.addAccount();
    const owner = await known(world);
    await flood(world, kind);
    expect(await ask(world, kind, world.visitor())).toEqual(THROTTLED);
    expect(await world.mailed(kind)).toHaveLength(5);
    for (let asked = 0; asked < 5; asked += 1) expect(await ask(world, kind, owner)).toEqual(OK);
    expect(await world.mailed(kind)).toHaveLength(10);
    expect(await ask(world, kind, owner)).toEqual(THROTTLED);
    expect(await world.mailed(kind)).toHaveLength(10);
  });

  it('the owner is not held up by a network that has asked too often either', async () => {
    const world = createWorld();
    await world.addAccount();
    const owner = await known(world);
    for (let asked = 0; asked < 20; asked += 1)
      await ask(world, kind, world.visitor(), `name-${asked}`);
    expect(await ask(world, kind, world.visitor(), 'another')).toEqual(THROTTLED);
    expect(await ask(world, kind, owner)).toEqual(OK);
    expect(await world.mailed(kind)).toHaveLength(1);
  });

  it('the owner takes nothing from what strangers may ask for, whose last link still comes', async () => {
    const world = createWorld();
    await world.addAccount();
    const owner = await known(world);
    for (let asked = 0; asked < 5; asked += 1) await ask(world, kind, owner);
    expect(await world.mailed(kind)).toHaveLength(5);
    await flood(world, kind);
    expect(await world.mailed(kind)).toHaveLength(10);
  });

  it('the owner gets one by each name that the account had when it was signed in to', async () => {
    const world = createWorld();
    const pending = addressRecord('pending@example.org', null);
    await world.addAccount({
      name: NAME,
      addresses: [addressRecord(ADDRESS), addressRecord(OTHER), pending],
    });
    const owner = await known(world);
    for (const name of [ADDRESS, OTHER, 'ada']) await flood(world, kind, name);
    const before = (await world.mailed(kind)).length;
    for (const name of [ADDRESS, OTHER, 'ADA'])
      expect(await ask(world, kind, owner, name)).toEqual(OK);
    expect(await world.mailed(kind)).toHaveLength(before + 3);
    await flood(world, kind, pending.address);
    expect(await ask(world, kind, owner, pending.address)).toEqual(THROTTLED);
  });

  it('somebody with a device of another account is a stranger, whoever has the address', async () => {
    for (const isKnown of [true, false]) {
      const world = createWorld();
      const other = { addresses: [addressRecord(OTHER)] };
      if (isKnown) await world.addAccount(other);
      await world.addAccount();
      const thief = await known(world);
      await flood(world, kind, OTHER);
      expect(await ask(world, kind, thief, OTHER)).toEqual(THROTTLED);
    }
  });

  it('a device of who had the address before sends for nothing more, and is told the same', async () => {
    const world = createWorld();
    const both = [addressRecord(ADDRESS), addressRecord(OTHER)];
    const { userId } = await world.addAccount({ addresses: both });
    const before = await known(world);
    await change(world, userId, (account) => ({ ...account, addresses: both.slice(0, 1) }));
    await world.addAccount({ addresses: both.slice(1) });
    await flood(world, kind, OTHER);
    expect(await world.mailed(kind)).toHaveLength(5);
    expect(await ask(world, kind, before, OTHER)).toEqual(OK);
    expect(await world.mailed(kind)).toHaveLength(5);
  });

  it('a device that the account has forgotten sends for nothing more, and is told the same', async () => {
    const world = createWorld();
    await world.addAccount();
    const stolen = await known(world);
    await finishReset(world, await tokenFor(world));
    await flood(world, kind);
    const before = (await world.mailed(kind)).length;
    expect(await ask(world, kind, stolen)).toEqual(OK);
    expect(await world.mailed(kind)).toHaveLength(before);
  });

  it('nothing is looked up before the answer, on a known device neither', async () => {
    const world = createWorld();
    await world.addAccount();
    const owner = await known(world);
    await flood(world, kind);
    const done: string[] = [];
    const { findByKey, findById } = world.accountStore;
    world.accountStore.findByKey = (key) => {
      done.push('look up');
      return findByKey.call(world.accountStore, key);
    };
    world.accountStore.findById = (id) => {
      done.push('look up');
      return findById.call(world.accountStore, id);
    };
    await owner.send(async (visit) => {
      const group = kind === 'reset' ? world.flows.reset : world.flows.signInLink;
      await group.request(visit, { address: ADDRESS });
      for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
      done.push('answer');
    });
    await world.flows.settled();
    expect(done[0]).toBe('answer');
    expect(done).toContain('look up');
  });
});

it('a device tells apart by no more than four names, the first ones', async () => {
  const world = createWorld();
  const addresses = ['a', 'b', 'c', 'd', 'e'].map((local) => addressRecord(`${local}@example.org`));
  await world.addAccount({ addresses });
  const owner = world.visitor();
  const input = { name: 'a@example.org', password: PASSWORD };
  await owner.visit((visit) => world.flows.signIn.withPassword(visit, input));
  for (const local of ['d', 'e']) await flood(world, 'reset', `${local}@example.org`);
  expect(await ask(world, 'reset', owner, 'd@example.org')).toEqual(OK);
  expect(await ask(world, 'reset', owner, 'e@example.org')).toEqual(THROTTLED);
});
