import { describe, expect, it } from 'vitest';

import { createThrottle } from '../../src/accounts/throttle.js';
import { createFakeClock } from '../../src/testing/fake-clock.js';
import { NEXT, PASSWORD, setUp } from './fixture.js';

describe('throttling', () => {
  it('counts 100 parallel wrong guesses as 100, and refuses the right one after them (G47, G7 test 8)', async () => {
    const clock = createFakeClock();
    const throttle = createThrottle({ clock, freeFailures: 100 });
    const { register, hasher, verify, accounts, events } = setUp({ clock, throttle });
    const { userId } = await register('ada');
    const guesses = Array.from({ length: 100 }, (_, i) => verify('ada', `wrong guess ${i}`));
    const results = await Promise.all(guesses);
    expect(results.filter((result) => !result.ok && result.reason === 'refused')).toHaveLength(100);
    expect(await verify('ada')).toEqual({ ok: false, reason: 'throttled', retryAfterMs: 1_000 });
    expect(hasher.runs).toHaveLength(100);
    expect(events.filter(({ action }) => action === 'close-authenticator')).toMatchObject([
      { authenticator: 'password', userId },
    ]);
    // The 100th consecutive failure has closed the password (G40), but not to its owner's device (G46).
    clock.advance(3_600_000);
    expect(await verify('ada')).toEqual({ ok: false, reason: 'refused' });
    const known = { device: 'one of hers' };
    expect(await accounts.verifyPassword({ name: 'ada', password: PASSWORD }, known)).toMatchObject(
      { ok: true },
    );
    expect(
      await accounts.changePassword(userId, { current: PASSWORD, next: NEXT }, known),
    ).toMatchObject({ ok: true });
    expect(await verify('ada', NEXT)).toMatchObject({ ok: true });
  });

  it('judges five parallel guesses and no more, by default', async () => {
    const { register, hasher, verify } = setUp();
    await register('ada');
    const results = await Promise.all(
      Array.from({ length: 100 }, (_, i) => verify('ada', `wrong guess ${i}`)),
    );
    expect(results.filter((result) => !result.ok && result.reason === 'throttled')).toHaveLength(
      95,
    );
    expect(hasher.runs).toHaveLength(5);
  });

  it('treats a name that nobody has in the very same way (G48)', async () => {
    const { register, verify, clock } = setUp();
    await register('ada');
    const log = async (name: string): Promise<unknown[]> => {
      const results: unknown[] = [];
      for (let i = 0; i < 8; i += 1) results.push(await verify(name, `wrong guess ${i}`));
      return results;
    };
    const known = await log('ada');
    expect(await log('nobody')).toEqual(known);
    clock.advance(1_000);
    expect(await verify('nobody')).toEqual({ ok: false, reason: 'refused' });
    expect(await verify('nobody')).toMatchObject({ reason: 'throttled', retryAfterMs: 2_000 });
  });

  it('counts one account under all spellings of its name', async () => {
    const { register, verify } = setUp();
    await register('ada');
    for (const name of ['ada', 'Ada', 'ADA', 'ＡＤＡ', ' ada ']) await verify(name, 'wrong');
    expect(await verify('aDA')).toMatchObject({ reason: 'throttled' });
  });

  it('counts sign-in and change of password together (G52)', async () => {
    const { register, accounts, verify } = setUp();
    const { userId } = await register('ada');
    for (let i = 0; i < 3; i += 1) await verify('ada', 'wrong');
    for (let i = 0; i < 2; i += 1) {
      await accounts.changePassword(userId, { current: 'wrong', next: NEXT });
    }
    const change = await accounts.changePassword(userId, { current: PASSWORD, next: NEXT });
    expect(change).toEqual({ ok: false, reason: 'throttled', retryAfterMs: 1_000 });
    expect(await verify('ada')).toMatchObject({ reason: 'throttled' });
  });

  it('limits an address over all names, even over texts that cannot be names', async () => {
    const { verify, register } = setUp();
    await register('ada');
    for (let i = 0; i < 50; i += 1) await verify(`no name ${i}`, PASSWORD, '192.0.2.1');
    expect(await verify('ada', PASSWORD, '192.0.2.1')).toMatchObject({ reason: 'throttled' });
    expect(await verify('ada', PASSWORD, '192.0.2.2')).toMatchObject({ ok: true });
  });

  it('clears the account at a success (G43)', async () => {
    const { register, verify } = setUp();
    await register('ada');
    for (let round = 0; round < 5; round += 1) {
      for (let i = 0; i < 4; i += 1) await verify('ada', 'wrong');
      expect(await verify('ada')).toMatchObject({ ok: true });
    }
  });

  it('does not count what was never judged: a busy hasher or a failing store', async () => {
    const { register, accounts, hasher, verify } = setUp();
    const { userId } = await register('ada');
    hasher.busy = true;
    for (let i = 0; i < 20; i += 1) {
      await expect(verify('ada', PASSWORD, '192.0.2.1')).rejects.toMatchObject({ status: 503 });
      const change = accounts.changePassword(userId, { current: PASSWORD, next: NEXT });
      await expect(change).rejects.toMatchObject({ code: 'hasher-busy' });
    }
    hasher.busy = false;
    expect(await verify('ada', PASSWORD, '192.0.2.1')).toMatchObject({ ok: true });
  });

  it('tells the listener, without the name that was typed', async () => {
    const { verify, events } = setUp();
    for (let i = 0; i < 6; i += 1) await verify('hunter2-in-the-wrong-field', 'wrong', '192.0.2.1');
    expect(events.at(-1)).toMatchObject({
      action: 'verify-password',
      outcome: 'refused',
      reason: 'throttled',
      userId: null,
      address: '192.0.2.1',
    });
    expect(JSON.stringify(events)).not.toContain('hunter2');
  });
});
