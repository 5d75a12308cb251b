// Accounts as the layouts before rows had them, and what has to become of them.

import type { Account } from '../../src/accounts/account.js';

export interface OldAccount {
  readonly userId: string;
  readonly name: string;
  readonly canonicalName: string;
  readonly status: 'active' | 'disabled' | 'deleted';
  readonly createdAt: number;
  readonly password: {
    readonly phc: string;
    readonly changedAt: number;
    readonly version: number;
  } | null;
}

const PASSWORD = {
  phc: '$argon2id$v=19$m=19456,t=2,p=1$c29tZSBzYWx0$aGFzaA+/',
  changedAt: 1_767_225_600_001,
  version: 7,
};

/** Texts that SQL, JSON or the escapes of a column could mistake. */
const TEXTS: readonly string[] = [
  'ada@example.org',
  '\\',
  '\\\\',
  '\\0',
  '\\\\0',
  '\\\\\\0',
  '\\u0000',
  '\\"',
  '"\\',
  `'; DROP TABLE accounts; --`,
  '\u0001\\\u0001',
  '\t\n\u001f\u007f',
  '{"a":[]}',
  '漢 👩‍👩‍👧 \ufeff \ufffd \u{10ffff}',
  'e\u0301',
  '\u00e9',
  'x'.repeat(254),
];

/** Of every status, with and without a password, and with every text in every column. */
export const OLD_ACCOUNTS: readonly OldAccount[] = [
  old('active', { password: PASSWORD }),
  old('disabled', { password: { ...PASSWORD, version: 1 }, createdAt: 0 }),
  old('deleted', { password: null }),
  old('without a password', { status: 'active', password: null }),
  ...TEXTS.map((text) =>
    old(text, { status: 'active', password: { ...PASSWORD, phc: `$${text}$` } }),
  ),
];

function old(text: string, fields: Partial<OldAccount>): OldAccount {
  const status = text === 'disabled' || text === 'deleted' ? text : 'active';
  return {
    userId: `id ${text}`,
    name: `Name ${text}`,
    canonicalName: `name ${text}`,
    status,
    createdAt: 1_767_225_600_000,
    password: PASSWORD,
    ...fields,
  };
}

/** The account that has to be read where this one was. */
export function carriedOver(account: OldAccount): Account {
  const { userId, name, canonicalName, status, createdAt, password } = account;
  return {
    userId,
    revision: 1,
    status,
    createdAt,
    name: { typed: name, canonical: canonicalName },
    displayName: null,
    addresses: [],
    password: password && { ...password, standsAlone: true, closed: null },
    totp: null,
    passkeys: [],
    recoveryCodes: null,
    identities: [],
    devicesVersion: 0,
  };
}
