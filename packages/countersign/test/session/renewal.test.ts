// Promises 3 and 4 at their edges, as stories: what renewal has to survive within the bounds, what
// looks like a thief beyond them, and how a copied cookie dies. `renewing.test.ts` has the rules.

import { describe, expect, it } from 'vitest';

import { createSessions, type Sessions, type SessionStore } from '../../src/index.js';
import { memoryStore } from '../../src/stores/memory/index.js';
import { createFakeClock, type FakeClock } from '../../src/testing/index.js';
import { Browser, createFixture, KEY, MINUTE, type Data } from './fixture.js';

const NEWER_KEY = 'another-example-key-of-more-than-32-bytes-98765';
const SECOND = 1_000;
const OVERLAP = 5 * MINUTE;
const RENEWAL = 15 * MINUTE;

/** A browser whose secret has just been replaced, and the secret before. */
async function renewed(
  clock: FakeClock,
  laptop: Browser,
): Promise<{ readonly before: string; readonly after: string }> {
  const before = laptop.token;
  clock.advance(RENEWAL);
  await laptop.visit();
  await laptop.visit();
  return { before, after: laptop.token };
}

describe('nobody is signed out by', () => {
  it('a request under way for the whole overlap', async () => {
    const { clock, browser } = createFixture();
    const [laptop, slow] = [browser(), browser()];
    await laptop.signIn();
    slow.token = (await renewed(clock, laptop)).before;
    clock.advance(OVERLAP);
    const session = await slow.send();
    expect(session.explain().outcome).toBe('live-previous-secret');
    expect((await session.commit({ status: 200 })).cookies).toEqual([]);
    expect((await laptop.send()).userId).toBe('user-1');
  });

  it('a response that travels for as long as the renewal interval', async () => {
    const { clock, browser } = createFixture();
    const laptop = browser();
    await laptop.signIn();
    clock.advance(RENEWAL);
    const late = await (await laptop.send()).commit({ status: 200 });
    await laptop.visit();
    await laptop.visit();
    clock.advance(RENEWAL - 1);
    laptop.receive(late);
    clock.advance(1);
    await laptop.visit();
    clock.advance(OVERLAP + 6 * SECOND);
    await laptop.visit();
    clock.advance(OVERLAP + 6 * SECOND);
    expect((await laptop.visit()).userId).toBe('user-1');
  });

  it('responses that are lost, one after the other, for an hour', async () => {
    const { clock, browser, events } = createFixture();
    const laptop = browser();
    await laptop.signIn();
    const offered = new Set<string | null | undefined>();
    for (let minute = 0; minute < 60; minute += 5) {
      clock.advance(5 * MINUTE);
      const { cookies } = await (await laptop.send()).commit({ status: 200 });
      for (const { value } of cookies) offered.add(value);
    }
    expect(offered.size).toBe(1);
    await laptop.visit();
    expect((await laptop.visit()).explain().outcome).toBe('live');
    expect(events.filter((event) => event === 'renewed')).toHaveLength(1);
  });

  it('a first presentation whose response is lost: the new secret is there already', async () => {
    const { clock, browser } = createFixture();
    const laptop = browser();
    await laptop.signIn();
    clock.advance(RENEWAL);
    await laptop.visit();
    await (await laptop.send()).commit({ status: 200 });
    clock.advance(2 * OVERLAP);
    expect((await laptop.send()).explain().outcome).toBe('live');
  });

  it('an answer of 500, which renews as any other', async () => {
    const { clock, browser } = createFixture();
    const laptop = browser();
    await laptop.signIn();
    const { token } = laptop;
    clock.advance(RENEWAL);
    await laptop.visit(undefined, 500);
    expect(laptop.token).not.toBe(token);
    expect((await laptop.send()).userId).toBe('user-1');
  });

  it('a restart, or a new key, between any two steps', async () => {
    const clock = createFakeClock();
    const store = memoryStore({ clock });
    const rings = [[KEY], [KEY], [NEWER_KEY, KEY]];
    const laptop = new Browser(over(store, clock, [KEY]));
    await laptop.signIn();
    for (let minute = 0; minute < 120; minute += 4) {
      clock.advance(4 * MINUTE);
      const ring = rings[(minute / 4) % rings.length] ?? [KEY];
      const next = new Browser(over(store, clock, ring));
      next.token = laptop.token;
      expect((await next.visit()).userId).toBe('user-1');
      laptop.token = next.token;
    }
  });

  it('two nodes that promote the same successor at the same moment', async () => {
    const clock = createFakeClock();
    const inner = memoryStore({ clock });
    const [node, other] = [over(inner, clock, [KEY]), over(inner, clock, [KEY])];
    const laptop = new Browser(node);
    await laptop.signIn();
    clock.advance(RENEWAL);
    await laptop.visit();
    const both = await Promise.all([node, other].map(async (one) => one.check(laptop.header)));
    expect(both.map((session) => session.explain().outcome)).toEqual(['live', 'live']);
  });

  it('a step-up whose response is lost, while the overlap lasts', async () => {
    const { clock, browser } = createFixture();
    const laptop = browser();
    await laptop.signIn();
    await (await laptop.send()).reauthenticate({ factors: ['totp'] });
    clock.advance(OVERLAP - 1);
    const again = await laptop.visit(async (session) =>
      session.reauthenticate({ factors: ['totp'] }),
    );
    expect(again.isFresh({ factors: ['totp'] })).toBe(true);
    clock.advance(OVERLAP);
    expect((await laptop.send()).userId).toBe('user-1');
  });
});

