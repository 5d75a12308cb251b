// Everything that is good once, used twice and twenty times at the same moment.

import { describe, expect, it } from 'vitest';

import { NAME, PASSWORD } from '../web/door.js';
import { Visitor } from '../web/visitor.js';
import { openHouse, userIdOf } from './house.js';
import { ONE_TIME_THINGS, openLink, passwordOf } from './one-time-things.js';

describe.each(ONE_TIME_THINGS)('$name', ({ prepare }) => {
  it.each([2, 20])('is of use to one of %i at the same moment (6.5.1; G66)', async (shots) => {
    const door = await openHouse();
    const { shoot } = await prepare(door, shots);
    const results = await Promise.all(
      Array.from({ length: shots }, async (_, index) => shoot(door, index)),
    );
    expect(results.filter(({ won }) => won)).toHaveLength(1);
    for (const { page, won } of results) {
      expect(page.status).toBeLessThan(500);
      if (!won) expect(page.location ?? '').not.toMatch(/^\/(?:$|\?)|password-changed|confirmed/);
    }
    expect(door.entries.filter(({ level }) => level === 'error')).toEqual([]);
    const [later] = [await shoot(door, 0)];
    expect(later.won).toBe(false);
  });
});

describe('twenty who use one link at the same moment', () => {
  it('make one account, with the password of the one that was told so', async () => {
    const door = await openHouse();
    const visitor = new Visitor(door.app);
    const link = await openLink(door, visitor, '/sign-up');
    const browsers = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const browser = new Visitor(door.app);
        await browser.get(link);
        return browser;
      }),
    );
    const pages = await Promise.all(
      browsers.map((browser, index) => {
        const password = passwordOf(index);
        return browser.post('/sign-up/finish', { password, repeated: password });
      }),
    );
    const winner = pages.findIndex(({ location }) => location === '/');
    expect(pages.filter(({ location }) => location === '/')).toHaveLength(1);
    expect(await door.sessions.list(await userIdOf(door, NAME))).toHaveLength(1);
    for (const index of [winner, (winner + 1) % 20]) {
      const password = passwordOf(index);
      const page = await new Visitor(door.app).post('/sign-in', { name: NAME, password });
      expect(page.status).toBe(index === winner ? 303 : 401);
    }
  });

  it('set one password, of the one that was told so, and never the old one', async () => {
    const door = await openHouse();
    const { shoot } = await reset().prepare(door, 20);
    const shots = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => shoot(door, index)),
    );
    const winner = shots.findIndex(({ won }) => won);
    const works: string[] = [];
    for (const password of [PASSWORD, ...shots.map((_, index) => passwordOf(index))]) {
      const visitor = new Visitor(door.app, { address: `192.0.2.${works.length + 30}` });
      door.clock.advance(3_600_000);
      const { status } = await visitor.post('/sign-in', { name: NAME, password });
      if (status === 303) works.push(password);
    }
    expect(works).toEqual([passwordOf(winner)]);
  });
});

describe('a link that has made an account', () => {
  it('makes none again, when the account is deleted and its address is free', async () => {
    const door = await openHouse();
    const visitor = new Visitor(door.app);
    const link = await openLink(door, visitor, '/sign-up');
    const chosen = { password: PASSWORD, repeated: PASSWORD };
    expect((await visitor.post('/sign-up/finish', chosen)).location).toBe('/');
    await door.flows.users.setStatus(await userIdOf(door, NAME), { status: 'deleted' });
    expect(await door.accounts.findUserId(NAME)).toBeUndefined();
    const later = new Visitor(door.app);
    await later.get(link);
    expect((await later.post('/sign-up/finish', chosen)).status).toBe(410);
    expect(await door.accounts.findUserId(NAME)).toBeUndefined();
  });
});

function reset() {
  const found = ONE_TIME_THINGS.find(({ name }) => name === 'a link for a new password');
  if (found === undefined) throw new Error('There is no such case');
  return found;
}
