// A code of an app opens one thing once, in whichever session and at whichever page it was used first
// (ASVS 6.5.1; RFC 6238 §5.2).

import { TOTP_STEP_MS } from 'countersign/accounts';
import { describe, expect, it } from 'vitest';

import { addAuthenticatorApp } from '../web/authenticator-app.js';
import { signUp, type Door } from '../web/door.js';
import type { Page, Visitor } from '../web/visitor.js';
import { copyOf, openHouse, SESSION } from './house.js';
import { giveFirstFactor } from './one-time-things.js';

const ELEVEN_MINUTES = 11 * 60_000;
const NOT_RIGHT = 'This code is not right, or it was used already.';

async function openGuarded() {
  const door = await openHouse();
  await signUp(door);
  const app = await addAuthenticatorApp(door);
  await door.flows.settled();
  return { door, app };
}

function give(visitor: Visitor, code: string): Promise<Page> {
  return visitor.post('/sign-in/second', { proof: 'totp', code });
}

/** Signed in with the next code, long enough ago that a proof is asked for. */
async function signedInBefore(door: Door, app: { nextCode(): string }): Promise<Visitor> {
  const visitor = await giveFirstFactor(door);
  expect((await give(visitor, app.nextCode())).location).toBe('/');
  await door.flows.settled();
  return visitor;
}

/** Gives a code where a proof is asked for. */
async function stepUp(visitor: Visitor, code: string): Promise<'taken' | 'refused'> {
  const { location } = await visitor.get('/password');
  const asked = new URL(location ?? '', 'http://localhost').searchParams.get('asked') ?? '';
  expect(asked).not.toBe('');
  const page = await visitor.post('/confirm', { asked, proof: 'totp', code });
  if (page.status === 401) {
    expect(page.text).toContain(NOT_RIGHT);
    return 'refused';
  }
  // The current password is asked for on the page itself, and only there.
  expect([page.status, page.location]).toEqual([303, '/password']);
  return 'taken';
}

async function expectRefused(visitor: Visitor, code: string): Promise<void> {
  const page = await give(visitor, code);
  expect([page.status, page.text.includes(NOT_RIGHT)]).toEqual([401, true]);
  expect(visitor.jar.has(SESSION)).toBe(false);
}

describe('a code that has signed somebody in', () => {
  it('signs nobody in again, in its own step nor in the next one', async () => {
    const { door, app } = await openGuarded();
    const waiting = [await giveFirstFactor(door), await giveFirstFactor(door)] as const;
    const code = app.nextCode();
    expect((await give(await giveFirstFactor(door), code)).location).toBe('/');
    await expectRefused(waiting[0], code);
    await door.flows.settled();
    door.clock.advance(TOTP_STEP_MS);
    await expectRefused(waiting[1], code);
    expect((await give(waiting[1], app.code())).location).toBe('/');
  });

  it('is no proof in that session, nor in another one', async () => {
    const { door, app } = await openGuarded();
    const sessions = [await signedInBefore(door, app), await signedInBefore(door, app)] as const;
    door.clock.advance(ELEVEN_MINUTES);
    const code = app.nextCode();
    expect((await give(await giveFirstFactor(door), code)).location).toBe('/');
    for (const visitor of sessions) expect(await stepUp(visitor, code)).toBe('refused');
    await door.flows.settled();
    for (const visitor of sessions) {
      expect(await stepUp(visitor, app.nextCode())).toBe('taken');
      await door.flows.settled();
    }
  });

  it('makes the codes before it worthless, which were never used', async () => {
    const { door, app } = await openGuarded();
    const early = app.nextCode();
    const late = app.nextCode();
    expect((await give(await giveFirstFactor(door), late)).location).toBe('/');
    await expectRefused(await giveFirstFactor(door), early);
  });
});

describe('a code that was a proof', () => {
  it('signs nobody in, and is no proof again', async () => {
    const { door, app } = await openGuarded();
    const owner = await signedInBefore(door, app);
    door.clock.advance(ELEVEN_MINUTES);
    const copy = copyOf(door, owner);
    const waiting = await giveFirstFactor(door);
    const code = app.nextCode();
    expect(await stepUp(owner, code)).toBe('taken');
    await expectRefused(waiting, code);
    // With the token from before the proof, which is good for some seconds yet.
    expect(await stepUp(copy, code)).toBe('refused');
  });

  it('is one for one of four sessions that show it at the same moment', async () => {
    const { door, app } = await openGuarded();
    const sessions: Visitor[] = [];
    while (sessions.length < 4) sessions.push(await signedInBefore(door, app));
    door.clock.advance(ELEVEN_MINUTES);
    const code = app.nextCode();
    const taken = await Promise.all(sessions.map((visitor) => stepUp(visitor, code)));
    expect(taken.filter((outcome) => outcome === 'taken')).toHaveLength(1);
  });

  it('is one or signs in, where both happen at the same moment', async () => {
    const { door, app } = await openGuarded();
    const owner = await signedInBefore(door, app);
    door.clock.advance(ELEVEN_MINUTES);
    const waiting = await giveFirstFactor(door);
    const code = app.nextCode();
    const [proved, page] = await Promise.all([stepUp(owner, code), give(waiting, code)]);
    const isIn = page.location === '/';
    expect([proved === 'taken', isIn].filter(Boolean)).toHaveLength(1);
  });
});

describe('the code that has set the app up', () => {
  it('opens nothing', async () => {
    const { door, app } = await openGuarded();
    await expectRefused(await giveFirstFactor(door), app.code());
  });
});
