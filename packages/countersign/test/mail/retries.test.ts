import { describe, expect, it } from 'vitest';

import type { Mail } from '../../src/accounts/mailer.js';
import { ONE_TIME_KINDS } from '../../src/accounts/one-time-kinds.js';
import type { Duration } from '../../src/duration.js';
import { transportMailer } from '../../src/mail/transport-mailer.js';
import { createFakeClock } from '../../src/testing/fake-clock.js';

const MAIL: Mail = { to: 'ada@example.org', subject: 'Hello', text: 'Hello.\n', kind: 'reset' };
const RETRY_AFTER: readonly Duration[] = ['10s', '1m'];

/** In the shapes that nodemailer gives errors. */
const NOT_NOW = Object.assign(new Error('Message failed'), { code: 'EMESSAGE', responseCode: 451 });
const REFUSED = Object.assign(new Error('connect ECONNREFUSED'), {
  code: 'ESOCKET',
  syscall: 'connect',
});

function setUp(answers: readonly (Error | 'taken' | 'silence')[]) {
  const clock = createFakeClock();
  const left = [...answers];
  const tries: AbortSignal[] = [];
  const sendMail = ({ signal }: { readonly signal: AbortSignal }): Promise<unknown> => {
    tries.push(signal);
    const answer = left.shift();
    if (answer === 'silence') return new Promise(() => undefined);
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve();
  };
  const options = { transport: { sendMail }, from: 'a@shop.example', retryAfter: RETRY_AFTER };
  const mailer = transportMailer({ ...options, clock });
  const outcomes: unknown[] = [];
  const send = (): void => {
    mailer.send(MAIL).then(
      () => outcomes.push('sent'),
      (error: unknown) => outcomes.push(error),
    );
  };
  /** Lets time pass when all that only waits for promises is done, and again afterwards. */
  const pass = async (ms: number): Promise<void> => {
    await settled();
    clock.advance(ms);
    await settled();
  };
  return { clock, tries, mailer, send, outcomes, pass };
}

function settled(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

describe('a mail that the server could not take for now', () => {
  it.each([
    ['a reply 4yz', NOT_NOW],
    ['a refused connection', REFUSED],
    ['refused connections to all addresses', new AggregateError([REFUSED, REFUSED])],
    ['a name that is not resolved', Object.assign(new Error('queryA'), { code: 'EDNS' })],
    ['no connection', Object.assign(new Error(''), { timeoutType: 'CONNECT_TIMEOUT' })],
    ['no greeting', Object.assign(new Error(''), { timeoutType: 'GREETING_TIMEOUT' })],
  ])('is tried again after each wait, and once taken never again: %s', async (_, error) => {
    const { tries, send, outcomes, pass, clock } = setUp([error, error, 'taken']);
    send();
    await pass(9_999);
    expect(tries).toHaveLength(1);
    await pass(1);
    expect(tries).toHaveLength(2);
    await pass(60_000);
    expect(outcomes).toEqual(['sent']);
    await pass(3_600_000);
    expect(tries).toHaveLength(3);
    expect(clock.waiting).toBe(0);
  });

  it('is given up after the last try, with what that one met', async () => {
    const { tries, send, outcomes, pass, clock } = setUp([REFUSED, REFUSED, NOT_NOW]);
    send();
    await pass(10_000);
    await pass(60_000);
    expect(tries).toHaveLength(3);
    expect(outcomes).toEqual([expect.objectContaining({ cause: NOT_NOW })]);
    expect(outcomes).toEqual([expect.objectContaining({ code: 'mail-unavailable' })]);
    expect(clock.waiting).toBe(0);
  });

  it.each<[string, Error | 'silence']>([
    ['a reply 5yz', Object.assign(new Error(), { code: 'EENVELOPE', responseCode: 550 })],
    ['a refused login', Object.assign(new Error(), { code: 'EAUTH', responseCode: 535 })],
    ['a certificate', Object.assign(new Error('self-signed certificate'), { code: 'ESOCKET' })],
    ['a connection that broke', Object.assign(new Error(), { code: 'ECONNECTION' })],
    ['silence of a session', Object.assign(new Error(), { timeoutType: 'SOCKET_TIMEOUT' })],
    ['refusal after a break', new AggregateError([REFUSED, new Error('reset')])],
    ['the time limit', 'silence'],
  ])('is not tried again where that would not help, or it may have gone: %s', async (_, answer) => {
    const { tries, send, outcomes, pass } = setUp([answer, 'taken']);
    send();
    await pass(30_000);
    expect(outcomes).toEqual([expect.objectContaining({ code: 'mail-unavailable' })]);
    await pass(600_000);
    expect(tries).toHaveLength(1);
    expect(tries[0]?.aborted).toBe(answer === 'silence');
  });

  it('is given up when the mailer is closed, while new ones get one try', async () => {
    const { tries, send, outcomes, pass, mailer, clock } = setUp([NOT_NOW, 'taken', NOT_NOW]);
    send();
    await pass(9_000);
    mailer.close();
    await settled();
    expect(outcomes).toEqual([expect.objectContaining({ cause: NOT_NOW })]);
    send();
    send();
    await pass(600_000);
    expect(outcomes.slice(1)).toEqual(['sent', expect.objectContaining({ cause: NOT_NOW })]);
    expect(tries).toHaveLength(3);
    expect(clock.waiting).toBe(0);
  });

  it('waits with 199 others at most', async () => {
    const { send, outcomes, pass, clock } = setUp(Array.from({ length: 201 }, () => NOT_NOW));
    for (let sent = 0; sent < 201; sent += 1) send();
    await pass(0);
    expect(outcomes).toHaveLength(1);
    expect(clock.waiting).toBe(200);
    await pass(10_000);
    expect(outcomes).toEqual([
      expect.objectContaining({ cause: NOT_NOW }),
      ...Array.from({ length: 200 }, () => 'sent'),
    ]);
  });

  it('is not tried again unless that was asked for', async () => {
    const sendMail = (): Promise<unknown> => Promise.reject(NOT_NOW);
    const clock = createFakeClock();
    const mailer = transportMailer({ transport: { sendMail }, from: 'a@shop.example', clock });
    await expect(mailer.send(MAIL)).rejects.toMatchObject({ cause: NOT_NOW });
  });
});

it.each<[readonly Duration[], Duration]>([
  [['5m', '5m'], '30s'],
  [['1m'], '5m'],
])('tries and waits of %j with %s each cannot outlive a link (G67)', (retryAfter, timeout) => {
  const transport = { sendMail: () => Promise.resolve() };
  const make = () => transportMailer({ transport, from: 'a@a.example', retryAfter, timeout });
  expect(make).toThrow(expect.objectContaining({ code: 'configuration' }));
  expect(make).toThrow(/retryAfter/);
  const { lifetimeMs } = ONE_TIME_KINDS['sign-in-link'];
  const kinds = ['sign-up', 'verify-address', 'reset', 'sign-in-link'] as const;
  expect(Math.min(...kinds.map((kind) => ONE_TIME_KINDS[kind].lifetimeMs))).toBe(lifetimeMs);
});
