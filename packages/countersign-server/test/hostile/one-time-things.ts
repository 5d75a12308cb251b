// Everything that may be used once only, ready to be used by any number of requests at once.

import type { PasskeyCreationOptions, PasskeyRequestOptions } from 'countersign/accounts/passkeys';

import { SoftwareAuthenticator } from '../../../countersign/test/accounts/software-authenticator.js';
import { codeAt } from '../one-time-code.js';
import { addAuthenticatorApp, type AuthenticatorApp } from '../web/authenticator-app.js';
import { linkIn, NAME, PASSWORD, signUp, type Door } from '../web/door.js';
import { visitFlow } from '../web/flow-visit.js';
import { ORIGIN, Visitor, type Page } from '../web/visitor.js';
import { copyOf, isIn, SESSION } from './house.js';
import { returnFrom } from './stand-in-provider.js';

export interface OneTimeThing {
  readonly name: string;
  /** @param shots how many requests there will be */
  readonly prepare: (door: Door, shots: number) => Promise<Prepared>;
}

export interface Prepared {
  /** One of the requests, at this door or another one. */
  readonly shoot: (door: Door, index: number) => Promise<Shot>;
}

export interface Shot {
  readonly page: Page;
  /** Whether it got what it was after. */
  readonly won: boolean;
}

/** Everybody has a password of their own in mind, so that it shows whose it became. */
export function passwordOf(index: number): string {
  return `velvet otter paints slowly, ${index}`;
}

/** Asks for a mail, and opens the link in it. */
export async function openLink(
  door: Door,
  visitor: Visitor,
  path: '/sign-up' | '/forgot' | '/sign-in/link',
  address = NAME,
): Promise<string> {
  await visitor.post(path, { address });
  await door.flows.settled();
  const link = linkIn(door.mails.at(-1));
  await visitor.get(link);
  return link;
}

/** The link to an address that who is signed in has added. */
export async function addAddress(door: Door, owner: Visitor, address: string): Promise<string> {
  const added = await visitFlow(door, owner, (visit) =>
    door.flows.addresses.add(visit, { address }),
  );
  if (!added.ok) throw new Error(added.reason);
  await door.flows.settled();
  const mail = door.mails.findLast(({ to, kind }) => to === address && kind === 'verify-address');
  return linkIn(mail);
}

async function signedIn(page: Page, visitor: Visitor): Promise<Shot> {
  return { page, won: visitor.jar.has(SESSION) && (await isIn(visitor)) };
}

/** The same browser many times over. */
function copies(
  visitor: Visitor,
  path: string,
  fieldsOf: (index: number) => Readonly<Record<string, string>>,
  judge: (page: Page, copy: Visitor) => Shot | Promise<Shot> = signedIn,
): Prepared {
  return {
    async shoot(door, index) {
      const copy = copyOf(door, visitor);
      return judge(await copy.post(path, fieldsOf(index)), copy);
    },
  };
}

/** Somebody who has given the password, and not the second factor. */
export async function giveFirstFactor(door: Door): Promise<Visitor> {
  const visitor = new Visitor(door.app);
  const page = await visitor.post('/sign-in', { name: NAME, password: PASSWORD });
  if (page.location !== '/sign-in/second') throw new Error('No second factor is asked for');
  return visitor;
}

/** The clock can be moved afterwards: nothing waits in the background. */
async function appOf(door: Door): Promise<AuthenticatorApp> {
  const app = await addAuthenticatorApp(door);
  await door.flows.settled();
  return app;
}

/** What the browser makes of the options, in a form. */
async function createPasskey(
  owner: Visitor,
  authenticator: SoftwareAuthenticator,
): Promise<Readonly<Record<string, string>>> {
  const { text } = await owner.post('/security/passkeys/begin');
  const created = authenticator.create(JSON.parse(text) as PasskeyCreationOptions);
  return { credential: JSON.stringify(created), name: 'Laptop' };
}

/** One without a counter, so that nothing but the ceremony tells an answer from its copy. */
async function addSyncedPasskey(owner: Visitor): Promise<SoftwareAuthenticator> {
  const authenticator = new SoftwareAuthenticator({ origin: ORIGIN, counts: false });
  const page = await owner.post(
    '/security/passkeys/add',
    await createPasskey(owner, authenticator),
  );
  if (!page.text.includes(ADDED)) throw new Error(`It was not added: ${page.status}`);
  return authenticator;
}

const ADDED = 'Your passkey is added.';

/** The credential for a ceremony that begins here. */
export async function answerCeremony(
  visitor: Visitor,
  path: string,
  authenticator: SoftwareAuthenticator,
): Promise<string> {
  const { text } = await visitor.post(path);
  return JSON.stringify(authenticator.get(JSON.parse(text) as PasskeyRequestOptions));
}

function chosen(index: number): Readonly<Record<string, string>> {
  return { password: passwordOf(index), repeated: passwordOf(index) };
}

