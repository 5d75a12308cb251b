// Limits of what is asked for and is no guess: mails (G61), registrations, ceremonies and new passwords.

import { describe, expect, it } from 'vitest';

import type { RequestBy } from '../../src/accounts/throttle-counters.js';
import { createThrottle } from '../../src/accounts/throttle.js';
import type { ThrottleOptions } from '../../src/accounts/throttle-options.js';
import { createFakeClock } from '../../src/testing/fake-clock.js';

const HOUR = 3_600_000;

function setUp(options: Omit<ThrottleOptions, 'clock'> = {}) {
  const clock = createFakeClock();
  const throttle = createThrottle({ clock, ...options });
  const ask = async (by: RequestBy) => throttle.beginRequest(by);
  return { clock, throttle, ask };
}

describe('ceremonies that strangers begin', () => {
  it('are 1,000 from a network in ten minutes: an office does not come so far', async () => {
    const { clock, ask } = setUp();
    const by: RequestBy = { purpose: 'ceremony', address: '192.0.2.1' };
    for (let i = 0; i < 1_000; i += 1) expect(await ask(by)).toEqual({ ok: true });
    expect(await ask(by)).toEqual({ ok: false, by: 'address', retryAfterMs: 600_000 });
    expect(await ask({ ...by, address: '192.0.2.2' })).toEqual({ ok: true });
    clock.advance(600_000);
    expect(await ask(by)).toEqual({ ok: true });
  });

  it('have the limit that is chosen', async () => {
    const { ask } = setUp({ requests: { ceremony: { perNetwork: 1, windowMs: 60_000 } } });
    const by: RequestBy = { purpose: 'ceremony', address: '192.0.2.1' };
    expect(await ask(by)).toEqual({ ok: true });
    expect(await ask(by)).toEqual({ ok: false, by: 'address', retryAfterMs: 60_000 });
  });
});

describe('new passwords', () => {
  it('are twenty for a user or a link and 200 from a network in an hour', async () => {
    const { clock, ask } = setUp();
    const from = (account: string, address: string): RequestBy => ({
      purpose: 'new-password',
      account,
      address,
    });
    for (let i = 0; i < 20; i += 1)
      expect(await ask(from('ada', `192.0.2.${i}`))).toEqual({ ok: true });
    const refused = { ok: false, retryAfterMs: HOUR };
    expect(await ask(from('ada', '192.0.2.99'))).toEqual({ ...refused, by: 'account' });
    for (let i = 0; i < 200; i += 1)
      expect(await ask(from(`user ${i}`, '198.51.100.1'))).toEqual({ ok: true });
    expect(await ask(from('other', '198.51.100.1'))).toEqual({ ...refused, by: 'address' });
    clock.advance(HOUR);
    expect(await ask(from('ada', '198.51.100.1'))).toEqual({ ok: true });
  });
});

describe('mail requests (G61)', () => {
  it('are five for an address in an hour from the first, whoever asks', async () => {
    const { clock, ask } = setUp();
    const from = (i: number): RequestBy => ({
      purpose: 'mail',
      account: 'ada@example.org',
      address: `192.0.2.${i}`,
    });
    for (let i = 0; i < 5; i += 1) {
      expect(await ask(from(i))).toEqual({ ok: true });
      clock.advance(1_000);
    }
    const refused = { ok: false, by: 'account', retryAfterMs: HOUR - 5_000 };
    expect(await ask(from(9))).toEqual(refused);
    clock.advance(HOUR - 5_001);
    expect(await ask(from(9))).toMatchObject({ ok: false, retryAfterMs: 1 });
    clock.advance(1);
    expect(await ask(from(9))).toEqual({ ok: true });
  });

  it('are twenty from a network in an hour, a /64 of IPv6 as one', async () => {
    const { ask } = setUp();
    for (let i = 0; i < 20; i += 1) {
      const address = `2001:db8:0:7::${i}`;
      expect(await ask({ purpose: 'mail', account: `user ${i}`, address })).toEqual({ ok: true });
    }
    const next: RequestBy = { purpose: 'mail', account: 'ada', address: '2001:db8:0:7:1::' };
    expect(await ask(next)).toEqual({ ok: false, by: 'address', retryAfterMs: HOUR });
    expect(await ask({ ...next, address: '2001:db8:0:8::1' })).toEqual({ ok: true });
  });

  it('of a known device are apart from those of strangers (G46)', async () => {
    const { ask } = setUp();
    const address = '192.0.2.1';
    for (let i = 0; i < 30; i += 1) await ask({ purpose: 'mail', account: 'ada', address });
    const known: RequestBy = { purpose: 'mail', account: 'ada', address, device: 'laptop' };
    for (let i = 0; i < 5; i += 1) expect(await ask(known)).toEqual({ ok: true });
    expect(await ask(known)).toMatchObject({ by: 'account' });
  });

  it('do not stand in the way of signing in, nor guesses in theirs (G46, G62)', async () => {
    const { throttle, ask } = setUp();
    const by = { account: 'ada', address: '192.0.2.1' };
    for (let i = 0; i < 30; i += 1) await ask({ purpose: 'mail', ...by });
    for (let i = 0; i < 5; i += 1) expect(await throttle.begin(by)).toMatchObject({ ok: true });
    for (let i = 0; i < 60; i += 1)
      await throttle.begin({ account: `u ${i}`, address: '192.0.2.2' });
    for (let i = 0; i < 9; i += 1) await throttle.begin({ account: 'grace' });
    const reset: RequestBy = { purpose: 'mail', account: 'grace', address: '192.0.2.2' };
    expect(await ask(reset)).toEqual({ ok: true });
  });

  it('have other limits where those are given', async () => {
    const { clock, ask } = setUp({ requests: { mail: { perAccount: 1, windowMs: 60_000 } } });
    const by: RequestBy = { purpose: 'mail', account: 'ada', address: '192.0.2.1' };
    expect(await ask(by)).toEqual({ ok: true });
    expect(await ask(by)).toMatchObject({ retryAfterMs: 60_000 });
    // Networks are not limited then.
    for (let i = 0; i < 50; i += 1) {
      expect(await ask({ ...by, account: `user ${i}` })).toEqual({ ok: true });
    }
    clock.advance(60_000);
    expect(await ask(by)).toEqual({ ok: true });
  });
});

describe('registrations', () => {
  it('are twenty from a network in an hour, apart from mails', async () => {
    const { clock, ask } = setUp();
    const by: RequestBy = { purpose: 'registration', address: '192.0.2.1' };
    for (let i = 0; i < 20; i += 1) expect(await ask(by)).toEqual({ ok: true });
    expect(await ask(by)).toEqual({ ok: false, by: 'address', retryAfterMs: HOUR });
    expect(await ask({ ...by, purpose: 'mail' })).toEqual({ ok: true });
    clock.advance(HOUR);
    expect(await ask(by)).toEqual({ ok: true });
  });

  it('are not limited without an address', async () => {
    const { ask } = setUp();
    for (let i = 0; i < 50; i += 1) {
      expect(await ask({ purpose: 'registration', account: 'ada' })).toEqual({ ok: true });
    }
  });
});
