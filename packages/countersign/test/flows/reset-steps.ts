// The steps of a reset by mail, as the tests of it take them.

import { expect } from 'vitest';

import { changeAccount } from '../../src/accounts/account-change.js';
import type { Account } from '../../src/accounts/account.js';
import type { LinkRequestOutcome } from '../../src/flows/link-request.js';
import type { SignInOutcome } from '../../src/flows/outcome.js';
import type { ResetOutcome } from '../../src/flows/reset.js';
import { ADDRESS, NEXT, type Exchange, type Visitor, type World } from './fixture.js';

export const TOTP = { secret: 'sealed', addedAt: 0, lastStep: 0, closedAt: null } as const;
export const OTHER = 'ada@work.example';

export async function ask(
  world: World,
  address: string = ADDRESS,
  by: Visitor = world.visitor(),
): Promise<LinkRequestOutcome> {
  return by.visit((visit) => world.flows.reset.request(visit, { address }));
}

/** Asks and reads the mail. */
export async function tokenFor(world: World, address: string = ADDRESS): Promise<string> {
  expect(await ask(world, address)).toEqual({ ok: true });
  return world.tokenOf('reset');
}

export async function finish(
  world: World,
  token: string,
  password: string = NEXT,
  by: Visitor = world.visitor(),
): Promise<Exchange<ResetOutcome>> {
  return by.send((visit) => world.flows.reset.finish(visit, { token, password }));
}

export async function signIn(
  world: World,
  password: string,
  by: Visitor = world.visitor(),
): Promise<SignInOutcome> {
  return by.visit((visit) => world.flows.signIn.withPassword(visit, { name: ADDRESS, password }));
}

/** Changes an account past the flows. */
export async function change(
  world: World,
  userId: string,
  to: (account: Account) => Account,
): Promise<void> {
  const changed = await changeAccount(world.accountStore, userId, (account) => ({
    to: to(account),
  }));
  expect(changed.ok).toBe(true);
}
