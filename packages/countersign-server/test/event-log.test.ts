import type { AccountEvent } from 'countersign/accounts';
import { createFakeClock } from 'countersign/testing';
import { describe, expect, it } from 'vitest';

import { accountEvents } from '../src/event-log.js';
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
      reference: 'salted',
    });
  });

  it('warns of what was refused, with the reason and the authenticator that was tried', () => {
    const refused = { outcome: 'refused', reason: 'wrong-code', authenticator: 'totp' } as const;
    const line = logged({ ...refused, factors: [], session: null, userAgent: null });
    expect(line).toMatchObject({ level: 'warning', reason: 'wrong-code', authenticator: 'totp' });
    for (const field of ['factors', 'reference', 'userAgent'])
      expect(line).not.toHaveProperty(field);
  });

  it('calls what could not be done an error, with its cause', () => {
    const line = logged({ action: 'send-mail', outcome: 'failed', cause: new Error('no answer') });
    expect(line).toMatchObject({ level: 'error', event: 'send-mail', message: 'no answer' });
  });

  it('takes no more of a client than it needs', () => {
    expect(logged({ userAgent: 'x'.repeat(5_000) })['userAgent']).toHaveLength(256);
  });
});
