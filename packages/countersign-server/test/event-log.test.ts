import type { AccountEvent } from 'countersign/accounts';
import { createSessionReference } from 'countersign/flows';
import { createFakeClock } from 'countersign/testing';
import { describe, expect, it } from 'vitest';

import { accountEvents, sessionEvents } from '../src/event-log.js';
import { createLog } from '../src/log.js';

const EVENT: AccountEvent = {
  action: 'sign-in',
  outcome: 'success',
  reason: null,
  authenticator: null,
  factors: ['password', 'totp'],
  userId: 'u1',
  address: '192.0.2.7',
  userAgent: 'Browser/1',
  session: 'salted',
  at: 0,
};

function logged(event: Partial<AccountEvent>): Readonly<Record<string, unknown>> {
  const lines: string[] = [];
  const log = createLog(createFakeClock(), (line) => lines.push(line));
  accountEvents(log)({ ...EVENT, ...event });
  expect(lines).toHaveLength(1);
  return JSON.parse(lines[0] ?? '') as Record<string, unknown>;
}

describe('the audit trail of accounts (G53; ASVS 16.2.1, 16.3.1)', () => {
  it('says who, by what, from where and in which session', () => {
    const { time, ...line } = logged({});
    expect(typeof time).toBe('string');
    expect(line).toEqual({
      level: 'info',
      event: 'sign-in',
      outcome: 'success',
      user: 'u1',
      factors: 'password,totp',
      address: '192.0.2.7',
      userAgent: 'Browser/1',
      session: 'salted',
    });
  });

  it('warns of what was refused, with the reason and the authenticator that was tried', () => {
    const refused = { outcome: 'refused', reason: 'wrong-code', authenticator: 'totp' } as const;
    const line = logged({ ...refused, factors: [], session: null, userAgent: null });
    expect(line).toMatchObject({ level: 'warning', reason: 'wrong-code', authenticator: 'totp' });
    for (const field of ['factors', 'session', 'userAgent']) expect(line).not.toHaveProperty(field);
  });

  it('does not warn of a question for a fresh proof, which is usual (16.3.2)', () => {
    const line = logged({ action: 'remove-totp', outcome: 'refused', reason: 'step-up-needed' });
    expect(line).toMatchObject({ level: 'info', outcome: 'refused', reason: 'step-up-needed' });
  });

  it('calls what could not be done an error, with its cause', () => {
    const line = logged({ action: 'send-mail', outcome: 'failed', cause: new Error('no answer') });
    expect(line).toMatchObject({ level: 'error', event: 'send-mail', message: 'no answer' });
  });

  it('takes no more of a client than it needs', () => {
    expect(logged({ userAgent: 'x'.repeat(5_000) })['userAgent']).toHaveLength(256);
  });
});

describe('the log of sessions', () => {
  it('calls a session by a salted hash, the same in each event, and never by its id (A74)', () => {
    const lines: string[] = [];
    const log = createLog(createFakeClock(), (line) => lines.push(line));
    const reference = createSessionReference(['a key for the tests of the log, long enough']);
    const events = sessionEvents(log, reference);
    const client = { address: '192.0.2.7', userAgent: null };
    const [id, replaces] = ['A'.repeat(24), 'B'.repeat(24)];
    const signedIn = { id, userId: 'u1', factors: ['password'], client, replaces, at: 0 };
    events.signedIn?.(signedIn);
    events.ended?.({ id, userId: 'u1', reason: 'signed-out', at: 1 });
    const [first, second] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(first).toMatchObject({ session: reference(id), replaces: reference(replaces) });
    expect(second).toMatchObject({ session: reference(id), reason: 'signed-out' });
    for (const secret of [id, replaces]) expect(lines.join('')).not.toContain(secret);
    const other = createSessionReference(['another key for the tests of the log, long enough']);
    expect(other(id)).not.toBe(reference(id));
  });
});
