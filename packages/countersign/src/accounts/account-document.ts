// How an account is written into a store's row and read back. A document of a newer version is refused,
// since a field that is not understood may be the one that keeps somebody out.

import { CountersignError } from '../errors.js';
import type { Account, AccountStatus } from './account.js';
import { keysOf } from './account-keys.js';
import type { AccountRow } from './account-store.js';

const FORMAT = 1;

/** What is in the row already is not in the document. */
type Document = Omit<Account, 'userId' | 'revision' | 'devicesVersion'> & {
  /** Left out for 0, as in documents from before devices could be forgotten. */
  readonly devicesVersion?: number;
};

export function rowOf(account: Account): AccountRow {
  const { userId, revision, devicesVersion, ...fields } = account;
  const document: Document = { ...fields, ...(devicesVersion === 0 ? {} : { devicesVersion }) };
  return {
    userId,
    revision,
    keys: keysOf(account),
    document: JSON.stringify({ format: FORMAT, ...document }),
  };
}

/** @throws CountersignError `store-unavailable` for a row that no version up to this one has written */
export function accountOf({ userId, revision, document }: AccountRow): Account {
  const fields = parsed(document);
  if (!isDocument(fields)) {
    throw new CountersignError(
      'store-unavailable',
      'An account is damaged, or has a layout that this version of Countersign does not know.',
    );
  }
  const { status, createdAt, name, displayName, addresses, password } = fields;
  const { totp, passkeys, recoveryCodes, identities, devicesVersion = 0 } = fields;
  return {
    userId,
    revision,
    status,
    createdAt,
    name,
    displayName,
    addresses,
    password,
    totp,
    passkeys,
    recoveryCodes,
    identities,
    devicesVersion,
  };
}

/** As long as that of an account with a password and an address, and nobody's: what a miss reads. */
export const NOBODYS_ROW: AccountRow = rowOf({
  userId: 'nobody',
  revision: 1,
  status: 'deleted',
  createdAt: 1_767_225_600_000,
  name: { typed: 'nobody-at-all', canonical: 'nobody-at-all' },
  displayName: 'Nobody at all',
  addresses: [
    {
      address: 'nobody@nowhere.invalid',
      canonical: 'nobody@nowhere.invalid',
      addedAt: 1_767_225_600_000,
      verifiedAt: 1_767_225_600_000,
    },
  ],
  password: {
    phc: `no hash, as long as one: ${'-'.repeat(72)}`,
    changedAt: 1_767_225_600_000,
    version: 1,
    standsAlone: true,
    closed: null,
  },
  totp: null,
  passkeys: [],
  recoveryCodes: null,
  identities: [],
  devicesVersion: 0,
});

/** Not with the parser's own error, which repeats the text around the place: that may be of a hash (G15). */
function parsed(document: string): unknown {
  try {
    return JSON.parse(document);
  } catch {
    return undefined;
  }
}

const STATUSES: readonly AccountStatus[] = ['active', 'disabled', 'deleted'];

/** The store is trusted to give back what was written, so the fields are not looked into. */
function isDocument(value: unknown): value is Document {
  if (!isObject(value) || value['format'] !== FORMAT) return false;
  return (
    STATUSES.some((status) => status === value['status']) &&
    typeof value['createdAt'] === 'number' &&
    ['addresses', 'passkeys', 'identities'].every((field) => Array.isArray(value[field])) &&
    ['name', 'password', 'totp', 'recoveryCodes'].every((field) => isObjectOrNull(value[field]))
  );
}

function isObjectOrNull(value: unknown): boolean {
  return value === null || isObject(value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
