// What follows a change of a credential that was written: this session is made anew where something was
// proved (ASVS 7.2.4), and the others end, if that is wanted (7.4.3; G74), with the devices that are known.
// In either case a sign-in that began before, and has checked the old credential, is refused.

import { changeAccount } from '../accounts/account-change.js';
import { withoutKnownDevices, type Account } from '../accounts/account.js';
import { CountersignError } from '../errors.js';
import { callerOf, type FlowParts } from './flow-parts.js';
import type { FactorKind } from './assurance.js';
import type { Visit, VisitSession } from './visit.js';

export interface CredentialChange {
  readonly userId: string;
  /** End the user's other sessions, and forget on which other devices there were any. */
  readonly endOthers: boolean;
  /** What was proved for the change, with the ticket from before it was checked. */
  readonly proof?: { readonly factor: FactorKind; readonly attempt: string };
}

/** `ended`: something ended this session meanwhile, so nobody is signed in here any more. */
export async function afterCredentialChange(
  parts: FlowParts,
  visit: Visit,
  { userId, endOthers, proof }: CredentialChange,
): Promise<'ok' | 'ended'> {
  const { session } = visit;
  if (proof !== undefined) {
    const { factor, attempt } = proof;
    const renewed = await session.reauthenticate({ factors: [factor], attempt });
    if (!renewed.ok) {
      // No reason to spare the others.
      if (!endOthers) await parts.sessions.refuseEarlierSignIns(userId);
      else await endEverything(parts, userId);
      return 'ended';
    }
  }
  // Not before the new session is made: either one makes its ticket worthless too.
  if (endOthers) {
    if (!(await endOthersOf(session))) {
      await endEverything(parts, userId);
      return 'ended';
    }
    const forgotten = await forgetDevices(parts, userId);
    if (forgotten !== undefined) parts.device.keep(visit, forgotten.before, forgotten.after);
    const caller = callerOf(parts, visit);
    parts.accounts.tell({ action: 'end-sessions', outcome: 'success', userId }, caller);
  } else await parts.sessions.refuseEarlierSignIns(userId);
  return 'ok';
}

/** Where this session is not the owner's any more, neither is this device. */
async function endEverything(parts: FlowParts, userId: string): Promise<void> {
  await parts.sessions.endUser(userId);
  await forgetDevices(parts, userId);
}

interface Forgotten {
  readonly before: Account;
  readonly after: Account;
}

/** `undefined` when the account is gone meanwhile. */
async function forgetDevices(
  { accounts }: FlowParts,
  userId: string,
): Promise<Forgotten | undefined> {
  let before: Account | undefined;
  const changed = await changeAccount(accounts.store, userId, (account) => {
    before = account;
    return { to: withoutKnownDevices(account) };
  });
  return changed.ok && before !== undefined ? { before, after: changed.account } : undefined;
}

/** False when this session has ended meanwhile, which then has no right to end others by itself. */
async function endOthersOf(session: VisitSession): Promise<boolean> {
  try {
    await session.endOthers();
    return true;
  } catch (error) {
    if (error instanceof CountersignError && error.code === 'session-ended') return false;
    throw error;
  }
}
