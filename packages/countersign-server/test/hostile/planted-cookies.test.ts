// Cookies of an attacker’s own, planted in somebody’s browser before they sign in: of every name that the
// doorkeeper knows. Whoever signs in gets a session that nobody else has, and is nobody else (A39; 7.2.4).

import { describe, expect, it } from 'vitest';

import { addAuthenticatorApp, type AuthenticatorApp } from '../web/authenticator-app.js';
import { linkIn, NAME, PASSWORD, signIn, signUp, type Door } from '../web/door.js';
import { addPasskey } from '../web/passkey.js';
import { Visitor } from '../web/visitor.js';
import { copyOf, isIn, openHouse, SESSION } from './house.js';
import { answerCeremony, openLink } from './one-time-things.js';
import { returnFrom } from './stand-in-provider.js';

const MALLORY = 'mallory@evil.example';
const GUARDED = 'mallory@guarded.example';

type Planting = readonly [string, (door: Door) => Promise<Visitor>];

/** What an attacker has in a browser after a run of their own. */
const PLANTINGS: readonly Planting[] = [
  ['a session', (door) => signIn(door, { name: MALLORY })],
  ['a session that was remembered', (door) => signIn(door, { name: MALLORY, remember: true })],
  [
    'a session that has ended',
    async (door) => {
      const visitor = await signIn(door, { name: MALLORY });
      const copy = copyOf(door, visitor);
      await visitor.post('/sign-out');
      return copy;
    },
  ],
  [
    'a token that nobody made',
    (door) => {
      const visitor = new Visitor(door.app);
      visitor.jar.set(SESSION, 'A'.repeat(80));
      return Promise.resolve(visitor);
    },
  ],
  [
    'a sign-in that waits',
    async (door) => {
      const visitor = new Visitor(door.app);
      await visitor.post('/sign-in', { name: GUARDED, password: PASSWORD });
      return visitor;
    },
  ],
  [
    'a ceremony of a passkey',
    async (door) => {
      const visitor = new Visitor(door.app);
      await visitor.post('/sign-in/passkey/begin');
      return visitor;
    },
  ],
  [
    'a trip to a provider',
    async (door) => {
      const visitor = new Visitor(door.app);
      await visitor.post('/sign-in/provider', { provider: 'guild' });
      return visitor;
    },
  ],
  ...(['/sign-up', '/forgot', '/sign-in/link'] as const).map((path): Planting => [
    `a link by ${path}`,
    async (door) => {
      const visitor = new Visitor(door.app);
      await openLink(door, visitor, path, path === '/sign-up' ? 'm@other.example' : MALLORY);
      return visitor;
    },
  ]),
];

interface Way {
  readonly name: string;
  readonly app?: true;
  /** Prepares the account, and gives what its owner does in the browser with the planted cookies. */
  readonly open: (door: Door) => Promise<(victim: Visitor) => Promise<unknown>>;
}

const WAYS: readonly Way[] = [
  {
    name: 'a password',
    open: () =>
      Promise.resolve((victim) => victim.post('/sign-in', { name: NAME, password: PASSWORD })),
  },
  {
    name: 'a password and a code',
    async open(door) {
      const app: AuthenticatorApp = await addAuthenticatorApp(door);
      await door.flows.settled();
      return async (victim) => {
        await victim.post('/sign-in', { name: NAME, password: PASSWORD });
        await victim.post('/sign-in/second', { proof: 'totp', code: app.nextCode() });
      };
    },
  },
  {
    name: 'a passkey',
    async open(door) {
      const authenticator = await addPasskey(door, await signIn(door));
      return async (victim) => {
        const credential = await answerCeremony(victim, '/sign-in/passkey/begin', authenticator);
        await victim.post('/sign-in/passkey', { credential });
      };
    },
  },
  {
    name: 'a link by mail',
    open: (door) =>
      Promise.resolve(async (victim) => {
        // Out of a session of the attacker first, as the page of a visitor is shown to no one else.
        await victim.post('/sign-out');
        await openLink(door, victim, '/sign-in/link');
        await victim.post('/sign-in/link/open');
      }),
  },
  {
    name: 'a provider',
    async open(door) {
      const owner = await signIn(door);
      const away = await owner.post('/security/providers/link', { provider: 'guild' });
      await owner.get(returnFrom(away.text, 'ada'));
      return async (victim) => {
        const page = await victim.post('/sign-in/provider', { provider: 'guild' });
        await victim.get(returnFrom(page.text, 'ada'));
      };
    },
  },
];

