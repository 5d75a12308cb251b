// What a throttle does against those who guess in order to lock others out (G46, ASVS 6.1.1), and when
// it says that an authenticator is to be closed (G40, G41).

import { describe, expect, it } from 'vitest';

import type { AttemptBy } from '../../src/accounts/throttle-counters.js';
import { memoryThrottleStore } from '../../src/accounts/throttle-memory.js';
import type { ThrottleOptions } from '../../src/accounts/throttle-options.js';
import type { ThrottleStore } from '../../src/accounts/throttle-store.js';
import { createThrottle, type ThrottleDecision } from '../../src/accounts/throttle.js';
import { createFakeClock } from '../../src/testing/fake-clock.js';

type Begun = Extract<ThrottleDecision, { ok: true }>;

function setUp(options: Omit<ThrottleOptions, 'clock'> = {}) {
  const clock = createFakeClock();
  const throttle = createThrottle({ clock, ...options });
  /** Waits as long as it has to, and leaves the attempt counted. */
  const fail = async (by: AttemptBy): Promise<Begun> => {
    for (;;) {
      const decision = await throttle.begin(by);
      if (decision.ok) return decision;
      clock.advance(decision.retryAfterMs);
    }
  };
  const failTimes = async (by: AttemptBy, times: number): Promise<Begun[]> => {
    const begun: Begun[] = [];
    for (let i = 0; i < times; i += 1) begun.push(await fail(by));
    return begun;
  };
  return { clock, throttle, fail, failTimes };
}

describe('a known device (G46, ASVS 6.1.1)', () => {
  it('does not wait for 99 failures of strangers', async () => {
    const { throttle, failTimes } = setUp();
    const strangers = await failTimes({ account: 'ada', address: '192.0.2.1' }, 99);
    expect(strangers.at(-1)).toMatchObject({ failures: 99, closes: false });
    expect(await throttle.begin({ account: 'ada' })).toMatchObject({
      ok: false,
      retryAfterMs: 3_600_000,
    });
    const known = { account: 'ada', address: '192.0.2.1', device: 'laptop' };
    expect(await throttle.begin(known)).toMatchObject({ ok: true, failures: 1, closes: false });
  });

  it('does not wait for strangers behind the same address', async () => {
    const { throttle } = setUp();
    for (let i = 0; i < 50; i += 1) {
      await throttle.begin({ account: `user ${i}`, address: '192.0.2.1' });
    }
    expect(await throttle.begin({ account: 'ada', address: '192.0.2.1' })).toMatchObject({
      by: 'address',
    });
    const known = { account: 'ada', address: '192.0.2.1', device: 'laptop' };
    expect(await throttle.begin(known)).toMatchObject({ ok: true });
  });

  it('has the same limits on a counter of its own', async () => {
    const { throttle, failTimes } = setUp();
    const known = { account: 'ada', device: 'laptop' };
    for (let i = 1; i <= 5; i += 1) {
      expect(await throttle.begin(known)).toMatchObject({ ok: true, failures: i });
    }
    expect(await throttle.begin(known)).toEqual({ ok: false, by: 'account', retryAfterMs: 1_000 });
    expect((await failTimes(known, 95)).at(-1)).toMatchObject({ failures: 100, closes: true });
    expect(await throttle.begin({ account: 'ada' })).toMatchObject({ ok: true, failures: 1 });
    const other = { account: 'ada', device: 'phone' };
    expect(await throttle.begin(other)).toMatchObject({ ok: true, failures: 1 });
  });

  it('is known for one account only', async () => {
    const { throttle, failTimes } = setUp();
    await failTimes({ account: 'ada', device: 'laptop' }, 5);
    const other = { account: 'grace', device: 'laptop' };
    expect(await throttle.begin(other)).toMatchObject({ ok: true, failures: 1 });
  });

  it('clears its own count at a success, and leaves that of strangers', async () => {
    const { throttle, failTimes, fail } = setUp();
    await failTimes({ account: 'ada' }, 7);
    const { attempt } = await fail({ account: 'ada', device: 'laptop' });
    await attempt.succeed();
    expect(await fail({ account: 'ada', device: 'laptop' })).toMatchObject({ failures: 1 });
    expect(await throttle.begin({ account: 'ada' })).toMatchObject({ ok: false });
    expect(await fail({ account: 'ada' })).toMatchObject({ failures: 8 });
  });
});

describe('a sign-in that was complete with the second factor (G43)', () => {
  it('clears the count of its own device, and leaves that of strangers', async () => {
    const { throttle, failTimes, fail } = setUp();
    const known = { account: 'ada', device: 'laptop' };
    await failTimes({ account: 'ada' }, 7);
    await failTimes(known, 3);
    await (await fail(known)).attempt.withdraw();
    await throttle.forget({ ...known, strangers: 'keep' });
    expect(await fail(known)).toMatchObject({ failures: 1 });
    expect(await fail({ account: 'ada' })).toMatchObject({ failures: 8 });
  });

  it('clears that of strangers where the device is none that is known', async () => {
    const { throttle, failTimes, fail } = setUp();
    await failTimes({ account: 'ada' }, 7);
    await (await fail({ account: 'ada' })).attempt.withdraw();
    await throttle.forget({ account: 'ada' });
    expect(await fail({ account: 'ada' })).toMatchObject({ failures: 1 });
  });
});

