// Who has the password, the mailbox or the provider of somebody, and not the second factor: nothing that
// the doorkeeper answers to is a way around it.

import { describe, expect, it } from 'vitest';

import { addAuthenticatorApp, type AuthenticatorApp } from '../web/authenticator-app.js';
import { linkIn, NAME, OTHER_PASSWORD, PASSWORD, signUp, type Door } from '../web/door.js';
import { Visitor, type Page } from '../web/visitor.js';
import {
  ALL_FIELDS,
  copyOf,
  isIn,
  openHouse,
  OPEN_PATHS,
  routesOf,
  SESSION,
  stateOf,
  userIdOf,
  WAITING,
} from './house.js';
import { giveFirstFactor, openLink } from './one-time-things.js';
import { returnFrom } from './stand-in-provider.js';

const BOB = 'bob@example.org';
const MOST_STEPS = 4;

async function openGuarded() {
  const door = await openHouse();
  const owner = await signUp(door);
  await linkProvider(owner);
  const app = await addAuthenticatorApp(door);
  await door.flows.settled();
  return { door, owner, app };
}

/** What a browser has in the end, which goes wherever it is sent. */
async function follow(visitor: Visitor, answer: Page): Promise<Page & { readonly path: string }> {
  let page = answer;
  let path = '';
  for (let step = 0; step < MOST_STEPS && page.location !== null; step += 1) {
    path = page.location;
    page = await visitor.get(path);
  }
  return { ...page, path: new URL(path, 'http://localhost').pathname };
}

function request(visitor: Visitor, { method, path }: { method: string; path: string }) {
  return method === 'POST' ? visitor.post(path, ALL_FIELDS) : visitor.get(path);
}

/** The ways to pretend that the sign-in that waits is a session. */
const DISGUISES: readonly (readonly [string, (visitor: Visitor) => void])[] = [
  ['as it is', () => undefined],
  ['as the token of a session', ({ jar }) => jar.set(SESSION, jar.get(WAITING) ?? '')],
  [
    'as the token of a session of the right length',
    ({ jar }) => jar.set(SESSION, (jar.get(WAITING) ?? '').padEnd(80, 'A')),
  ],
  [
    'as every cookie',
    ({ jar }) => {
      const token = jar.get(WAITING) ?? '';
      for (const name of ['id', 'pre', 'device', 'passkey', 'provider', 'link-request'])
        jar.set(`__Host-${name}`, token);
      jar.set('__Host-mail-link', `reset.${token}`);
    },
  ],
];

describe('a sign-in that waits for its second factor', () => {
  it.each(DISGUISES)(
    'opens no page and no form behind the gate, %s (6.3.4)',
    async (_, disguise) => {
      const { door } = await openGuarded();
      const before = await stateOf(door, [NAME]);
      const routes = (await routesOf(door)).filter(({ path }) => !OPEN_PATHS.has(path));
      expect(routes.length).toBeGreaterThan(40);
      for (const route of routes) {
        const visitor = await giveFirstFactor(door);
        disguise(visitor);
        const answer = await request(visitor, route);
        const where = `${route.method} ${route.path}`;
        expect([where, answer.status, answer.text]).toEqual([where, 303, '']);
        const end = await follow(visitor, answer);
        expect([where, end.status, end.path]).toEqual([where, 200, '/sign-in']);
        expect(end.text).not.toContain(NAME);
      }
      expect(await stateOf(door, [NAME])).toEqual(before);
    },
  );

  it('is made a session by no path before the gate', async () => {
    const { door } = await openGuarded();
    const userId = await userIdOf(door, NAME);
    const before = await door.accounts.findUser(userId);
    const routes = (await routesOf(door)).filter(({ path }) => OPEN_PATHS.has(path));
    for (const fields of [{}, { password: PASSWORD, repeated: PASSWORD, address: NAME }]) {
      for (const { method, path } of routes) {
        door.clock.advance(3_600_000);
        const visitor = await giveFirstFactor(door);
        const given = { ...ALL_FIELDS, ...fields };
        await (method === 'POST' ? visitor.post(path, given) : visitor.get(path));
        expect([path, await isIn(visitor)]).toEqual([path, false]);
      }
    }
    expect(await door.accounts.findUser(userId)).toEqual(before);
  });

  it.each(['', 'password', 'email', 'provider', 'security-key', '__proto__', 'totp '])(
    'is not finished by a proof of the kind "%s"',
    async (proof) => {
      const { door, app } = await openGuarded();
      const visitor = await giveFirstFactor(door);
      await visitor.post('/sign-in/second', { proof, password: PASSWORD, code: app.nextCode() });
      expect(await isIn(visitor)).toBe(false);
    },
  );
});

