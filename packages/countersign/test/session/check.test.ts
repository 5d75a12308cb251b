// What a request's cookie comes to: outcomes, events, and that hostile cookies never throw.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { createFixture, KEY, MINUTE } from './fixture.js';

const OTHER_KEY = 'another-example-key-of-more-than-32-bytes-98765';

describe('the check', () => {
  it('answers at once for a live session, without a promise', async () => {
    const { sessions, browser } = createFixture();
    const laptop = browser();
    await laptop.signIn();
    const session = sessions.check(laptop.header);
    expect(session).not.toBeInstanceOf(Promise);
    expect(session).toMatchObject({ userId: 'user-1', needsCommit: false });
  });

  it('answers at once for a visitor who brings cookies of others only', () => {
    const { sessions } = createFixture();
    expect(sessions.check('theme=dark; _ga=1')).not.toBeInstanceOf(Promise);
  });

  it('costs an anonymous visitor no record and no cookie', async () => {
    const { events, browser } = createFixture();
    const visitor = browser();
    const session = await visitor.visit((one) => one.data);
    expect(session.id).toBeNull();
    expect(visitor.jar.size).toBe(0);
    expect(events).toEqual([]);
  });

  it('refuses an identifier that was never issued, and says so (A36, A37)', async () => {
    const { events, browser } = createFixture();
    const foreign = createFixture({ keys: [OTHER_KEY] });
    const there = foreign.browser();
    await there.signIn();
    const here = browser();
    here.token = there.token;
    expect((await here.send()).explain().outcome).toBe('forged');
    here.token = 'x';
    expect((await here.send()).explain().outcome).toBe('malformed');
    expect(events).toEqual(['unknown forged', 'unknown malformed']);
  });

  it('keeps no more than 512 characters of a user agent', async () => {
    const { sessions, browser, events } = createFixture();
    const flood = browser('x'.repeat(16_000));
    await flood.signIn();
    const [kept] = await sessions.list('user-1');
    expect(kept?.client.userAgent).toBe('x'.repeat(512));
    await flood.visit();
    expect(events).not.toContain('anomaly user-agent-changed');
  });

  it('keeps two applications on one key ring apart by their namespace', async () => {
    const first = createFixture({ namespace: 'shop' });
    const second = createFixture({ namespace: 'desk' });
    const [shop, desk] = [first.browser(), second.browser()];
    await shop.signIn();
    desk.token = shop.token;
    expect((await desk.send()).explain().outcome).toBe('forged');
  });

  it('ends no session for whoever knows its id alone (rule 5)', async () => {
    const { browser } = createFixture();
    const [owner, attacker] = [browser(), browser()];
    await owner.signIn();
    attacker.token = owner.token.slice(0, 24) + 'A'.repeat(56);
    expect((await attacker.send()).explain().outcome).toBe('forged');
    expect((await owner.send()).userId).toBe('user-1');
  });

  it('takes a session cookie only under the name of its kind (A41)', async () => {
    const { browser } = createFixture();
    const [visitor, user] = [browser(), browser()];
    await visitor.visit((session) => session.set('a', 'x'));
    await user.signIn();
    const swapped = browser();
    swapped.jar.set('__Host-id', visitor.jar.get('__Host-pre') ?? '');
    expect((await swapped.send()).explain().outcome).toBe('wrong-kind');
    swapped.jar.clear();
    swapped.jar.set('__Host-pre', user.token);
    expect((await swapped.send()).userId).toBeNull();
  });

  it('serves a visitor by the anonymous cookie while a dead session cookie is still there', async () => {
    const { sessions, browser } = createFixture();
    const laptop = browser();
    await laptop.signIn();
    await sessions.endUser('user-1');
    await laptop.visit((session) => session.set('a', 'x'));
    expect(laptop.jar.has('__Host-id')).toBe(true);
    const session = await laptop.send();
    expect([session.userId, session.data]).toEqual([null, { a: 'x' }]);
  });

  describe('with duplicates of the session cookie (R7)', () => {
    it('accepts exactly one that verifies, and tells of it', async () => {
      const { sessions, events, browser } = createFixture();
      const laptop = browser();
      await laptop.signIn();
      const planted = 'A'.repeat(80);
      const session = await sessions.check(`__Host-id=${planted}; __Host-id=${laptop.token}`);
      expect(session.userId).toBe('user-1');
      expect(events).toContain('anomaly duplicate-cookie');
    });

    it('accepts none when two verify', async () => {
      const { sessions, browser } = createFixture();
      const [alice, mallory] = [browser(), browser()];
      await alice.signIn('alice');
      await mallory.signIn('mallory');
      const session = await sessions.check(`__Host-id=${alice.token}; __Host-id=${mallory.token}`);
      expect(session.explain().outcome).toBe('duplicate-cookie');
      expect(session.userId).toBeNull();
    });

    it('ends nothing for a superseded one among them, since anybody may have planted it', async () => {
      const { sessions, clock, browser } = createFixture();
      const laptop = browser();
      await laptop.signIn();
      const old = laptop.token;
      await laptop.browse(clock, 25);
      expect(laptop.token).not.toBe(old);
      const session = await sessions.check(`__Host-id=${old}; __Host-id=${laptop.token}`);
      expect(session.userId).toBe('user-1');
      expect((await laptop.send()).userId).toBe('user-1');
    });
  });

  it('gives a visitor, never an error, for any header at all (A38, R3)', async () => {
    const { sessions, browser } = createFixture();
    const laptop = browser();
    await laptop.signIn();
    const piece = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('__Host-id', '__Host-pre', '=', ';', ' ', laptop.token, 'A'.repeat(80)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
        const session = await sessions.check(pieces.join(''));
        expect(['user-1', null]).toContain(session.userId);
        expect(pieces.includes(laptop.token) || session.userId === null).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('explains itself for every outcome a browser can meet', async () => {
    const { sessions, clock, browser } = createFixture();
    const laptop = browser();
    const outcome = async (): Promise<string> => (await laptop.send()).explain().outcome;
    expect(await outcome()).toBe('no-cookie');
    await laptop.signIn();
    expect(await outcome()).toBe('live');
    clock.advance(30 * MINUTE);
    expect(await outcome()).toBe('idle');
    expect(await outcome()).toBe('not-found');
    await laptop.signIn();
    await laptop.browse(clock, 12 * 60);
    expect(await outcome()).toBe('not-found');
    const out = await laptop.visit(async (session) => session.signOut());
    expect(out.explain()).toEqual({
      outcome: 'signed-out-now',
      message: 'This request signed out.',
    });
    await sessions.close();
  });
});

describe('the key ring of sessions', () => {
  it('verifies sessions of an older key, and writes with the newest', async () => {
    const before = createFixture();
    const laptop = before.browser();
    await laptop.signIn();
    expect(KEY).not.toBe(OTHER_KEY);
    const rotated = createFixture({ keys: [OTHER_KEY, KEY] });
    const there = rotated.browser();
    there.token = laptop.token;
    // Another store: the token is known to be made here, and its session is not found.
    expect((await there.send()).explain().outcome).toBe('not-found');
  });
});
