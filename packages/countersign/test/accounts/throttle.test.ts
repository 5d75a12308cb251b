import { describe, expect, it } from 'vitest';

import { networkOf } from '../../src/accounts/network-address.js';
import type { AttemptBy } from '../../src/accounts/throttle-counters.js';
import { memoryThrottleStore } from '../../src/accounts/throttle-memory.js';
import type { ThrottleOptions } from '../../src/accounts/throttle-options.js';
import { createThrottle, type Attempt } from '../../src/accounts/throttle.js';
import { createFakeClock } from '../../src/testing/fake-clock.js';

const HOUR = 3_600_000;

function setUp(options: Omit<ThrottleOptions, 'clock'> = {}) {
  const clock = createFakeClock();
  const throttle = createThrottle({ clock, ...options });
  /** The wait in milliseconds, or the attempt. */
  const begin = async (by: AttemptBy): Promise<number | Attempt> => {
    const decision = await throttle.begin(by);
    return decision.ok ? decision.attempt : decision.retryAfterMs;
  };
  /** Attempts that are let through and turn out wrong. */
  const expectFailures = async (by: AttemptBy, times = 1) => {
    for (let i = 0; i < times; i += 1) expect(await begin(by)).toBeTypeOf('object');
  };
  const attempt = async (by: AttemptBy): Promise<Attempt> => {
    const begun = await begin(by);
    if (typeof begun === 'number') throw new Error(`refused for ${begun} ms`);
    return begun;
  };
  return { clock, throttle, begin, expectFailures, attempt };
}

describe('waits of an account (G42-G45, ASVS 6.3.1)', () => {
  it('begin after five failures at 1 s and double to an hour, exactly', async () => {
    const { clock, begin, expectFailures } = setUp();
    await expectFailures({ account: 'ada' }, 5);
    const waits: number[] = [];
    for (let i = 0; i < 14; i += 1) {
      const wait = await begin({ account: 'ada' });
      if (typeof wait !== 'number') throw new Error('not refused');
      waits.push(wait / 1_000);
      clock.advance(wait - 1);
      expect(await begin({ account: 'ada' })).toBe(1);
      clock.advance(1);
      await expectFailures({ account: 'ada' });
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 3600, 3600]);
  });

  it('are not made longer by attempts that were refused', async () => {
    const { clock, begin, expectFailures } = setUp();
    await expectFailures({ account: 'ada' }, 5);
    clock.advance(1_000);
    await expectFailures({ account: 'ada' });
    for (let i = 0; i < 1_000; i += 1) expect(await begin({ account: 'ada' })).toBe(2_000);
    clock.advance(2_000);
    await expectFailures({ account: 'ada' });
  });

  it('end with a success, and start anew (G43)', async () => {
    const { clock, begin, expectFailures, attempt } = setUp();
    await expectFailures({ account: 'ada' }, 5);
    clock.advance(1_000);
    await (await attempt({ account: 'ada' })).succeed();
    await expectFailures({ account: 'ada' }, 5);
    expect(await begin({ account: 'ada' })).toBe(1_000);
  });

  it('are of the account, whatever networks the guesses come from (G44)', async () => {
    const { begin, expectFailures } = setUp();
    for (let i = 0; i < 5; i += 1) {
      await expectFailures({ account: 'ada', address: `192.0.2.${i}` });
    }
    expect(await begin({ account: 'ada', address: '198.51.100.1' })).toBe(1_000);
    expect(await begin({ account: 'ada' })).toBe(1_000);
  });

  it('let five of 1,000 parallel guesses through (G47, ASVS 6.3.1)', async () => {
    const { begin } = setUp();
    const guesses = Array.from({ length: 1_000 }, () => begin({ account: 'ada' }));
    const begun = await Promise.all(guesses);
    expect(begun.filter((each) => typeof each === 'object')).toHaveLength(5);
    expect(begun.slice(5)).toEqual(Array.from({ length: 995 }, () => 1_000));
  });

  it('are of one account only', async () => {
    const { begin, expectFailures } = setUp();
    await expectFailures({ account: 'ada' }, 5);
    expect(await begin({ account: 'ada' })).toBe(1_000);
    await expectFailures({ account: 'grace' }, 5);
  });

  it('count before the outcome is known, so parallel guesses cannot share one count (G47)', async () => {
    const { begin } = setUp();
    const begun = await Promise.all(Array.from({ length: 100 }, () => begin({ account: 'ada' })));
    expect(begun.filter((each) => typeof each === 'object')).toHaveLength(5);
    const hundred = setUp({ freeFailures: 100, addressLimit: 1_000 });
    const more = await Promise.all(
      Array.from({ length: 101 }, () => hundred.begin({ account: 'ada' })),
    );
    expect(more.filter((each) => typeof each === 'object')).toHaveLength(100);
    expect(more[100]).toBe(1_000);
  });

  it('are forgotten a day after the last failure', async () => {
    const { clock, begin, expectFailures } = setUp();
    await expectFailures({ account: 'ada' }, 5);
    clock.advance(24 * HOUR - 1);
    await expectFailures({ account: 'ada' });
    expect(await begin({ account: 'ada' })).toBe(2_000);
    clock.advance(24 * HOUR);
    await expectFailures({ account: 'ada' }, 5);
    expect(await begin({ account: 'ada' })).toBe(1_000);
  });

  it('do not hang when the clock is set back: the wait is never longer than it was', async () => {
    const { clock, begin, expectFailures } = setUp();
    await expectFailures({ account: 'ada', address: '192.0.2.1' }, 5);
    clock.set(clock.now() - 30 * 24 * HOUR);
    expect(await begin({ account: 'ada' })).toBe(1_000);
    clock.advance(1_000);
    await expectFailures({ account: 'ada' });
  });
});

