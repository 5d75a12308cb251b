// New recovery codes in the place of those that are left (G81).

import { replaceAccountRecoveryCodes } from '../accounts/recovery-code-replacement.js';
import { afterCredentialChange } from './credential-change.js';
import { callerOf, type FlowParts } from './flow-parts.js';
import type { Ended } from './outcome.js';
import { clear, type Barred } from './step-up.js';
import type { Visit } from './visit.js';

export type RecoveryCodesOutcome =
  /** To be shown once. */
  | { readonly ok: true; readonly codes: readonly string[] }
  | { readonly ok: false; readonly reason: 'no-second-factor' }
  | Ended
  | Barred;

export interface RecoveryCodeFlows {
  /** Makes ten new ones; those from before are worthless. Offer to end the others (ASVS 7.4.3). */
  replace(visit: Visit, input: { readonly endOthers: boolean }): Promise<RecoveryCodesOutcome>;
}

export function createRecoveryCodeFlows(parts: FlowParts): RecoveryCodeFlows {
  return { replace: (visit, { endOthers }) => replace(parts, visit, endOthers) };
}

async function replace(
  parts: FlowParts,
  visit: Visit,
  endOthers: boolean,
): Promise<RecoveryCodesOutcome> {
  const cleared = await clear(parts, visit, 'replace-recovery-codes');
  if (!cleared.ok) return cleared;
  const { account } = cleared;
  const { userId } = account;
  const caller = callerOf(parts, visit);
  const replaced = await replaceAccountRecoveryCodes(parts.accounts, userId, caller);
  if (!replaced.ok) {
    const { reason } = replaced;
    return { ok: false, reason: reason === 'missing' ? 'not-signed-in' : reason };
  }
  parts.post.notify(account, 'recovery-codes-replaced', {}, caller);
  const after = await afterCredentialChange(parts, visit, { userId, endOthers });
  return after === 'ok' ? replaced : { ok: false, reason: after };
}
