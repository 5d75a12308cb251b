// Who has mails sent, or accounts made, in the names of others and as many as they can: limits by address
// and by network hold, and nobody is kept out by them (G61, G76; ASVS 6.3.1).

import { describe, expect, it } from 'vitest';

import { addAuthenticatorApp } from '../web/authenticator-app.js';
import { linkIn, NAME, OTHER_PASSWORD, PASSWORD, signIn, signUp, type Door } from '../web/door.js';
import { ORIGIN, Visitor } from '../web/visitor.js';
import { isIn, openHouse } from './house.js';
import { returnFrom } from './stand-in-provider.js';

const PATHS = ['/forgot', '/sign-in/link', '/sign-up'] as const;
const HOUR = 3_600_001;

/** Asks for mails from so many networks, by every page that sends some. */
async function flood(door: Door, address: string, times: number): Promise<readonly number[]> {
  const statuses: number[] = [];
  for (let index = 0; index < times; index += 1) {
    const visitor = new Visitor(door.app, { address: `2001:db8:${index.toString(16)}::1` });
    const { status } = await visitor.post(PATHS[index % 3] ?? '/forgot', { address });
    statuses.push(status);
  }
  await door.flows.settled();
  return statuses;
}

function mailsTo(door: Door, address: string) {
  return door.mails.filter(({ to }) => to === address);
}

describe('a flood of mails to one address', () => {
  it.each([
    ['that has an account', 5],
    ['that has none', 1],
  ])('%s is stopped after five requests, from wherever they come (G61)', async (_, mails) => {
    const door = await openHouse();
    if (mails === 5) await signUp(door);
    door.clock.advance(HOUR);
    const before = mailsTo(door, NAME).length;
    const statuses = await flood(door, NAME, 60);
    expect(statuses).toEqual([...Array<number>(5).fill(303), ...Array<number>(55).fill(429)]);
    expect(mailsTo(door, NAME).length - before).toBe(mails);
  });

  it('is stopped for every spelling of the address together', async () => {
    const door = await openHouse();
    await signUp(door);
    door.clock.advance(HOUR);
    const before = door.mails.length;
    const spellings = [NAME, NAME.toUpperCase(), ` ${NAME} `, 'Ada@Example.ORG', 'aDa@example.org'];
    for (let round = 0; round < 4; round += 1)
      for (const spelling of spellings) await flood(door, spelling, 3);
    expect(door.mails.length - before).toBeLessThanOrEqual(5);
  });

  it('keeps its owner from nothing: not from signing in, and the last link is good (G76)', async () => {
    const door = await openHouse();
    await signUp(door);
    door.clock.advance(HOUR);
    await flood(door, NAME, 60);
    expect(await isIn(await signIn(door))).toBe(true);
    const link = linkIn(mailsTo(door, NAME).findLast(({ kind }) => kind === 'reset'));
    const owner = new Visitor(door.app, { address: '203.0.113.9' });
    await owner.get(link);
    const chosen = { password: OTHER_PASSWORD, repeated: OTHER_PASSWORD };
    const page = await owner.post('/forgot/finish', chosen);
    expect(page.location).toBe('/sign-in?notice=password-changed');
    expect(await isIn(await signIn(door, { password: OTHER_PASSWORD }))).toBe(true);
  });

  it('is over for its owner within the hour, however long it goes on', async () => {
    const door = await openHouse();
    await signUp(door);
    for (let hour = 0; hour < 3; hour += 1) {
      await door.flows.settled();
      door.clock.advance(HOUR);
      const owner = new Visitor(door.app, { address: '203.0.113.9' });
      expect((await owner.post('/forgot', { address: NAME })).status).toBe(303);
      await flood(door, NAME, 40);
    }
  });
});

describe('a network that asks for many mails', () => {
  it.each(PATHS)(
    'is stopped at %s after twenty addresses, and no other one is (G61)',
    async (path) => {
      const door = await openHouse();
      const statuses: number[] = [];
      for (let index = 0; index < 30; index += 1) {
        // All of one /64, and with headers that nobody here believes.
        const address = `2001:db8::${index + 1}`;
        const page = await new Visitor(door.app, { address }).send(path, {
          method: 'POST',
          headers: {
            origin: ORIGIN,
            'x-forwarded-for': `198.51.100.${index}`,
            'x-real-ip': `198.51.100.${index}`,
            forwarded: `for=198.51.100.${index}`,
            'true-client-ip': `198.51.100.${index}`,
          },
          body: new URLSearchParams({ address: `person-${index}@example.org` }),
        });
        statuses.push(page.status);
      }
      expect(statuses).toEqual([...Array<number>(20).fill(303), ...Array<number>(10).fill(429)]);
      const elsewhere = new Visitor(door.app, { address: '2001:db8:0:1::1' });
      expect((await elsewhere.post(path, { address: NAME })).status).toBe(303);
    },
  );

  it('may still sign in, and use the links that were sent', async () => {
    const door = await openHouse();
    await signUp(door);
    door.clock.advance(HOUR);
    const visitor = new Visitor(door.app);
    await visitor.post('/forgot', { address: NAME });
    await door.flows.settled();
    const link = linkIn(door.mails.at(-1));
    for (let index = 0; index < 30; index += 1)
      await new Visitor(door.app).post('/sign-up', { address: `person-${index}@example.org` });
    expect((await visitor.post('/sign-in', { name: NAME, password: PASSWORD })).status).toBe(303);
    await visitor.get(link);
    const chosen = { password: OTHER_PASSWORD, repeated: OTHER_PASSWORD };
    expect((await visitor.post('/forgot/finish', chosen)).status).toBe(303);
  });
});

describe('accounts that are made in masses', () => {
  it('are twenty an hour for one network, by mail and by a provider together', async () => {
    const door = await openHouse();
    let made = 0;
    for (let index = 0; index < 40; index += 1) {
      const visitor = new Visitor(door.app);
      if (index % 2 === 0) {
        const asker = new Visitor(door.app, { address: `198.51.100.${index}` });
        await asker.post('/sign-up', { address: `person-${index}@example.org` });
        await door.flows.settled();
        await visitor.get(linkIn(door.mails.at(-1)));
        await visitor.post('/sign-up/finish', { password: PASSWORD, repeated: PASSWORD });
      } else {
        const away = await visitor.post('/sign-in/provider', { provider: 'guild' });
        await visitor.get(returnFrom(away.text, `person-${index}`));
      }
      if (await isIn(visitor)) made += 1;
    }
    expect(made).toBe(20);
  });
});

describe('notices to an owner', () => {
  it('are not a way to fill a mailbox for who has the password and no second factor', async () => {
    const door = await openHouse();
    await signUp(door);
    await addAuthenticatorApp(door);
    await door.flows.settled();
    door.clock.advance(HOUR);
    const before = mailsTo(door, NAME).length;
    for (let index = 0; index < 30; index += 1) {
      const visitor = new Visitor(door.app, { address: `2001:db8:${index.toString(16)}::1` });
      await visitor.post('/sign-in', { name: NAME, password: PASSWORD });
      await visitor.post('/sign-in/second', { proof: 'totp', code: '000000' });
      await door.flows.settled();
      door.clock.advance(60_000);
    }
    expect(mailsTo(door, NAME).length - before).toBe(1);
  });
});
