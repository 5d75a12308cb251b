// Renewal as browsers meet it: nobody is signed out by it, and a copy that falls behind is caught.

import { describe, expect, it } from 'vitest';

import { createSessions } from '../../src/index.js';
import { memoryStore } from '../../src/stores/memory/index.js';
import { createFixture, KEY, MINUTE, Browser, type Data } from './fixture.js';

const NEWER_KEY = 'another-example-key-of-more-than-32-bytes-98765';

describe('renewal', () => {
  it('replaces the secret at the interval, and accepts the old one for the overlap', async () => {
    const { clock, events, browser } = createFixture();
    const laptop = browser();
    await laptop.signIn();
    const first = laptop.token;
    await laptop.browse(clock, 15);
    expect(laptop.token).not.toBe(first);
    expect(laptop.token.slice(0, 24)).toBe(first.slice(0, 24));
    await laptop.visit();
    expect(events).toContain('renewed');
    const slow = browser();
    slow.token = first;
    clock.advance(4 * MINUTE);
    const session = await slow.visit();
    expect(session.explain().outcome).toBe('live-previous-secret');
    expect(slow.token).toBe(first);
  });

  it('offers parallel requests one and the same successor', async () => {
    const { clock, browser } = createFixture();
    const laptop = browser();
    await laptop.signIn();
    clock.advance(16 * MINUTE);
    const requests = await Promise.all(Array.from({ length: 100 }, async () => laptop.send()));
    const commits = await Promise.all(
      requests.map(async (request) => request.commit({ status: 200 })),
    );
    const offered = new Set(commits.flatMap((commit) => commit.cookies.map(({ value }) => value)));
    expect(offered.size).toBe(1);
  });

  it('offers again, the same one, until the browser has it', async () => {
    const { clock, browser } = createFixture();
    const laptop = browser();
    await laptop.signIn();
    clock.advance(16 * MINUTE);
    const lost = await (await laptop.send()).commit({ status: 200 });
    clock.advance(10 * MINUTE);
    const again = await (await laptop.send()).commit({ status: 200 });
    expect(again.cookies[0]?.value).toBe(lost.cookies[0]?.value);
  });

  it('offers nothing to a request whose secret was superseded while it ran', async () => {
    const { clock, browser } = createFixture();
    const laptop = browser();
    await laptop.signIn();
    clock.advance(16 * MINUTE);
    const slow = await laptop.send();
    expect(slow.needsCommit).toBe(true);
    await laptop.visit();
    await laptop.visit();
    expect((await slow.commit({ status: 200 })).cookies).toEqual([]);
  });

  it('ends the session when a superseded secret comes back after the overlap (A55)', async () => {
    const { clock, events, browser } = createFixture();
    const [laptop, thief] = [browser(), browser()];
    await laptop.signIn();
    thief.token = laptop.token;
    await laptop.browse(clock, 25);
    expect((await thief.send()).explain().outcome).toBe('reuse');
    expect((await laptop.send()).userId).toBeNull();
    expect(events).toEqual(expect.arrayContaining(['reuse', 'ended reuse']));
  });

  it('goes on with the key of a pending offer, or not at all once that key is gone', async () => {
    const { clock, browser } = createFixture();
    const store = memoryStore({ clock });
    const on = (keys: string[]): Browser =>
      new Browser(createSessions<Data>({ store, keys, clock }));
    const laptop = on([KEY]);
    await laptop.signIn();
    clock.advance(16 * MINUTE);
    const offer = await (await laptop.send()).commit({ status: 200 });
    const rotated = on([NEWER_KEY, KEY]);
    rotated.token = laptop.token;
    const same = await (await rotated.send()).commit({ status: 200 });
    expect(same.cookies[0]?.value).toBe(offer.cookies[0]?.value);
    const removed = on([NEWER_KEY]);
    removed.token = laptop.token;
    const session = await removed.send();
    expect(session.userId).toBe('user-1');
    expect((await session.commit({ status: 200 })).cookies).toEqual([]);
    expect(browser().jar.size).toBe(0);
  });

  it('fails no request when the store fails on the offer, and offers later', async () => {
    let broken = false;
    const { clock, browser } = createFixture({
      override: (inner) => ({
        renew: (id, from, to) => {
          if (broken) throw new Error('disk full');
          return inner.renew(id, from, to);
        },
      }),
    });
    const laptop = browser();
    await laptop.signIn();
    clock.advance(16 * MINUTE);
    broken = true;
    const session = await laptop.send();
    expect(await session.commit({ status: 200 })).toMatchObject({ ok: true, cookies: [] });
    broken = false;
    const before = laptop.token;
    await laptop.visit();
    expect(laptop.token).not.toBe(before);
  });

  it('keeps the Max-Age of a remembered session within its lifetime', async () => {
    const { clock, browser } = createFixture();
    const laptop = browser();
    await laptop.visit(async (session) => session.signIn('user-1', { remember: true }));
    clock.advance(24 * 60 * MINUTE);
    const commit = await (await laptop.send()).commit({ status: 200 });
    expect(commit.cookies[0]?.maxAge).toBe(29 * 24 * 3600);
  });

  it('tells when a renewed secret comes back from another browser', async () => {
    const { sessions, clock, events } = createFixture();
    const laptop = new Browser(sessions, 'Laptop/1');
    await laptop.signIn();
    clock.advance(16 * MINUTE);
    await laptop.visit();
    const other = new Browser(sessions, 'Thief/1');
    other.token = laptop.token;
    await other.send();
    expect(events).toContain('anomaly user-agent-changed');
  });
});
