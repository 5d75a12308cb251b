// Signing in, again and out: new ids, tickets, what is carried, what ends, which cookies go out.

import { describe, expect, it } from 'vitest';

import type { SignInOptions } from '../../src/index.js';
import { createFixture, HOUR, MINUTE, type Data } from './fixture.js';

describe('signing in', () => {
  it('makes a new session with a new id and ends the anonymous one (A39, A40, F30)', async () => {
    const { events, browser } = createFixture();
    const laptop = browser();
    await laptop.visit((session) => session.set('a', 'x'));
    const before = laptop.jar.get('__Host-pre') ?? '';
    await laptop.signIn();
    const session = await laptop.send();
    expect(session.userId).toBe('user-1');
    expect(laptop.token.slice(0, 24)).not.toBe(before.slice(0, 24));
    expect(events).toEqual(['created', 'signed-in password', 'ended signed-in']);
    laptop.jar.delete('__Host-id');
    expect((await laptop.send()).explain().outcome).toBe('not-found');
  });

  it('carries over the keys that are named, and what this request staged', async () => {
    const { browser } = createFixture();
    const laptop = browser();
    await laptop.visit((session) => {
      session.set('cart', ['tea']);
      session.set('a', 'left behind');
    });
    await laptop.visit(async (session) => {
      session.set('note', 'welcome');
      await session.signIn('user-1', { carry: ['cart'] });
      expect(session.data).toEqual({ cart: ['tea'], note: 'welcome' });
    });
    expect((await laptop.send()).data).toEqual({ cart: ['tea'], note: 'welcome' });
  });

  it('sends a cookie that goes with the browser, unless the user asked to be remembered (A30)', async () => {
    const { browser } = createFixture();
    const session = await browser().send();
    await session.signIn('user-1');
    expect((await session.commit({ status: 200 })).cookies).toEqual([
      {
        name: '__Host-id',
        value: expect.stringMatching(/^[\w-]{80}$/) as string,
        maxAge: undefined,
      },
    ]);
    const other = await browser().send();
    await other.signIn('user-1', { remember: true });
    const [cookie] = (await other.commit({ status: 303 })).cookies;
    expect(cookie?.maxAge).toBe(30 * 24 * 3600);
  });

  it('still gets its cookie onto the response when nobody awaited it', async () => {
    const { browser } = createFixture();
    const laptop = browser();
    await laptop.visit((session) => {
      void session.signIn('user-1');
    });
    expect((await laptop.send()).userId).toBe('user-1');
    await laptop.visit((session) => {
      void session.signOut();
    });
    expect(laptop.jar.size).toBe(0);
  });

  it.each([
    ['{"atempt":"x"}', /atempt is not an option/],
    ['{"attempt":5}', /attempt is not a ticket/],
    ['{"factors":"password"}', /factors is not a list/],
    ['{"carry":"cart"}', /carry is not a list/],
    ['{"remember":"on"}', /remember is true or left out/],
    [JSON.stringify({ factors: Array.from({ length: 17 }, String) }), /more than 16/],
  ])('refuses the options %s', async (text, message) => {
    const { browser } = createFixture();
    const session = await browser().send();
    const options = JSON.parse(text) as SignInOptions<Data>;
    await expect(session.signIn('user-1', options)).rejects.toThrow(message);
  });

  it('sends its cookie even when the answer is a 500', async () => {
    const { browser } = createFixture();
    const laptop = browser();
    await laptop.visit(async (session) => session.signIn('user-1'), 500);
    expect((await laptop.send()).userId).toBe('user-1');
  });

  it('ends the session of another user on the same browser', async () => {
    const { sessions, events, browser } = createFixture();
    const laptop = browser();
    await laptop.signIn('alice');
    await laptop.visit((session) => session.set('a', "alice's"));
    await laptop.signIn('bob');
    expect((await laptop.send()).data).toEqual({});
    expect(await sessions.list('alice')).toEqual([]);
    expect(events).toContain('ended another-user');
  });

  it('takes a ticket for this user, once it has not expired', async () => {
    const { clock, browser } = createFixture();
    const session = await browser().send();
    const attempt = await session.beginSignIn('alice');
    expect(await session.signIn('bob', { attempt })).toEqual({
      ok: false,
      reason: 'attempt-invalid',
    });
    for (const altered of ['', 'x', `${attempt}x`, attempt.slice(0, -1), `${attempt}.`, '..']) {
      expect(await session.signIn('alice', { attempt: altered })).toEqual({
        ok: false,
        reason: 'attempt-invalid',
      });
    }
    clock.advance(15 * MINUTE);
    expect(await session.signIn('alice', { attempt })).toEqual({
      ok: false,
      reason: 'attempt-expired',
    });
  });

  it('refuses at the limit of sessions, or ends the oldest', async () => {
    const refusing = createFixture({ policy: { perUser: { max: 1, over: 'refuse' } } });
    await refusing.browser().signIn();
    const second = await refusing.browser().send();
    expect(await second.signIn('user-1')).toEqual({ ok: false, reason: 'limit' });
    const ending = createFixture({ policy: { perUser: { max: 1, over: 'end-oldest' } } });
    const [old, young] = [ending.browser(), ending.browser()];
    await old.signIn();
    ending.clock.advance(1);
    await young.signIn();
    expect((await old.send()).userId).toBeNull();
    expect((await young.send()).userId).toBe('user-1');
    expect(ending.events).toContain('ended limit');
  });

  it('counts no session against the limit that has ended as idle', async () => {
    const policy = { perUser: { max: 1, over: 'refuse' } } as const;
    const { clock, events, browser } = createFixture({ policy });
    await browser().signIn();
    clock.advance(31 * MINUTE);
    expect(await (await browser().send()).signIn('user-1')).toMatchObject({ ok: true });
    expect(events).toContain('ended idle');
  });

  it.each(['', 'x'.repeat(1025), '\ud800'])('refuses the user id %j', async (userId) => {
    const { browser } = createFixture();
    const session = await browser().send();
    await expect(session.signIn(userId)).rejects.toMatchObject({ code: 'data-invalid' });
    await expect(session.beginSignIn(userId)).rejects.toMatchObject({ code: 'data-invalid' });
  });
});

