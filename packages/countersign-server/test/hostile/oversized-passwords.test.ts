// Passwords of a size that no person types, in every form that has a field for one: refused before any
// hash is computed (G8). The forms are found on the pages, so that a new one is tried as well. How long it
// takes is in bench/ and process/hostile.integration.test.ts.

import type { PasswordHasher } from 'countersign/accounts';
import { describe, expect, it } from 'vitest';

import { addAuthenticatorApp } from '../web/authenticator-app.js';
import {
  NAME,
  OTHER_PASSWORD,
  PASSWORD,
  plainHasher,
  signIn,
  signUp,
  type Door,
} from '../web/door.js';
import { Visitor } from '../web/visitor.js';
import { ALL_FIELDS, copyOf, openHouse, routesOf } from './house.js';
import { openLink } from './one-time-things.js';

interface Form {
  readonly visitor: Visitor;
  readonly action: string;
  readonly hidden: Readonly<Record<string, string>>;
  readonly passwords: readonly string[];
}

/** The sizes, and what they are answered with: what the body may have, and then what a password may. */
const HUGE: readonly (readonly [string, string, readonly number[]])[] = [
  ['100 kB', 'x'.repeat(100_000), [413]],
  ['100 kB of letters that take two bytes', 'é'.repeat(50_000), [413]],
  ['100 kB of accents that would compose', 'e\u0301'.repeat(33_334), [413]],
  ['10 kB', 'x'.repeat(10_000), [400, 422]],
  ['one byte more than may be', 'x'.repeat(1_025), [400, 422]],
  ['emoji that are too many bytes', '🦦'.repeat(257), [400, 422]],
];

async function openWatched() {
  const work: string[] = [];
  const hasher: PasswordHasher = {
    hash(password) {
      work.push('hash');
      return plainHasher.hash(password);
    },
    verify(stored, password) {
      work.push('verify');
      return plainHasher.verify(stored, password);
    },
  };
  return { door: await openHouse({ hasher }), work };
}

interface Person {
  readonly visitor: Visitor;
  /** A page that is in the table of routes without its query. */
  readonly asked?: string;
}

/** People who are shown every form with a password between them. */
async function peopleOf(door: Door): Promise<readonly Person[]> {
  const owner = await signUp(door);
  const [signingUp, resetting] = [new Visitor(door.app), new Visitor(door.app)];
  await openLink(door, signingUp, '/sign-up', 'bob@example.org');
  await openLink(door, resetting, '/forgot');
  // Long enough ago that a proof is asked for, and not so long that the links are old.
  door.clock.advance(11 * 60_000);
  const asked = (await owner.post('/devices/end-others')).location ?? '';
  expect(asked).toMatch(/^\/confirm\?/);
  const stranger = new Visitor(door.app);
  const visitors = [stranger, signingUp, resetting, await signIn(door)];
  return [...visitors.map((visitor) => ({ visitor })), { visitor: owner, asked }];
}

async function formsOf(door: Door): Promise<readonly Form[]> {
  const found = new Map<string, Form>();
  const routes = await routesOf(door);
  for (const { visitor: person, asked } of await peopleOf(door)) {
    for (const { method, path } of routes) {
      // Any other page would ask for something else, and only the last one is remembered.
      if (method !== 'GET' || (asked !== undefined && path !== '/confirm')) continue;
      const visitor = copyOf(door, person);
      const { text } = await visitor.get(asked ?? path);
      for (const [, tag = '', content = ''] of text.matchAll(/<form([^>]*)>(.*?)<\/form>/gs)) {
        const inputs = [...content.matchAll(/<input([^>]*)>/g)].map(([, input = '']) => input);
        const passwords = inputs.filter((input) => attribute(input, 'type') === 'password');
        const action = attribute(tag, 'action') ?? path;
        if (passwords.length === 0 || found.has(action)) continue;
        found.set(action, {
          visitor,
          action,
          hidden: Object.fromEntries(
            inputs
              .filter((input) => attribute(input, 'type') === 'hidden')
              .map((input) => [attribute(input, 'name') ?? '', attribute(input, 'value') ?? '']),
          ),
          passwords: passwords.map((input) => attribute(input, 'name') ?? ''),
        });
      }
    }
  }
  return [...found.values()];
}

function attribute(tag: string, name: string): string | undefined {
  return new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];
}

describe.each(HUGE)('a password of %s', (_name, password, statuses) => {
  it('is refused by every form that has a field for one, without a hash (G8)', async () => {
    const { door, work } = await openWatched();
    const forms = await formsOf(door);
    expect(forms.map(({ action }) => action).toSorted()).toEqual([
      '/confirm',
      '/forgot/finish',
      '/password',
      '/sign-in',
      '/sign-up/finish',
    ]);
    work.length = 0;
    for (const { visitor, action, hidden, passwords } of forms) {
      const typed = Object.fromEntries(passwords.map((field) => [field, password]));
      const page = await visitor.post(action, { ...hidden, name: NAME, ...typed });
      expect([action, statuses.includes(page.status)]).toEqual([action, true]);
      expect(page.text).not.toContain(password);
    }
    expect(work).toEqual([]);
    await signIn(door);
  });

  it('is refused in each field alone, without a hash', async () => {
    const { door, work } = await openWatched();
    const forms = await formsOf(door);
    work.length = 0;
    for (const { visitor, action, hidden, passwords } of forms) {
      for (const field of passwords) {
        const honest = Object.fromEntries(passwords.map((each) => [each, OTHER_PASSWORD]));
        const fields = { ...hidden, name: NAME, ...honest, [field]: password };
        const page = await copyOf(door, visitor).post(action, fields);
        expect([action, field, statuses.includes(page.status)]).toEqual([action, field, true]);
      }
    }
    expect(work).toEqual([]);
  });
});

describe('a form of 100 kB', () => {
  it('is worked on by no path, whatever is in it and whoever sends it', async () => {
    const { door, work } = await openWatched();
    const owner = await signUp(door);
    await addAuthenticatorApp(door);
    const waiting = new Visitor(door.app);
    await waiting.post('/sign-in', { name: NAME, password: PASSWORD });
    work.length = 0;
    const huge = Object.fromEntries(
      Object.keys(ALL_FIELDS).map((name) => [name, 'x'.repeat(100_000)]),
    );
    for (const { method, path } of await routesOf(door)) {
      if (method !== 'POST' || path === '/sign-out') continue;
      for (const visitor of [new Visitor(door.app), waiting, owner]) {
        const { status } = await copyOf(door, visitor).post(path, huge);
        expect([path, status < 500]).toEqual([path, true]);
      }
    }
    expect(work).toEqual([]);
    expect((await owner.get('/')).text).toContain(NAME);
  });
});