describe('beyond the bounds', () => {
  it('a response from two renewals ago looks like a thief, and signs out', async () => {
    const { clock, browser, events } = createFixture();
    const laptop = browser();
    await laptop.signIn();
    clock.advance(RENEWAL);
    const late = await (await laptop.send()).commit({ status: 200 });
    await laptop.visit();
    await laptop.visit();
    await renewed(clock, laptop);
    laptop.receive(late);
    clock.advance(OVERLAP + 5 * SECOND);
    expect((await laptop.send()).explain().outcome).toBe('reuse');
    expect(events).toContain('reuse');
  });

  it('so does a browser that goes back to an older profile', async () => {
    const { clock, browser } = createFixture();
    const laptop = browser();
    await laptop.signIn();
    const { before } = await renewed(clock, laptop);
    clock.advance(OVERLAP + 5 * SECOND);
    laptop.token = before;
    expect((await laptop.send()).userId).toBeNull();
  });
});

describe('a copied cookie', () => {
  it('dies with the session when the thief renews it and the owner comes back', async () => {
    const { clock, browser } = createFixture();
    const [owner, thief] = [browser(), browser()];
    await owner.signIn();
    thief.token = owner.token;
    await renewed(clock, thief);
    clock.advance(OVERLAP + 5 * SECOND);
    expect((await owner.send()).explain().outcome).toBe('reuse');
    expect((await thief.send()).userId).toBeNull();
  });

  it('dies with the session when the thief presents an old copy', async () => {
    const { clock, browser } = createFixture();
    const [owner, thief] = [browser(), browser()];
    await owner.signIn();
    thief.token = owner.token;
    await renewed(clock, owner);
    clock.advance(OVERLAP + 5 * SECOND);
    expect((await thief.send()).explain().outcome).toBe('reuse');
    expect((await owner.send()).userId).toBeNull();
  });

  it('dies at once when it is two generations behind, overlap or not', async () => {
    const { clock, browser } = createFixture();
    const [owner, thief] = [browser(), browser()];
    await owner.signIn();
    thief.token = owner.token;
    await renewed(clock, owner);
    await renewed(clock, owner);
    expect((await thief.send()).explain().outcome).toBe('reuse');
  });

  it('takes the whole chain of re-authentications with it', async () => {
    const { clock, browser } = createFixture();
    const [owner, thief] = [browser(), browser()];
    await owner.signIn();
    thief.token = owner.token;
    await renewed(clock, owner);
    clock.advance(OVERLAP + 5 * SECOND);
    await owner.visit(async (session) => session.reauthenticate({ factors: ['totp'] }));
    expect((await thief.send()).explain().outcome).toBe('reuse');
    expect((await owner.send()).userId).toBeNull();
  });

  it('that keeps in step is stopped by the absolute limit', async () => {
    const { clock, browser, events } = createFixture({ policy: { absolute: '2h' } });
    const [owner, thief] = [browser(), browser()];
    await owner.signIn();
    thief.token = owner.token;
    for (let minute = 2; minute < 120; minute += 2) {
      clock.advance(2 * MINUTE);
      await owner.visit();
      await thief.visit();
    }
    expect((await thief.send()).userId).toBe('user-1');
    clock.advance(2 * MINUTE);
    expect((await thief.send()).userId).toBeNull();
    expect(events).not.toContain('reuse');
  });

  it('is no key to the stored hashes: nothing in a record opens a session', async () => {
    const clock = createFakeClock();
    const store = memoryStore({ clock });
    const laptop = new Browser(over(store, clock, [KEY]));
    await laptop.signIn();
    await renewed(clock, laptop);
    clock.advance(RENEWAL);
    await laptop.visit();
    const [record] = store.list('user-1');
    const { hash, pending, previous } = record?.renewal ?? {};
    const thief = new Browser(over(store, clock, [KEY]));
    for (const stored of [hash, pending?.hash, previous?.hash]) {
      expect(stored).toHaveLength(43);
      thief.token = `${record?.id ?? ''}${stored ?? ''}`.padEnd(80, 'A');
      expect((await thief.send()).explain().outcome).toBe('forged');
    }
    expect((await laptop.send()).userId).toBe('user-1');
  });
});

function over(store: SessionStore, clock: FakeClock, keys: readonly string[]): Sessions<Data> {
  return createSessions<Data>({ store, clock, keys });
}