/** What somebody can have besides the password. Each leaves a browser that has used it. */
const OTHER_WAYS: readonly (readonly [string, (door: Door, visitor: Visitor) => Promise<Page>])[] =
  [
    [
      'a new password by mail, and a sign-in with it',
      async (door, visitor) => {
        await openLink(door, visitor, '/forgot');
        const chosen = { password: OTHER_PASSWORD, repeated: OTHER_PASSWORD };
        const page = await visitor.post('/forgot/finish', chosen);
        expect(page.location).toBe('/sign-in?notice=password-changed');
        return visitor.post('/sign-in', { name: NAME, password: OTHER_PASSWORD });
      },
    ],
    [
      'a link by mail',
      async (door, visitor) => {
        await openLink(door, visitor, '/sign-in/link');
        return visitor.post('/sign-in/link/open');
      },
    ],
    [
      'a link by mail after the password',
      async (door, visitor) => {
        await visitor.post('/sign-in', { name: NAME, password: PASSWORD });
        await openLink(door, visitor, '/sign-in/link');
        return visitor.post('/sign-in/link/open');
      },
    ],
    [
      'the password after a link by mail',
      async (door, visitor) => {
        await openLink(door, visitor, '/sign-in/link');
        await visitor.post('/sign-in/link/open');
        return visitor.post('/sign-in', { name: NAME, password: PASSWORD });
      },
    ],
    [
      'the provider',
      async (_door, visitor) => {
        const page = await visitor.post('/sign-in/provider', { provider: 'guild' });
        return visitor.get(returnFrom(page.text, 'ada'));
      },
    ],
    [
      'the provider after the password',
      async (_door, visitor) => {
        await visitor.post('/sign-in', { name: NAME, password: PASSWORD });
        const page = await visitor.post('/sign-in/provider', { provider: 'guild' });
        return visitor.get(returnFrom(page.text, 'ada'));
      },
    ],
  ];

describe('a second factor', () => {
  it.each(OTHER_WAYS)('is asked for after %s (6.3.4, 6.3.6, 6.4.3)', async (_, use) => {
    const { door, app } = await openGuarded();
    const visitor = new Visitor(door.app);
    const page = await use(door, visitor);
    expect([page.status, page.location]).toEqual([303, '/sign-in/second']);
    expect([visitor.jar.has(SESSION), await isIn(visitor)]).toEqual([false, false]);
    const done = await visitor.post('/sign-in/second', { proof: 'totp', code: app.nextCode() });
    expect(done.location).toBe('/');
  });

  it('is asked for on a device that is known', async () => {
    const { door, owner } = await openGuarded();
    const thief = new Visitor(door.app);
    thief.jar.set('__Host-device', owner.jar.get('__Host-device') ?? '');
    const page = await thief.post('/sign-in', { name: NAME, password: PASSWORD });
    expect([page.location, thief.jar.has(SESSION)]).toEqual(['/sign-in/second', false]);
  });

  it('is not gone around by an account that is made anew with the address', async () => {
    const { door } = await openGuarded();
    const visitor = new Visitor(door.app);
    await visitor.post('/sign-up', { address: NAME });
    await door.flows.settled();
    const mail = door.mails.at(-1);
    expect([mail?.to, mail?.kind]).toEqual([NAME, 'sign-up-known']);
    expect(() => linkIn(mail)).toThrow('There is no link');
  });

  it('is that of the account, whoever else is signed in or has an app', async () => {
    const { door } = await openGuarded();
    const bob = await signUp(door, { name: BOB });
    const bobsApp: AuthenticatorApp = await addAuthenticatorApp(door, BOB);
    const [recoveryCode = ''] = bobsApp.recoveryCodes;
    await door.flows.settled();
    bob.jar.set(WAITING, (await giveFirstFactor(door)).jar.get(WAITING) ?? '');
    for (const [proof, code] of [
      ['totp', bobsApp.nextCode()],
      ['recovery-code', recoveryCode],
    ] as const) {
      const visitor = copyOf(door, bob);
      expect((await visitor.post('/sign-in/second', { proof, code })).status).toBe(401);
      expect((await visitor.get('/')).text).not.toContain(NAME);
    }
    const sessions = await door.sessions.list(await userIdOf(door, NAME));
    expect(sessions).toHaveLength(1);
  });

  it('is not given by the code of an app that is about to be set up', async () => {
    const { door } = await openGuarded();
    const visitor = await giveFirstFactor(door);
    const form = await visitor.get('/security/authenticator');
    expect(form.location).toMatch(/^\/sign-in/);
    const added = await visitor.post('/security/authenticator', {
      token: 'A'.repeat(43),
      code: '1',
    });
    expect(added.location).toMatch(/^\/sign-in/);
    expect(await isIn(visitor)).toBe(false);
  });
});

/** By the page, as the owner. */
async function linkProvider(owner: Visitor): Promise<void> {
  const page = await owner.post('/security/providers/link', { provider: 'guild' });
  const done = await owner.get(returnFrom(page.text, 'ada'));
  expect(done.location).toBe('/security/providers');
}
