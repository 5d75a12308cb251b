// People who are about to do something with success, for the tests of stores that go away at it.

import type { OidcProvider } from '../../src/accounts/oidc.js';
import type { Visit } from '../../src/flows/visit.js';
import { addWithApp, signIn, type WithApp as App } from './authenticator-app.js';
import type { FaultyWorld } from './faulty-stores.js';
import { ADDRESS, type Visitor } from './fixture.js';
import { addOwner, type Owner } from './passkey-world.js';

/** What is about to happen. */
export interface Prepared {
  readonly visitor: Visitor;
  /** Whose account it is about; `undefined` where there is none yet. */
  readonly userId?: string;
  readonly verb: (visit: Visit) => Promise<unknown>;
}

export interface FaultCase {
  readonly prepare: (world: FaultyWorld) => Promise<Prepared>;
  /** A link, a code, a ceremony or the account may be gone after an error: the same cannot be tried again. */
  readonly usesUp?: true;
  /** Ends sessions before it is done, or is done when it throws: asked again, it does what is left. */
  readonly isFinal?: true;
}

export const OTHER = 'king@example.org';
export const ISSUER = 'https://id.example';
export const IDENTITY = { issuer: ISSUER, subject: '7', label: 'Ada', linkedAt: 0 };
const EXPECTATION = {
  state: 's',
  nonce: 'n',
  codeVerifier: 'v',
  issuer: ISSUER,
  provider: 'example',
};

/** Somebody is always signed in there already. */
export const PROVIDER: OidcProvider = {
  name: 'example',
  label: 'Example',
  issuer: ISSUER,
  begin: () =>
    Promise.resolve({ ok: true, url: `${ISSUER}/authorize`, expectation: EXPECTATION as never }),
  finish: () =>
    Promise.resolve({
      ok: true,
      identity: {
        issuer: ISSUER,
        subject: '7',
        label: 'Ada',
        address: null,
        name: null,
        authTime: null,
        acr: null,
        amr: [],
      } as never,
    }),
};

/** Somebody and their browser. */
interface Person {
  readonly userId: string;
  readonly visitor: Visitor;
}

interface WithApp extends Person {
  readonly app: App;
}

interface WithToken extends Person {
  readonly token: string;
}

/** Somebody with a password. */
export async function owner(
  { addAccount, visitor }: FaultyWorld,
  ...[fields]: Parameters<FaultyWorld['addAccount']>
): Promise<Person> {
  const { userId } = await addAccount(fields);
  const ada = visitor();
  await ada.signInAs(userId);
  return { userId, visitor: ada };
}

/** Somebody with a password and an app. */
export async function appOwner(world: FaultyWorld): Promise<WithApp> {
  const app = await addWithApp(world);
  const visitor = world.visitor();
  await visitor.signInAs(app.userId, ['password', 'totp']);
  return { app, userId: app.userId, visitor };
}

/** The same, half way in. */
export async function waiting(world: FaultyWorld): Promise<WithApp> {
  const app = await addWithApp(world);
  const visitor = world.visitor();
  await signIn(world, visitor);
  return { app, userId: app.userId, visitor };
}

/** Somebody with a password and a passkey. */
export async function passkeyOwner(
  world: FaultyWorld,
): Promise<Person & Pick<Owner, 'authenticator' | 'passkey'>> {
  const { account, authenticator, passkey } = await addOwner(world);
  const visitor = world.visitor();
  await visitor.signInAs(account.userId, ['passkey']);
  return { authenticator, passkey, userId: account.userId, visitor };
}

/** Somebody who has asked for a link. */
export async function linkHolder(
  world: FaultyWorld,
  kind: 'reset' | 'sign-in-link',
): Promise<WithToken> {
  const { userId } = await world.addAccount();
  const visitor = world.visitor();
  const group = kind === 'reset' ? world.flows.reset : world.flows.signInLink;
  await visitor.visit((visit) => group.request(visit, { address: ADDRESS }));
  return { userId, visitor, token: await world.tokenOf(kind) };
}

export async function newcomer(
  world: FaultyWorld,
): Promise<{ readonly visitor: Visitor; readonly token: string }> {
  const visitor = world.visitor();
  await visitor.visit((visit) => world.flows.signUp.request(visit, { address: ADDRESS }));
  return { visitor, token: await world.tokenOf('sign-up') };
}

export async function adder(world: FaultyWorld): Promise<WithToken> {
  const { userId, visitor } = await owner(world);
  await visitor.visit((visit) => world.flows.addresses.add(visit, { address: OTHER }));
  return { userId, visitor, token: await world.tokenOf('verify-address') };
}

export async function returning(
  world: FaultyWorld,
  purpose: 'sign-in' | 'link' | 'step-up',
): Promise<Prepared> {
  const identities = purpose === 'link' ? [] : [IDENTITY];
  const { userId, visitor } =
    purpose === 'sign-in'
      ? { userId: (await world.addAccount({ identities })).userId, visitor: world.visitor() }
      : await owner(world, { identities });
  await visitor.visit((visit) =>
    world.flows.providers.begin(visit, { provider: 'example', purpose }),
  );
  const url = 'https://shop.example/sign-in/example?code=c&state=s';
  return {
    userId,
    visitor,
    verb: (visit: Visit) => world.flows.providers.finish(visit, { url }),
  };
}
