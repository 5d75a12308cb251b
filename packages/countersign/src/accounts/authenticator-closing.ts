// Closing an authenticator after too many consecutive failures (G40; NIST SP 800-63B-4 §3.2.2): it opens
// nothing any more until it is replaced. Guesses of strangers close a password to strangers only, so
// that they lock nobody out on a device of their own (G46).

import { changeAccount } from './account-change.js';
import type { AccountParts } from './account-parts.js';
import type { Account } from './account.js';
import type { Authenticator } from './authenticator.js';
import type { Caller } from './caller.js';

export interface Closing {
  readonly authenticator: Authenticator;
  /** As it was when it was tried. `null`: nobody has it, and there is nothing to close. */
  readonly account: Account | null;
  readonly caller: Caller;
}

export async function closeAuthenticator(
  { store, clock, tell }: AccountParts,
  { authenticator, account, caller }: Closing,
): Promise<void> {
  if (account === null) return;
  const { userId } = account;
  const at = clock.now();
  const to = caller.device === undefined ? 'strangers' : 'everyone';
  const changed = await changeAccount(store, userId, (current) => {
    // What was guessed at may have been replaced since.
    if (!isSame(account, current, authenticator)) return { refusal: 'closed' };
    const closed = closedIn(current, authenticator, { at, to });
    return closed === undefined ? { refusal: 'closed' } : { to: closed };
  });
  if (changed.ok)
    tell({ action: 'close-authenticator', outcome: 'success', userId, authenticator }, caller);
}

/** Whether it is the one still that was tried. A new hash or seal of it is the same. */
function isSame(before: Account, now: Account, authenticator: Authenticator): boolean {
  if (authenticator === 'password') return before.password?.version === now.password?.version;
  return authenticator !== 'totp' || before.totp?.addedAt === now.totp?.addedAt;
}

/** `undefined` when there is nothing to close: it is closed already, or cannot be guessed at. */
function closedIn(
  account: Account,
  authenticator: Authenticator,
  { at, to }: { readonly at: number; readonly to: 'strangers' | 'everyone' },
): Account | undefined {
  const { password, totp } = account;
  if (authenticator === 'password' && password !== null) {
    const isWider = password.closed === null || (to === 'everyone' && password.closed.to !== to);
    return isWider ? { ...account, password: { ...password, closed: { at, to } } } : undefined;
  }
  if (authenticator === 'totp' && totp !== null && totp.closedAt === null)
    return { ...account, totp: { ...totp, closedAt: at } };
  // Codes of 120 bits and keys: those are not found by guessing. The waits stay.
  return undefined;
}