export const ONE_TIME_THINGS: readonly OneTimeThing[] = [
  {
    name: 'a link to create an account',
    async prepare(door) {
      const visitor = new Visitor(door.app);
      await openLink(door, visitor, '/sign-up');
      return copies(visitor, '/sign-up/finish', chosen);
    },
  },
  {
    name: 'a link for a new password',
    async prepare(door) {
      await signUp(door);
      const visitor = new Visitor(door.app);
      await openLink(door, visitor, '/forgot');
      return copies(visitor, '/forgot/finish', chosen, (page) => ({
        page,
        won: page.location === '/sign-in?notice=password-changed',
      }));
    },
  },
  {
    name: 'a link to sign in',
    async prepare(door) {
      await signUp(door);
      const visitor = new Visitor(door.app);
      await openLink(door, visitor, '/sign-in/link');
      return copies(visitor, '/sign-in/link/open', () => ({}));
    },
  },
  {
    name: 'a link that confirms an address',
    async prepare(door) {
      const link = await addAddress(door, await signUp(door), 'ada@work.example');
      const visitor = new Visitor(door.app);
      await visitor.get(link);
      return copies(
        visitor,
        '/profile/addresses/verify',
        () => ({}),
        (page) => ({
          page,
          won: page.location === '/sign-in?notice=address-confirmed',
        }),
      );
    },
  },
  {
    name: 'a sign-in that waits for its second factor, by codes that are all right',
    async prepare(door, shots) {
      await signUp(door);
      const app = await appOf(door);
      const codes = [app.nextCode(), ...app.recoveryCodes];
      const visitor = await giveFirstFactor(door);
      return copies(visitor, '/sign-in/second', (index) => {
        const code = codes[index % Math.min(shots, codes.length)] ?? '';
        return { proof: /^\d{6}$/.test(code) ? 'totp' : 'recovery-code', code };
      });
    },
  },
  ...(['totp', 'recovery-code'] as const).map(codeOfManySignIns),
  {
    name: 'a passkey’s answer',
    async prepare(door) {
      const authenticator = await addSyncedPasskey(await signUp(door));
      const visitor = new Visitor(door.app);
      const credential = await answerCeremony(visitor, '/sign-in/passkey/begin', authenticator);
      return copies(visitor, '/sign-in/passkey', () => ({ credential }));
    },
  },
  {
    name: 'a passkey’s answer as the second factor',
    async prepare(door) {
      const authenticator = await addSyncedPasskey(await signUp(door));
      const visitor = await giveFirstFactor(door);
      const credential = await answerCeremony(visitor, '/sign-in/second/begin', authenticator);
      return copies(visitor, '/sign-in/second', () => ({ proof: 'passkey', credential }));
    },
  },
  {
    name: 'the setting up of an app',
    async prepare(door) {
      const owner = await signUp(door);
      const { text } = await owner.get('/security/authenticator');
      const token = /name="token" value="([^"]+)"/.exec(text)?.[1] ?? '';
      const secret = /<code>([A-Z2-7 ]+)<\/code>/.exec(text)?.[1]?.replaceAll(' ', '') ?? '';
      const code = codeAt(secret, door.clock.now());
      return copies(
        owner,
        '/security/authenticator',
        () => ({ token, code }),
        (page) => ({ page, won: page.text.includes('Your authenticator app is on.') }),
      );
    },
  },
  {
    name: 'a new passkey',
    async prepare(door) {
      const owner = await signUp(door);
      const fields = await createPasskey(owner, new SoftwareAuthenticator({ origin: ORIGIN }));
      return copies(
        owner,
        '/security/passkeys/add',
        () => fields,
        (page) => ({ page, won: page.text.includes(ADDED) }),
      );
    },
  },
  {
    name: 'a return from a provider',
    async prepare(door) {
      const visitor = new Visitor(door.app);
      const page = await visitor.post('/sign-in/provider', { provider: 'guild' });
      const path = returnFrom(page.text, 'ada');
      return {
        async shoot(at) {
          const copy = copyOf(at, visitor);
          return signedIn(await copy.get(path), copy);
        },
      };
    },
  },
];

/** One code for sign-ins that wait in browsers of their own. */
function codeOfManySignIns(proof: 'totp' | 'recovery-code'): OneTimeThing {
  return {
    name: `a code of the kind ${proof}, by several sign-ins`,
    async prepare(door, shots) {
      await signUp(door);
      const app = await appOf(door);
      const code = proof === 'totp' ? app.nextCode() : (app.recoveryCodes[0] ?? '');
      const waiting: Visitor[] = [];
      // One after the other: so many passwords at once are guesses.
      while (waiting.length < shots) waiting.push(await giveFirstFactor(door));
      return {
        async shoot(at, index) {
          const copy = copyOf(at, waiting[index] ?? new Visitor(at.app));
          return signedIn(await copy.post('/sign-in/second', { proof, code }), copy);
        },
      };
    },
  };
}
