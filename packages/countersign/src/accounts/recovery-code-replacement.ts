// New recovery codes in the place of all that are left (G81).

import { changeAccount } from './account-change.js';
import type { AccountParts } from './account-parts.js';
import type { Caller } from './caller.js';
import { forgetStrangers } from './failure-settling.js';
import { makeRecoveryCodes } from './recovery-codes.js';
import { hasSecondFactor } from './second-factors.js';

export type ReplaceRecoveryCodesResult =
  /** To be shown once. */
  | { readonly ok: true; readonly codes: readonly string[] }
  /** They stand in for a second factor, so there are none without one. */
  | { readonly ok: false; readonly reason: 'missing' | 'no-second-factor' };

/** As `Accounts.replaceRecoveryCodes` says. */
export async function replaceAccountRecoveryCodes(
  parts: AccountParts,
  userId: string,
  caller: Caller = {},
): Promise<ReplaceRecoveryCodesResult> {
  const { store, keys, clock, tell } = parts;
  const { codes, hashes } = makeRecoveryCodes(keys, userId);
  const recoveryCodes = { hashes, madeAt: clock.now() };
  const changed = await changeAccount<'no-second-factor'>(store, userId, (account) =>
    hasSecondFactor(account)
      ? { to: { ...account, recoveryCodes } }
      : { refusal: 'no-second-factor' },
  );
  if (!changed.ok) {
    if (changed.refusal !== 'no-second-factor') return { ok: false, reason: 'missing' };
    const { refusal: reason } = changed;
    tell({ action: 'replace-recovery-codes', outcome: 'refused', reason, userId }, caller);
    return { ok: false, reason };
  }
  const { account } = changed;
  await forgetStrangers(parts, { account, authenticator: 'recovery-code', caller });
  tell({ action: 'replace-recovery-codes', outcome: 'success', userId }, caller);
  return { ok: true, codes };
}
