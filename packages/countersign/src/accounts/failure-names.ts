// What failures are counted by. Strangers' are the account's, whichever of its names is typed and whatever
// is guessed at. A known device's are of one authenticator: a new password or app starts anew (G40).

import type { Account } from './account.js';
import type { Authenticator } from './authenticator.js';

/** One for an account; the name itself where nobody has it, so that it is slowed down alike (G48). */
export function throttleName(account: Account | null, unknown?: string): string | undefined {
  if (account !== null) return `user ${account.userId}`;
  return unknown === undefined ? undefined : `name ${unknown}`;
}

/**
 * The device, and which of the account's passwords, apps or sets of codes it guesses at. Failures of
 * strangers are forgotten when one is replaced; nobody knows by then which devices there are.
 */
export function throttleDevice(
  account: Account,
  authenticator: Authenticator,
  device: string,
): string {
  const which = versionOf(account, authenticator);
  return which === undefined ? device : `${device} ${which}`;
}

/** A new hash or seal of it is the same. */
function versionOf(account: Account, authenticator: Authenticator): number | undefined {
  if (authenticator === 'password') return account.password?.version;
  if (authenticator === 'totp') return account.totp?.addedAt;
  return authenticator === 'recovery-code' ? account.recoveryCodes?.madeAt : undefined;
}