async function openInhabited(): Promise<Door> {
  const door = await openHouse();
  for (const name of [NAME, MALLORY, GUARDED]) await signUp(door, { name });
  await addAuthenticatorApp(door, GUARDED);
  await door.flows.settled();
  return door;
}

async function expectSafe(door: Door, planted: Visitor, signInAs: (victim: Visitor) => unknown) {
  const victim = copyOf(door, planted);
  await signInAs(victim);
  expect((await victim.get('/')).text).toContain(NAME);
  const token = victim.jar.get(SESSION) ?? '';
  expect(token).toHaveLength(80);
  expect([...planted.jar.values()]).not.toContain(token);
  // The attacker still has what was planted, and can be no one but themselves.
  const attacker = copyOf(door, planted);
  const pages = [await attacker.get('/'), await attacker.get('/sign-in/second')];
  for (const { text } of pages) expect(text).not.toContain(NAME);
  for (const name of planted.jar.keys()) {
    const disguised = new Visitor(door.app);
    disguised.jar.set(SESSION, planted.jar.get(name) ?? '');
    expect((await disguised.get('/')).text).not.toContain(NAME);
  }
}

describe.each(WAYS)('who signs in by $name', ({ open }) => {
  it.each(PLANTINGS)('has a session of their own after %s was planted', async (_, plant) => {
    const door = await openInhabited();
    const signInAs = await open(door);
    await expectSafe(door, await plant(door), signInAs);
  });

  it('has a session of their own after all of that was planted at once', async () => {
    const door = await openInhabited();
    const signInAs = await open(door);
    const planted = new Visitor(door.app);
    for (const [, plant] of PLANTINGS.toReversed())
      for (const [name, value] of (await plant(door)).jar) planted.jar.set(name, value);
    expect(planted.jar.size).toBeGreaterThan(5);
    await expectSafe(door, planted, signInAs);
  });
});

describe('a link to sign in', () => {
  it('that was passed on is of no use in another browser, whatever else that one has (6.6.2)', async () => {
    const door = await openInhabited();
    const owner = new Visitor(door.app);
    const link = await openLink(door, owner, '/sign-in/link');
    // With a request of its own, which is for another link.
    const thief = new Visitor(door.app);
    await thief.post('/sign-in/link', { address: MALLORY });
    for (const visitor of [thief, new Visitor(door.app), await signIn(door, { name: MALLORY })]) {
      await visitor.get(link);
      expect((await visitor.get('/sign-in/link/open')).status).toBe(403);
      await visitor.get(link);
      const page = await visitor.post('/sign-in/link/open');
      expect(page.status).toBe(403);
      expect((await visitor.get('/')).text).not.toContain(NAME);
    }
    expect((await owner.post('/sign-in/link/open')).location).toBe('/');
    expect(await isIn(owner)).toBe(true);
  });

  it('that an attacker has asked for is of no use to who gets the mail, nor without it', async () => {
    const door = await openInhabited();
    const attacker = new Visitor(door.app);
    await attacker.post('/sign-in/link', { address: NAME });
    await door.flows.settled();
    const link = linkIn(door.mails.at(-1));
    const victim = new Visitor(door.app);
    await victim.get(link);
    expect((await victim.post('/sign-in/link/open')).status).toBe(403);
    expect((await attacker.post('/sign-in/link/open')).status).toBe(410);
    expect([await isIn(attacker), await isIn(victim)]).toEqual([false, false]);
  });
});