describe('authenticating again', () => {
  it('makes a new session with all data and factors, and keeps the old one for the overlap', async () => {
    const { sessions, clock, browser } = createFixture();
    const laptop = browser();
    await laptop.signIn();
    await laptop.visit((session) => session.set('a', 'x'));
    const old = laptop.token;
    clock.advance(20 * MINUTE);
    expect((await laptop.send()).isFresh()).toBe(false);
    await laptop.visit(async (session) => session.reauthenticate({ factors: ['totp'] }));
    const session = await laptop.send();
    expect(session.isFresh()).toBe(true);
    expect([
      session.isFresh({ factors: ['password'] }),
      session.isFresh({ factors: ['totp'] }),
    ]).toEqual([false, true]);
    expect(session.isFresh({ factors: ['password', 'totp'] })).toBe(true);
    expect((): unknown => Reflect.apply(session.isFresh, session, [{ factor: 'totp' }])).toThrow(
      expect.objectContaining({ code: 'configuration' }),
    );
    expect(session.factors.map((factor) => factor.kind)).toEqual(['password', 'totp']);
    expect(session.data).toEqual({ a: 'x' });
    const stale = browser();
    stale.token = old;
    const before = await stale.send();
    expect([before.userId, before.isFresh(), before.needsCommit]).toEqual(['user-1', false, false]);
    expect(await sessions.list('user-1')).toHaveLength(1);
    clock.advance(5 * MINUTE);
    expect((await stale.send()).explain().outcome).toBe('not-found');
    expect((await laptop.send()).userId).toBe('user-1');
  });

  it('resets both timers (C1.4)', async () => {
    const { clock, browser } = createFixture();
    const laptop = browser();
    await laptop.signIn();
    await laptop.browse(clock, 11 * 60);
    await laptop.visit(async (session) => session.reauthenticate({ factors: ['password'] }));
    await laptop.browse(clock, 11 * 60);
    expect((await laptop.send()).userId).toBe('user-1');
  });

  it('needs somebody who is signed in, and a session that has not ended', async () => {
    const { sessions, browser } = createFixture();
    const visitor = await browser().send();
    await expect(visitor.reauthenticate({ factors: ['totp'] })).rejects.toMatchObject({
      code: 'session-ended',
    });
    const laptop = browser();
    await laptop.signIn();
    const session = await laptop.send();
    await sessions.end(session.id ?? '');
    expect(await session.reauthenticate({ factors: ['totp'] })).toEqual({
      ok: false,
      reason: 'ended-meanwhile',
    });
  });
});

