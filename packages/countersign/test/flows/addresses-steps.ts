// The steps of changing addresses, as the tests of it take them.

import { expect } from 'vitest';

import type { Account } from '../../src/accounts/account.js';
import type { ConfirmAddressOutcome } from '../../src/flows/address-link.js';
import type { AddAddressOutcome } from '../../src/flows/addresses.js';
import { createWorld, type Visitor, type World, type WorldOptions } from './fixture.js';

export const NEW = 'Ada@Work.example';

/** A shop, an account in it and its owner, who has signed in just now. */
export async function createOwner(
  fields: Partial<Account> = {},
  options: WorldOptions = {},
): Promise<{ readonly world: World; readonly userId: string; readonly owner: Visitor }> {
  const world = createWorld(options);
  const { userId } = await world.addAccount(fields);
  const owner = world.visitor();
  const factors = fields.totp === undefined ? ['password'] : ['password', 'totp'];
  await owner.signInAs(userId, factors);
  return { world, userId, owner };
}

export async function add(
  world: World,
  by: Visitor,
  address: string = NEW,
): Promise<AddAddressOutcome> {
  return by.visit((visit) => world.flows.addresses.add(visit, { address }));
}

export async function tokenFor(world: World, by: Visitor, address: string = NEW): Promise<string> {
  expect(await add(world, by, address)).toEqual({ ok: true });
  return world.tokenOf('verify-address');
}

export async function confirm(
  world: World,
  token: string,
  by: Visitor = world.visitor(),
): Promise<ConfirmAddressOutcome> {
  return by.visit((visit) => world.flows.addresses.confirm(visit, { token }));
}

/** Each address of the account with whether it is verified. */
export async function addressesOf(world: World, userId: string): Promise<readonly string[]> {
  const { addresses } = await world.stored(userId);
  return addresses.map(
    ({ address, verifiedAt }) => `${address}${verifiedAt === null ? ' (pending)' : ''}`,
  );
}
