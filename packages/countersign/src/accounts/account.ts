// An account: everything that is known of one user, as one immutable value. It is changed as a whole, by
// compare-and-swap of its revision (account-change.ts). Pure values; no sessions, no I/O.

import type { PasskeyRecord } from './passkey-record.js';
import type { ProviderSubject } from './provider-identity.js';

/**
 * `active` can sign in. `disabled` cannot, and can be made active again. `deleted` is final: what is
 * left is the id and the name, so that nobody else can take the name and be mistaken for its owner.
 */
export type AccountStatus = 'active' | 'disabled' | 'deleted';

/** A sign-in name that is not an address to send mail to. */
export interface AccountName {
  /** As it was typed. */
  readonly typed: string;
  /** As it is compared. */
  readonly canonical: string;
}

export interface AddressRecord {
  /** As it was typed: where mail goes to. */
  readonly address: string;
  /** As it is compared. */
  readonly canonical: string;
  /** Epoch milliseconds. */
  readonly addedAt: number;
  /** When its owner followed the link in a mail to it; `null`: not yet, so it opens nothing. */
  readonly verifiedAt: number | null;
}

/** A password that was guessed at too often (G40), or is being reset. Only a new password opens it again. */
export interface Closed {
  readonly at: number;
  /** `strangers`: devices on which this account has signed in before may go on (G46). */
  readonly to: 'strangers' | 'everyone';
}

export interface PasswordRecord {
  /** The hash as a PHC string. Never leaves the accounts layer. */
  readonly phc: string;
  /** When the person last chose a password, in epoch milliseconds. A rehash does not move it. */
  readonly changedAt: number;
  /** Counts passwords chosen, from 1: what mail links are bound to (G65). A rehash does not move it. */
  readonly version: number;
  /** Long enough to be the only factor (G20, G21). */
  readonly standsAlone: boolean;
  readonly closed: Closed | null;
}

/** An authenticator app that shows codes (RFC 6238). */
export interface TotpRecord {
  /** Sealed for this user, with the id of the key. */
  readonly secret: string;
  readonly addedAt: number;
  /** The time step of the last code that was taken: it and those before are used up (ASVS 6.5.1). */
  readonly lastStep: number;
  /** When it was guessed at too often (G40); `null` while it can be used. */
  readonly closedAt: number | null;
}

/** Codes to sign in with when another factor is lost. */
export interface RecoveryCodesRecord {
  /** Keyed hashes of those that are left. */
  readonly hashes: readonly string[];
  readonly madeAt: number;
}

/** A sign-in at another service that opens this account. */
export interface IdentityRecord extends ProviderSubject {
  /** What to call it on a page, such as the address that it has there. */
  readonly label: string;
  readonly linkedAt: number;
}

export interface Account {
  /** The user's own name for good: random, never reused, in no relation to a sign-in name. */
  readonly userId: string;
  /** Counts writes, from 1. */
  readonly revision: number;
  readonly status: AccountStatus;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly name: AccountName | null;
  /** What to call the person. */
  readonly displayName: string | null;
  /** The first verified one is the primary one. */
  readonly addresses: readonly AddressRecord[];
  readonly password: PasswordRecord | null;
  readonly totp: TotpRecord | null;
  readonly passkeys: readonly PasskeyRecord[];
  readonly recoveryCodes: RecoveryCodesRecord | null;
  readonly identities: readonly IdentityRecord[];
  /**
   * Counts how often the devices that it has signed in on were forgotten, from 0: a device cookie says
   * which number it was, and is a stranger's when it is not this one.
   */
  readonly devicesVersion: number;
}

/** The account with no known devices: such as after a reset, since one of them may be in other hands. */
export function withoutKnownDevices(account: Account): Account {
  return { ...account, devicesVersion: account.devicesVersion + 1 };
}

/** Where mail to this account goes; `undefined` when no address is verified. */
export function primaryAddressOf({ addresses }: Pick<Account, 'addresses'>): string | undefined {
  return addresses.find(({ verifiedAt }) => verifiedAt !== null)?.address;
}

/** Every verified address: where notices go (NIST SP 800-63B-4 §4.6, G83). */
export function verifiedAddressesOf({ addresses }: Pick<Account, 'addresses'>): readonly string[] {
  return addresses.filter(({ verifiedAt }) => verifiedAt !== null).map(({ address }) => address);
}

/** What is left of an account: its id and its name. The addresses are free for others. */
export function deletedAccount(account: Account): Account {
  const { userId, revision, createdAt, name, devicesVersion } = account;
  return {
    userId,
    revision,
    createdAt,
    name,
    status: 'deleted',
    displayName: null,
    addresses: [],
    password: null,
    totp: null,
    passkeys: [],
    recoveryCodes: null,
    identities: [],
    devicesVersion,
  };
}