describe('signing out', () => {
  it('ends the session in the store and clears both cookies (A56, A57, A59)', async () => {
    const { sessions, events, browser } = createFixture();
    const laptop = browser();
    await laptop.signIn();
    const copy = browser();
    copy.token = laptop.token;
    await laptop.visit(async (session) => session.signOut());
    expect(laptop.jar.size).toBe(0);
    expect((await copy.send()).explain().outcome).toBe('not-found');
    expect(await sessions.list('user-1')).toEqual([]);
    expect(events.at(-1)).toBe('ended signed-out');
  });

  it('asks for Clear-Site-Data when told to (A63)', async () => {
    const { browser } = createFixture();
    const session = await browser().send();
    await session.signOut({ clearSiteData: true });
    expect(await session.commit({ status: 200 })).toMatchObject({ ok: true, clearSiteData: true });
  });

  it('ends the whole chain of re-authentications, from either end', async () => {
    const { browser } = createFixture();
    for (const from of ['old', 'new'] as const) {
      const laptop = browser();
      await laptop.signIn(from);
      const old = laptop.token;
      await laptop.visit(async (session) => session.reauthenticate({ factors: ['totp'] }));
      const other = browser();
      other.token = from === 'old' ? laptop.token : old;
      if (from === 'old') laptop.token = old;
      await laptop.visit(async (session) => session.signOut());
      expect((await other.send()).userId).toBeNull();
    }
  });

  it('never clears a cookie that was refused: a late answer would wipe a newer sign-in', async () => {
    const { clock, browser } = createFixture();
    const laptop = browser();
    await laptop.signIn();
    clock.advance(13 * HOUR);
    const session = await laptop.send();
    expect(session.userId).toBeNull();
    expect((await session.commit({ status: 200 })).cookies).toEqual([]);
  });
});

describe("a user's devices", () => {
  it('are listed with the current one marked, and what the browser said of itself', async () => {
    const { clock, browser } = createFixture();
    const [laptop, phone] = [browser('Laptop/1'), browser('Phone/1')];
    await laptop.signIn();
    clock.advance(MINUTE);
    await phone.signIn();
    const list = await (await laptop.send()).list();
    expect(list.map(({ current, client }) => [current, client.userAgent])).toEqual([
      [false, 'Phone/1'],
      [true, 'Laptop/1'],
    ]);
    expect(JSON.stringify(list)).not.toContain(laptop.token.slice(24));
    expect(await (await browser().send()).list()).toEqual([]);
  });

  it('end one at a time, only by their owner', async () => {
    const { browser } = createFixture();
    const [laptop, phone, stranger] = [browser(), browser(), browser()];
    await laptop.signIn();
    await phone.signIn();
    await stranger.signIn('user-2');
    const id = (await phone.send()).id ?? '';
    expect(await (await stranger.send()).end(id)).toBe(false);
    expect(await (await browser().send()).end(id)).toBe(false);
    expect(await (await laptop.send()).end(id)).toBe(true);
    expect((await phone.send()).userId).toBeNull();
  });

  it('end all but this one, sign-ins under way included', async () => {
    const { browser } = createFixture();
    const [laptop, phone, slow] = [browser(), browser(), browser()];
    await laptop.signIn();
    await phone.signIn();
    const late = await slow.send();
    const attempt = await late.beginSignIn('user-1');
    expect(await (await laptop.send()).endOthers()).toBe(1);
    expect(await late.signIn('user-1', { attempt })).toMatchObject({ ok: false });
    expect((await phone.send()).userId).toBeNull();
    expect((await laptop.send()).userId).toBe('user-1');
  });
});
