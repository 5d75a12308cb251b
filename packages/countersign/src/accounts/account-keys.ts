// What an account is found by, as the store's unique keys. Names and verified addresses are one kind:
// whatever a person may type to sign in, so that a name cannot stand in for somebody's address.

import type { Account } from './account.js';
import { passkeyKey } from './passkey-record.js';
import { providerKey } from './provider-identity.js';

/** @param canonical as `readAccountName` or `readEmailAddress` gives it */
export function signInKey(canonical: string): string {
  return `sign-in:${canonical}`;
}

/** All keys of an account, each once. An address that is not verified is none: anybody can type it. */
export function keysOf({ name, addresses, passkeys, identities }: Account): readonly string[] {
  const signIn = [
    ...(name === null ? [] : [name.canonical]),
    ...addresses.filter(({ verifiedAt }) => verifiedAt !== null).map(({ canonical }) => canonical),
  ];
  return [
    ...new Set([
      ...signIn.map(signInKey),
      ...passkeys.map(({ id }) => passkeyKey(id)),
      ...identities.map(providerKey),
    ]),
  ];
}
