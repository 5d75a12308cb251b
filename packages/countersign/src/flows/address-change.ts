// What becomes of an account's addresses: pure decisions for `changeAccount`. An address is pending until
// its owner follows a link; the old ones stay as they are (G6 of the checklist of passwords).

import type { Decision } from '../accounts/account-change.js';
import type { Account, AddressRecord } from '../accounts/account.js';

/** Enough for a person, and few enough to be told of everything. */
export const MOST_ADDRESSES = 10;

/** What the link to a pending address is bound to (G65). */
export interface PendingState {
  readonly canonical: string;
  /** When it was last asked for, which makes earlier links worthless (G68). */
  readonly addedAt: number;
  /** Which password it was, by its number: a thief's address must not outlast a new one. */
  readonly password: number;
}

export function isPendingState(value: unknown): value is PendingState {
  return (
    typeof value === 'object' &&
    value !== null &&
    'canonical' in value &&
    typeof value.canonical === 'string' &&
    'addedAt' in value &&
    typeof value.addedAt === 'number' &&
    'password' in value &&
    typeof value.password === 'number'
  );
}

/** The state that a link to this address, which is pending, is bound to; `undefined` when it is not. */
export function pendingState(account: Account, canonical: string): PendingState | undefined {
  const record = findRecord(account, canonical);
  if (record === undefined || record.verifiedAt !== null) return undefined;
  return { canonical, addedAt: record.addedAt, password: account.password?.version ?? 0 };
}

export function findRecord(
  { addresses }: Pick<Account, 'addresses'>,
  canonical: string,
): AddressRecord | undefined {
  return addresses.find((each) => each.canonical === canonical);
}

/** Adds an address as pending, or asks for it anew. One that is verified stays as it is. */
export function withPending(
  account: Account,
  { address, canonical }: Pick<AddressRecord, 'address' | 'canonical'>,
  now: number,
): Decision<'too-many' | 'verified'> {
  const { addresses } = account;
  const before = findRecord(account, canonical);
  if (before !== undefined && before.verifiedAt !== null) return { refusal: 'verified' };
  if (before === undefined && addresses.length >= MOST_ADDRESSES) return { refusal: 'too-many' };
  const addedAt = Math.max(now, (before?.addedAt ?? 0) + 1);
  const record = { address: before?.address ?? address, canonical, addedAt, verifiedAt: null };
  const others = addresses.filter((each) => each !== before);
  return { to: { ...account, addresses: [...others, record] } };
}

/** Makes a pending address one of the account's, after those that are verified. */
export function withVerified(
  account: Account,
  state: PendingState,
  now: number,
): Decision<'changed-meanwhile'> {
  const current = pendingState(account, state.canonical);
  if (
    account.status !== 'active' ||
    current?.addedAt !== state.addedAt ||
    current.password !== state.password
  ) {
    return { refusal: 'changed-meanwhile' };
  }
  const addresses = account.addresses.map((each) =>
    each.canonical === state.canonical ? { ...each, verifiedAt: now } : each,
  );
  return { to: { ...account, addresses: inOrder(addresses) } };
}

/** Puts a verified address first. */
export function withPrimary(account: Account, canonical: string): Decision<'unknown-address'> {
  const record = findRecord(account, canonical);
  if (record === undefined || record.verifiedAt === null) return { refusal: 'unknown-address' };
  const others = account.addresses.filter((each) => each !== record);
  return { to: { ...account, addresses: [record, ...others] } };
}

/** Without one address, but never without the last one that mail can go to. */
export function withoutAddress(
  account: Account,
  canonical: string,
): Decision<'unknown-address' | 'last-address'> {
  const record = findRecord(account, canonical);
  if (record === undefined) return { refusal: 'unknown-address' };
  const addresses = account.addresses.filter((each) => each !== record);
  const isLast = record.verifiedAt !== null && addresses.every((each) => each.verifiedAt === null);
  return isLast ? { refusal: 'last-address' } : { to: { ...account, addresses } };
}

/** Those that are verified first, each of both in the order that they are in. */
function inOrder(addresses: readonly AddressRecord[]): readonly AddressRecord[] {
  return [
    ...addresses.filter(({ verifiedAt }) => verifiedAt !== null),
    ...addresses.filter(({ verifiedAt }) => verifiedAt === null),
  ];
}
