import { describe, expect, it } from 'vitest';

import { adviseOn, type SecurityState } from '../../src/views/security-state.js';
import { NOW, SECURE } from './all-pages.js';

function advised(change: Partial<SecurityState>): readonly string[] {
  return adviseOn({ ...SECURE, ...change }).map(({ kind, href }) => `${kind} ${href}`);
}

describe('advice', () => {
  it('is none when nothing is missing', () => {
    expect(advised({})).toEqual([]);
  });

  it('is a second factor where only a password stands', () => {
    const bare = { authenticator: null, passkeys: { count: 0, doubtful: 0 }, recoveryCodes: null };
    expect(advised(bare)).toEqual(['advised /security/passkeys']);
    expect(advised({ ...bare, verifiedAddresses: 0 })).toEqual([
      'advised /security/passkeys',
      'advised /profile',
    ]);
  });

  it('is recovery codes when none or few are left, and there is something to recover from', () => {
    expect(advised({ recoveryCodes: null })).toEqual(['advised /security/recovery-codes']);
    expect(advised({ recoveryCodes: { left: 0, madeAt: NOW } })).toEqual([
      'advised /security/recovery-codes',
    ]);
    expect(advised({ recoveryCodes: { left: 2, madeAt: NOW } })).toHaveLength(1);
    expect(advised({ recoveryCodes: { left: 3, madeAt: NOW } })).toEqual([]);
  });

  it('is urgent, and first, where somebody may be at work', () => {
    expect(
      advised({
        password: { changedAt: NOW, closedTo: 'strangers' },
        authenticator: { addedAt: NOW, isClosed: true },
        passkeys: { count: 1, doubtful: 1 },
        verifiedAddresses: 0,
      }),
    ).toEqual([
      'urgent /password',
      'urgent /password',
      'urgent /security/passkeys',
      'advised /profile',
    ]);
  });

  it('is a link by mail where nobody can use the password, not even to change it', () => {
    const password = { changedAt: NOW, closedTo: 'everyone' } as const;
    expect(advised({ password })).toEqual(['urgent /forgot']);
  });
});