describe('closing an authenticator (G40)', () => {
  it('is due at the hundredth consecutive failure, and at each later one', async () => {
    const { failTimes } = setUp();
    const begun = await failTimes({ account: 'ada' }, 102);
    expect(begun.map(({ closes }) => closes)).toEqual([
      ...Array.from({ length: 99 }, () => false),
      true,
      true,
      true,
    ]);
    expect(begun.map(({ failures }) => failures)).toEqual(begun.map((_, i) => i + 1));
  });

  it('is due earlier where that is chosen', async () => {
    const { failTimes } = setUp({ closeAfter: 10 });
    const begun = await failTimes({ account: 'ada' }, 10);
    expect(begun.findIndex(({ closes }) => closes)).toBe(9);
  });

  it('is not put off by a success in between (G43)', async () => {
    const { failTimes, fail } = setUp();
    await failTimes({ account: 'ada' }, 99);
    await (await fail({ account: 'ada' })).attempt.succeed();
    expect((await failTimes({ account: 'ada' }, 99)).at(-1)).toMatchObject({ closes: false });
    expect(await fail({ account: 'ada' })).toMatchObject({ failures: 100, closes: true });
  });

  it('is remembered for 400 days where the count came so far', async () => {
    const { clock, failTimes, fail } = setUp();
    await failTimes({ account: 'ada' }, 100);
    clock.advance(400 * 86_400_000 - 1);
    expect(await fail({ account: 'ada' })).toMatchObject({ failures: 101 });
    clock.advance(400 * 86_400_000);
    expect(await fail({ account: 'ada' })).toMatchObject({ failures: 1 });
  });

  it('counts each authenticator of an account on its own (G40, G41)', async () => {
    const { throttle, failTimes, fail } = setUp();
    await failTimes({ account: 'u1', authenticator: 'totp' }, 100);
    expect(await fail({ account: 'u1' })).toMatchObject({ failures: 1, closes: false });
    expect(await throttle.begin({ account: 'u1', authenticator: 'password' })).toMatchObject({
      failures: 2,
    });
    // Both were involved: both have counted.
    expect(await fail({ account: 'u1', authenticator: 'totp' })).toMatchObject({ failures: 101 });
  });

  it('is over when the authenticator was replaced', async () => {
    const { throttle, failTimes, fail } = setUp();
    await failTimes({ account: 'ada' }, 100);
    await failTimes({ account: 'ada', authenticator: 'totp' }, 7);
    await failTimes({ account: 'ada', device: 'laptop' }, 7);
    await throttle.forget({ account: 'ada', device: 'laptop' });
    expect(await fail({ account: 'ada' })).toMatchObject({ failures: 1 });
    expect(await fail({ account: 'ada', device: 'laptop' })).toMatchObject({ failures: 1 });
    expect(await fail({ account: 'ada', authenticator: 'totp' })).toMatchObject({ failures: 8 });
  });
});

describe('an attempt', () => {
  it('without account and address is not limited', async () => {
    const { throttle } = setUp();
    for (let i = 0; i < 200; i += 1) {
      expect(await throttle.begin({})).toMatchObject({ ok: true, failures: 0, closes: false });
    }
  });

  it('with a right password whose second factor is to come is no success yet (G43)', async () => {
    const { fail, failTimes } = setUp();
    await failTimes({ account: 'ada' }, 3);
    await (await fail({ account: 'ada' })).attempt.withdraw();
    expect(await fail({ account: 'ada' })).toMatchObject({ failures: 4 });
  });

  it('stays counted when the store fails to settle it', async () => {
    const sound = memoryThrottleStore();
    const store: ThrottleStore = {
      count: (counters, now) => sound.count(counters, now),
      settle: () => Promise.reject(new Error('away')),
      forget: (keys) => sound.forget(keys),
      sweep: (now, limit) => sound.sweep(now, limit),
      close: () => sound.close(),
    };
    const { fail } = setUp({ store });
    const { attempt } = await fail({ account: 'ada' });
    await expect(attempt.succeed()).rejects.toMatchObject({ code: 'store-unavailable' });
    await attempt.withdraw();
    expect(await fail({ account: 'ada' })).toMatchObject({ failures: 2 });
  });

  it('is refused by an error when the store is away', async () => {
    const store = memoryThrottleStore();
    const { throttle } = setUp({ store });
    store.close();
    await expect(throttle.begin({ account: 'ada' })).rejects.toMatchObject({
      code: 'store-unavailable',
    });
  });

  it('keeps nothing that was typed: keys are hashes (G15)', async () => {
    const keys: string[] = [];
    const sound = memoryThrottleStore();
    const store: ThrottleStore = {
      count(counters, now) {
        keys.push(...counters.map(({ key }) => key));
        return sound.count(counters, now);
      },
      settle: (counted, outcome) => sound.settle(counted, outcome),
      forget: (each) => sound.forget(each),
      sweep: (now, limit) => sound.sweep(now, limit),
      close: () => sound.close(),
    };
    const { throttle } = setUp({ store });
    await throttle.begin({ account: 'ada', address: '192.0.2.1' });
    await throttle.begin({ account: 'ada', device: 'laptop' });
    await throttle.beginRequest({ purpose: 'mail', account: 'ada', address: '192.0.2.1' });
    expect(new Set(keys).size).toBe(5);
    for (const key of keys) expect(key).toMatch(/^[\w-]{43}$/);
  });
});
