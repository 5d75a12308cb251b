// Cases in which one part of the session layer knows less than another: a touch that is not stored yet,
// a session that has ended under the request, a limit that ends what was replaced.

import { describe, expect, it } from 'vitest';

import { createFixture, MINUTE } from './fixture.js';

describe('a session in use', () => {
  it('does not end as idle while its last touch waits to be stored', async () => {
    const { clock, browser } = createFixture();
    const laptop = browser();
    await laptop.signIn();
    clock.advance(30 * MINUTE - 1);
    await laptop.visit();
    clock.advance(1);
    expect((await laptop.send()).userId).toBe('user-1');
  });

  it('does not end as idle by a sign-in elsewhere at that moment', async () => {
    const { clock, browser } = createFixture();
    const laptop = browser();
    await laptop.signIn();
    clock.advance(30 * MINUTE - 1);
    await laptop.visit();
    clock.advance(1);
    await browser().signIn();
    expect((await laptop.send()).userId).toBe('user-1');
  });
});

describe('a session that has ended', () => {
  it('ends no others from a request that is still running', async () => {
    const { browser } = createFixture();
    const [owner, thief] = [browser(), browser()];
    await owner.signIn();
    await thief.signIn();
    const slow = await thief.send();
    const own = await owner.send();
    await own.end(slow.id ?? '');
    await expect(slow.endOthers()).rejects.toMatchObject({ code: 'session-ended' });
    await expect(slow.end(own.id ?? '')).rejects.toMatchObject({ code: 'session-ended' });
    expect((await owner.send()).userId).toBe('user-1');
  });

  it('by the limit takes along what it had replaced', async () => {
    const { browser } = createFixture({ policy: { perUser: { max: 1, over: 'end-oldest' } } });
    const [laptop, copy] = [browser(), browser()];
    await laptop.signIn();
    copy.token = laptop.token;
    await laptop.visit(async (session) => session.reauthenticate({ factors: ['totp'] }));
    await browser().signIn();
    expect((await laptop.send()).userId).toBeNull();
    expect((await copy.send()).userId).toBeNull();
  });
});

describe('a change of a request', () => {
  it('deletes a key that another request set meanwhile', async () => {
    const { browser } = createFixture();
    const laptop = browser();
    await laptop.signIn();
    const one = await laptop.send();
    await laptop.visit((session) => session.set('a', 'x'));
    one.delete('a');
    await one.commit({ status: 200 });
    expect((await laptop.send()).data).toEqual({});
  });

  it('makes no session for a visitor who deletes what is not there', async () => {
    const { events, browser } = createFixture();
    await browser().visit((session) => session.delete('a'));
    expect(events).toEqual([]);
  });

  it('asks for no Clear-Site-Data once it has signed in again', async () => {
    const { browser } = createFixture();
    const session = await browser().send();
    await session.signOut({ clearSiteData: true });
    await session.signIn('user-1');
    expect(await session.commit({ status: 200 })).toMatchObject({ ok: true, clearSiteData: false });
  });
});
