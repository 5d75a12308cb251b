// Tokens of one kind, shown where another kind is wanted: in every cookie and at every page that takes
// one. None opens anything, and each is still good for what it is (G65; ASVS 6.5.1, 7.2.2).

import { describe, expect, it } from 'vitest';

import { addAuthenticatorApp } from '../web/authenticator-app.js';
import { linkIn, NAME, PASSWORD, signUp, type Door } from '../web/door.js';
import { Visitor, type Page } from '../web/visitor.js';
import { isIn, openHouse, SESSION, stateOf, WAITING } from './house.js';
import { addAddress, giveFirstFactor } from './one-time-things.js';

const CHOSEN = { password: PASSWORD, repeated: PASSWORD };
const GUARDED = 'bob@example.org';

/** Where a link of each kind is used. */
const FINISHES = {
  'sign-up': '/sign-up/finish',
  reset: '/forgot/finish',
  'sign-in-link': '/sign-in/link/open',
  'verify-address': '/profile/addresses/verify',
} as const;

type Kind = keyof typeof FINISHES;

interface Held {
  readonly token: string;
  /** The browser that can use it. */
  readonly visitor: Visitor;
}

async function ask(door: Door, path: string, address: string): Promise<Held> {
  const visitor = new Visitor(door.app);
  await visitor.post(path, { address });
  await door.flows.settled();
  return { visitor, token: tokenIn(linkIn(door.mails.at(-1))) };
}

function tokenIn(link: string): string {
  return link.split('token=')[1] ?? '';
}

const LINKS: Readonly<Record<Kind, (door: Door, owner: Visitor) => Promise<Held>>> = {
  'sign-up': (door) => ask(door, '/sign-up', 'carol@example.org'),
  reset: (door) => ask(door, '/forgot', NAME),
  'sign-in-link': (door) => ask(door, '/sign-in/link', NAME),
  'verify-address': async (door, owner) => ({
    visitor: owner,
    token: tokenIn(await addAddress(door, owner, 'ada@work.example')),
  }),
};

const KINDS = ['sign-up', 'reset', 'sign-in-link', 'verify-address'] as const;
const COOKIES = [
  'id',
  'second-factor',
  'passkey',
  'provider',
  'link-request',
  'device',
  'return-to',
];

function use(visitor: Visitor, kind: Kind, named: Kind, token: string): Promise<Page> {
  visitor.jar.set('__Host-mail-link', `${named}.${token}`);
  return visitor.post(FINISHES[kind], CHOSEN);
}

describe.each(KINDS)('the token of a link of the kind %s', (kind) => {
  it('is worthless at the pages of the other kinds, and as any cookie', async () => {
    const door = await openHouse();
    const owner = await signUp(door);
    const { token, visitor } = await LINKS[kind](door, owner);
    expect(token).toMatch(/^[\w-]{43}$/);
    const before = await stateOf(door, [NAME]);
    for (const other of KINDS.filter((each) => each !== kind)) {
      for (const named of [other, kind]) {
        const page = await use(new Visitor(door.app), other, named, token);
        expect([other, named, page.status]).toEqual([other, named, 410]);
      }
    }
    for (const cookie of COOKIES) {
      const thief = new Visitor(door.app);
      thief.jar.set(`__Host-${cookie}`, token);
      for (const path of ['/', '/security', '/sign-in/second', '/sign-in/provider/callback/guild'])
        expect((await thief.get(path)).text).not.toContain(NAME);
      await thief.post('/sign-in/second', { proof: 'totp', code: '123456' });
      await thief.post('/sign-in/passkey', { credential: '{}' });
      expect(await isIn(thief)).toBe(false);
    }
    expect(await stateOf(door, [NAME])).toEqual(before);
    expect((await use(visitor, kind, kind, token)).status).toBe(303);
  });
});

describe('the token of a sign-in that waits, and that of a session', () => {
  it('are worthless as links of any kind', async () => {
    const door = await openHouse();
    const owner = await signUp(door);
    await signUp(door, { name: GUARDED });
    await addAuthenticatorApp(door);
    await door.flows.settled();
    const before = await stateOf(door, [NAME, GUARDED]);
    const waiting = (await giveFirstFactor(door)).jar.get(WAITING) ?? '';
    const session = owner.jar.get(SESSION) ?? '';
    expect([waiting.length, session.length]).toEqual([43, 80]);
    for (const token of [waiting, session, session.slice(-43), session.slice(24)]) {
      for (const kind of KINDS) {
        const thief = new Visitor(door.app);
        expect((await use(thief, kind, kind, token)).status).toBe(410);
        expect(await isIn(thief)).toBe(false);
      }
    }
    expect(await stateOf(door, [NAME, GUARDED])).toEqual(before);
  });
});