describe('attempts that were not judged', () => {
  it('leave the count and the wait as they were', async () => {
    const { clock, begin, expectFailures, attempt } = setUp();
    await expectFailures({ account: 'ada' }, 5);
    clock.advance(1_500);
    const busy = await attempt({ account: 'ada', address: '192.0.2.1' });
    expect(await begin({ account: 'ada' })).toBe(2_000);
    await busy.withdraw();
    await expectFailures({ account: 'ada' });
    expect(await begin({ account: 'ada' })).toBe(2_000);
  });

  it('can be settled once only', async () => {
    const { begin, expectFailures, attempt } = setUp({ addressLimit: 3 });
    await expectFailures({ address: '192.0.2.1' }, 2);
    const last = await attempt({ address: '192.0.2.1' });
    await last.withdraw();
    await last.withdraw();
    await last.succeed();
    await expectFailures({ address: '192.0.2.1' });
    expect(await begin({ address: '192.0.2.1' })).toBe(600_000);
  });

  it('do not take back what came after them', async () => {
    const { clock, begin, expectFailures, attempt } = setUp();
    const first = await attempt({ account: 'ada' });
    await expectFailures({ account: 'ada' }, 4);
    clock.advance(1_000);
    await first.withdraw();
    await expectFailures({ account: 'ada' });
    expect(await begin({ account: 'ada' })).toBe(1_000);
    await first.withdraw();
    expect(await begin({ account: 'ada' })).toBe(1_000);
  });
});

describe('the limit of an address (G49)', () => {
  it('is 50 failures in ten minutes from the first, over all accounts', async () => {
    const { clock, begin, throttle } = setUp();
    for (let i = 0; i < 50; i += 1) {
      expect(await begin({ account: `user ${i}`, address: '192.0.2.1' })).toBeTypeOf('object');
      clock.advance(1_000);
    }
    expect(await throttle.begin({ account: 'next', address: '192.0.2.1' })).toEqual({
      ok: false,
      by: 'address',
      retryAfterMs: 550_000,
    });
    expect(await begin({ account: 'next', address: '192.0.2.2' })).toBeTypeOf('object');
    clock.advance(549_999);
    expect(await begin({ address: '192.0.2.1' })).toBe(1);
    clock.advance(1);
    expect(await begin({ address: '192.0.2.1' })).toBeTypeOf('object');
  });

  it('does not count successes, and one success clears nothing else', async () => {
    const { begin, attempt, expectFailures } = setUp({ addressLimit: 3 });
    for (let i = 0; i < 10; i += 1) {
      await (await attempt({ account: `user ${i}`, address: '192.0.2.1' })).succeed();
    }
    await expectFailures({ account: 'ada', address: '192.0.2.1' }, 2);
    await (await attempt({ account: 'own account', address: '192.0.2.1' })).succeed();
    await expectFailures({ account: 'ada', address: '192.0.2.1' });
    expect(await begin({ account: 'grace', address: '192.0.2.1' })).toBe(600_000);
  });

  it('does not count against the account what the address limit refused', async () => {
    const { clock, expectFailures, begin } = setUp({ addressLimit: 5 });
    await expectFailures({ address: '192.0.2.1' }, 5);
    for (let i = 0; i < 20; i += 1) await begin({ account: 'ada', address: '192.0.2.1' });
    await expectFailures({ account: 'ada', address: '192.0.2.9' }, 5);
    clock.advance(1_000);
    await expectFailures({ account: 'ada' });
  });

  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['::FFFF:c000:0207', '192.0.2.7'],
    ['2001:db8:0:7:1:2:3:4', '2001:db8:0:7::/64'],
    ['2001:DB8:0:7::1', '2001:db8:0:7::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['1:2:3:4:5:6:192.0.2.7', '1:2:3:4::/64'],
    ['1::', '1:0:0:0::/64'],
    ['', ''],
    ['/run/app.sock', '/run/app.sock'],
    ['not an address', 'not an address'],
  ])('counts %s as %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });

  it('counts a whole /64 of IPv6 as one', async () => {
    const { begin } = setUp();
    for (let i = 0; i < 50; i += 1) await begin({ address: `2001:db8:0:7::${i}` });
    expect(await begin({ address: '2001:db8:0:7:ffff::1' })).toBe(600_000);
    expect(await begin({ address: '2001:db8:0:8::1' })).toBeTypeOf('object');
  });
});

