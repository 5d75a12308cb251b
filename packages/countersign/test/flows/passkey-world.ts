// A shop with passkeys for the tests of their flows: the fixture's world with real ceremonies, which can be
// interrupted, and people who have a passkey already.

import type { Account } from '../../src/accounts/account.js';
import type { PasskeyRecord } from '../../src/accounts/passkey-record.js';
import {
  createPasskeyCeremonies,
  type PasskeyCeremonies,
  type PasskeyCreationOptions,
  type PasskeyRequestOptions,
} from '../../src/accounts/passkeys.js';
import { SoftwareAuthenticator, type Deviation } from '../accounts/software-authenticator.js';
import { createWorld, ORIGIN, type Visitor, type World, type WorldOptions } from './fixture.js';

export const ceremonies = createPasskeyCeremonies({
  rpId: 'shop.example',
  rpName: 'Example Shop',
  origins: [ORIGIN],
});

export interface PasskeyWorld extends World {
  /** Called while a signature is judged, to let something else happen in the middle of it. */
  readonly interrupt: { during: () => Promise<void> | void };
}

export function createPasskeyWorld(options: WorldOptions = {}): PasskeyWorld {
  const interrupt: PasskeyWorld['interrupt'] = { during: () => undefined };
  const passkeys: PasskeyCeremonies = {
    ...ceremonies,
    async finishAuthentication(input) {
      await interrupt.during();
      return ceremonies.finishAuthentication(input);
    },
  };
  const world = createWorld({ ...options, flows: { passkeys, ...options.flows } });
  return { ...world, interrupt };
}

export function createAuthenticator(): SoftwareAuthenticator {
  return new SoftwareAuthenticator({ origin: ORIGIN });
}

/** The record of a new passkey of this user. */
export async function enrol(
  authenticator: SoftwareAuthenticator,
  userId: string,
  existing: readonly PasskeyRecord[] = [],
): Promise<PasskeyRecord> {
  const begun = ceremonies.beginRegistration({
    userId,
    userName: 'ada',
    displayName: 'Ada King',
    existing,
  });
  if (!begun.ok) throw new Error(begun.reason);
  const { expectation } = begun;
  const response: unknown = authenticator.create(begun.options);
  const finished = await ceremonies.finishRegistration({
    expectation,
    response,
    name: 'Laptop',
    now: 1_767_225_600_000,
  });
  if (!finished.ok) throw new Error(finished.reason);
  return finished.passkey;
}

export interface Owner {
  readonly account: Account;
  readonly authenticator: SoftwareAuthenticator;
  readonly passkey: PasskeyRecord;
}

let owners = 0;

/** An account with a passkey, put into the store past the verbs. Its id is of this helper's. */
export async function addOwner(world: World, fields: Partial<Account> = {}): Promise<Owner> {
  owners += 1;
  const userId = fields.userId ?? `owner-${owners}`;
  const authenticator = createAuthenticator();
  const passkey = await enrol(authenticator, userId);
  const account = await world.addAccount({ userId, passkeys: [passkey], ...fields });
  return { account, authenticator, passkey };
}

/** Begins a sign-in by passkey in this browser: what the authenticator is asked for. */
export async function beginSignIn(world: World, visitor: Visitor): Promise<PasskeyRequestOptions> {
  return optionsOf(await visitor.visit((visit) => world.flows.passkeys.beginSignIn(visit)));
}

/** A whole sign-in by passkey, in which the authenticator may deviate. */
export async function signIn(
  world: World,
  visitor: Visitor,
  authenticator: SoftwareAuthenticator,
  deviation: Deviation = {},
): ReturnType<World['flows']['passkeys']['signIn']> {
  const response = authenticator.get(await beginSignIn(world, visitor), deviation);
  return visitor.visit((visit) => world.flows.passkeys.signIn(visit, { response }));
}

/** Begins a sign-in that waits for a passkey. */
export async function beginSecondFactor(
  world: World,
  visitor: Visitor,
): Promise<PasskeyRequestOptions> {
  return optionsOf(await visitor.visit((visit) => world.flows.passkeys.beginSecondFactor(visit)));
}

export async function beginStepUp(world: World, visitor: Visitor): Promise<PasskeyRequestOptions> {
  return optionsOf(await visitor.visit((visit) => world.flows.passkeys.beginStepUp(visit)));
}

export async function beginAdd(world: World, visitor: Visitor): Promise<PasskeyCreationOptions> {
  return optionsOf(await visitor.visit((visit) => world.flows.passkeys.beginAdd(visit)));
}

type Begun<Options> =
  | { readonly ok: true; readonly options: Options }
  | { readonly ok: false; readonly reason: string };

function optionsOf<Options>(begun: Begun<Options>): Options {
  if (!begun.ok) throw new Error(begun.reason);
  return begun.options;
}
