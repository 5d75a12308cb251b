// An account as applications see it: nothing secret in it, whatever it is written to (G15).

import type { KeyRing } from '../crypto/key-ring.js';
import {
  primaryAddressOf,
  type Account,
  type AccountStatus,
  type AddressRecord,
} from './account.js';
import { countReadable } from './recovery-codes.js';

export interface UserAddress {
  /** As it was typed. */
  readonly address: string;
  /** Its owner has followed the link in a mail to it. Otherwise it opens nothing. */
  readonly verified: boolean;
  /** Where links go. One of them is, as soon as any is verified. */
  readonly primary: boolean;
  /** Epoch milliseconds. */
  readonly addedAt: number;
}

export interface UserPasskey {
  /** The credential id, base64url: public. */
  readonly id: string;
  /** What its owner calls it. */
  readonly name: string;
  /** Epoch milliseconds. */
  readonly addedAt: number;
  /** Epoch milliseconds; `null` before the first use. */
  readonly lastUsedAt: number | null;
  /** Whether its provider keeps a copy, as of the last use. */
  readonly backedUp: boolean;
  /** Its counter went back, as that of a copy does. */
  readonly doubtful: boolean;
}

/** A sign-in at another service that opens the account. */
export interface UserIdentity {
  readonly issuer: string;
  readonly subject: string;
  /** What to call it on a page. */
  readonly label: string;
  /** Epoch milliseconds. */
  readonly linkedAt: number;
}

export interface User {
  readonly userId: string;
  /** What to call the person: the display name, the sign-in name or the primary address. */
  readonly name: string;
  /** What the person wants to be called; `null` when they have not said. */
  readonly displayName: string | null;
  /** A sign-in name that is no address of mail, as it was typed; `null` without one. */
  readonly signInName: string | null;
  readonly status: AccountStatus;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly hasPassword: boolean;
  /** When the person last chose a password, in epoch milliseconds; `null` without one. */
  readonly passwordChangedAt: number | null;
  /**
   * To whom it is worthless until a new one is chosen: `strangers`, when it was guessed at too often (G40), are
   * devices on which the account has not signed in. `null` while it is open, and without one.
   */
  readonly passwordClosedTo: 'strangers' | 'everyone' | null;
  /** Those that are not verified too. */
  readonly addresses: readonly UserAddress[];
  /** The authenticator app. `closed`: guessed at too often, and worthless until it is set up anew (G40). */
  readonly totp: { readonly addedAt: number; readonly closed: boolean } | null;
  readonly passkeys: readonly UserPasskey[];
  /** 0 when they were never made, and when the key that they were made under is gone. */
  readonly recoveryCodesLeft: number;
  /** Epoch milliseconds; `null` when there are none. */
  readonly recoveryCodesMadeAt: number | null;
  readonly identities: readonly UserIdentity[];
}

/** @param keys of the accounts: a recovery code whose key is gone is none */
export function userOf(account: Account, keys: KeyRing): User {
  const { userId, status, createdAt, displayName, name, password, totp } = account;
  return {
    userId,
    name: calledName(account),
    displayName,
    signInName: name?.typed ?? null,
    status,
    createdAt,
    hasPassword: password !== null,
    passwordChangedAt: password?.changedAt ?? null,
    passwordClosedTo: password?.closed?.to ?? null,
    addresses: addressesOf(account),
    totp: totp === null ? null : { addedAt: totp.addedAt, closed: totp.closedAt !== null },
    passkeys: account.passkeys.map(
      ({ id, name: called, addedAt, lastUsedAt, backedUp, counterWentBackAt }) => ({
        id,
        name: called,
        addedAt,
        lastUsedAt,
        backedUp,
        doubtful: counterWentBackAt !== null,
      }),
    ),
    recoveryCodesLeft: countReadable(keys, account.recoveryCodes?.hashes ?? []),
    recoveryCodesMadeAt: account.recoveryCodes?.madeAt ?? null,
    identities: account.identities.map(({ issuer, subject, label, linkedAt }) => ({
      issuer,
      subject,
      label,
      linkedAt,
    })),
  };
}

function addressesOf({ addresses }: Account): readonly UserAddress[] {
  const primary: AddressRecord | undefined = addresses.find(
    ({ verifiedAt }) => verifiedAt !== null,
  );
  return addresses.map((record) => ({
    address: record.address,
    verified: record.verifiedAt !== null,
    primary: record === primary,
    addedAt: record.addedAt,
  }));
}

/** What to call the person: `User.name`. */
export function calledName(account: Account): string {
  return account.displayName ?? account.name?.typed ?? primaryAddressOf(account) ?? account.userId;
}

/** What anybody would try in a password of this account (G28). */
export function contextOf({ name, displayName, addresses }: Account): readonly string[] {
  const words = [name?.typed, displayName, ...addresses.map(({ address }) => address)];
  return words.filter((word) => typeof word === 'string');
}