describe('memory', () => {
  it('is bounded, and a flood of other names does not wash away the one under attack', async () => {
    const store = memoryThrottleStore({ maxEntries: 1_000 });
    const { begin, expectFailures } = setUp({ store });
    await expectFailures({ account: 'ada' }, 5);
    for (let i = 0; i < 10_000; i += 1) await begin({ account: `flood ${i}` });
    expect(store.size).toBe(1_000);
    expect(await begin({ account: 'ada' })).toBe(1_000);
    // The latest of the flood are remembered, the older ones are not.
    await expectFailures({ account: 'flood 9999' }, 4);
    expect(await begin({ account: 'flood 9999' })).toBe(1_000);
    await expectFailures({ account: 'flood 0' }, 5);
  });

  it('of addresses is apart from that of accounts', async () => {
    const { begin, expectFailures } = setUp({
      store: memoryThrottleStore({ maxEntries: 100 }),
      addressLimit: 3,
    });
    await expectFailures({ address: '192.0.2.1' }, 3);
    for (let i = 0; i < 1_000; i += 1) await begin({ account: `flood ${i}` });
    expect(await begin({ address: '192.0.2.1' })).toBe(600_000);
  });

  it('is swept of counters that are over while the throttle is used, and of no others', async () => {
    const store = memoryThrottleStore();
    const { clock, begin, expectFailures } = setUp({ store });
    for (let i = 0; i < 2_500; i += 1) await begin({ address: `192.0.2.${i}` });
    await expectFailures({ account: 'ada' }, 5);
    expect(store.size).toBe(2_501);
    clock.advance(3 * HOUR);
    await expectFailures({ account: 'ada' });
    // Batches are in turns of their own, with promises in between.
    for (let i = 0; i < 5; i += 1) {
      clock.advance(i === 0 ? 600_000 : 25);
      await new Promise((resolve) => void setImmediate(resolve));
    }
    expect(store.size).toBe(1);
    expect(clock.waiting).toBe(0);
    await expectFailures({ account: 'ada' });
    expect(await begin({ account: 'ada' })).toBe(4_000);
  });

  it('refuses a size that is no whole number above 0', () => {
    expect(() => memoryThrottleStore({ maxEntries: 0 })).toThrow(/maxEntries: is 0/);
  });
});

describe('options', () => {
  it('refuse limits that are not whole numbers in their bounds', () => {
    expect(() => createThrottle({ addressLimit: 0 })).toThrow(/addressLimit: is 0/);
    expect(() => createThrottle({ longestWaitMs: Number.NaN })).toThrow(/longestWaitMs/);
    expect(() => createThrottle({ longestWaitMs: 24 * HOUR + 1 })).toThrow(/Use 86400000 at most/);
    // NIST SP 800-63B-4 §3.2.2 allows lower limits only.
    expect(() => createThrottle({ closeAfter: 101 })).toThrow(
      /closeAfter: is 101. Use 100 at most/,
    );
    const misspelt = { freeFailures: 5, freeFailure: 3 };
    expect(() => createThrottle(misspelt)).toThrow(/freeFailure: is not an option here/);
    const empty = { count: undefined };
    // @ts-expect-error as it may come from JavaScript
    expect(() => createThrottle({ store: empty })).toThrow(/store: is not a throttle store/);
  });

  it('refuse limits of requests that mean nothing', () => {
    const windowMs = HOUR;
    expect(() => createThrottle({ requests: { mail: { windowMs, perAccount: 0 } } })).toThrow(
      /requests\.mail\.perAccount: is 0/,
    );
    const misspelt = { mail: { windowMs, perNetwrok: 3 } };
    expect(() => createThrottle({ requests: misspelt })).toThrow(/perNetwrok: is not an option/);
    const unknown = { mails: { windowMs } };
    // @ts-expect-error as it may come from JavaScript
    expect(() => createThrottle({ requests: unknown })).toThrow(/requests\.mails: is not/);
  });
});
