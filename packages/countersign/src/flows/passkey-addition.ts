// Adding a passkey, after a fresh proof of everything that a sign-in asks for (ASVS 7.5.1). With the first
// second factor come the recovery codes (G81).

import { changeAccount } from '../accounts/account-change.js';
import { primaryAddressOf, type Account } from '../accounts/account.js';
import {
  addPasskey,
  PASSKEY_NAME_REFUSAL,
  readPasskeyName,
  type PasskeyRecord,
} from '../accounts/passkey-record.js';
import type { PasskeyCeremonies, PasskeyCreationOptions } from '../accounts/passkeys.js';
import { makeRecoveryCodes } from '../accounts/recovery-codes.js';
import { withSecondFactor } from '../accounts/second-factor-change.js';
import { calledName } from '../accounts/user.js';
import { afterCredentialChange } from './credential-change.js';
import { callerOf, type FlowParts } from './flow-parts.js';
import type { ChangedMeanwhile, Ended, Expired, Refused } from './outcome.js';
import { keepCeremony, takeCeremony } from './passkey-ceremony.js';
import { tellRefused } from './refused-event.js';
import { clear, isStillIn, type Barred } from './step-up.js';
import type { Visit } from './visit.js';

/** It cannot be a passkey's name. `message` is for the person who typed it. */
export interface PasskeyNameInvalid {
  readonly ok: false;
  readonly reason: 'name-invalid';
  readonly message: string;
}

export const NAME_INVALID: PasskeyNameInvalid = {
  ok: false,
  reason: 'name-invalid',
  message: PASSKEY_NAME_REFUSAL,
};

export interface AddPasskeyInput {
  /** What the browser made of the options, parsed; whatever it is. */
  readonly response: unknown;
  /** What its owner calls it, as it was typed. */
  readonly name: string;
  /** End the user's other sessions. */
  readonly endOthers: boolean;
}

export type BeginAddOutcome =
  | {
      readonly ok: true;
      /** For `navigator.credentials.create`, as JSON. */
      readonly options: PasskeyCreationOptions;
    }
  | PasskeyNameInvalid
  | { readonly ok: false; readonly reason: 'too-many' }
  | Barred;

export type AddPasskeyOutcome =
  | {
      readonly ok: true;
      /** To be shown once; empty unless this is the first second factor. */
      readonly recoveryCodes: readonly string[];
    }
  | PasskeyNameInvalid
  | { readonly ok: false; readonly reason: 'too-many' | 'already-there' }
  | Refused
  | Expired
  | ChangedMeanwhile
  | Ended
  | Barred;

/** As `PasskeyFlows.beginAdd` says. */
export async function beginAddPasskey(
  parts: FlowParts,
  ceremonies: PasskeyCeremonies,
  visit: Visit,
  typed: string | undefined,
): Promise<BeginAddOutcome> {
  const cleared = await clear(parts, visit, 'add-passkey');
  if (!cleared.ok) return cleared;
  if (typed !== undefined && readPasskeyName(typed) === undefined) return NAME_INVALID;
  const { account } = cleared;
  const { userId } = account;
  const displayName = calledName(account);
  const begun = ceremonies.beginRegistration({
    userId,
    userName: account.name?.typed ?? primaryAddressOf(account) ?? displayName,
    displayName,
    existing: account.passkeys,
  });
  if (!begun.ok) return begun;
  const { options, expectation } = begun;
  await keepCeremony(parts, visit, { purpose: 'add', userId, expectation });
  return { ok: true, options };
}

/** As `PasskeyFlows.add` says. */
export async function addOwnPasskey(
  parts: FlowParts,
  ceremonies: PasskeyCeremonies,
  visit: Visit,
  { response, name: typed, endOthers }: AddPasskeyInput,
): Promise<AddPasskeyOutcome> {
  const cleared = await clear(parts, visit, 'add-passkey');
  if (!cleared.ok) return cleared;
  const { account: before } = cleared;
  const { userId } = before;
  // Before the ceremony is taken, so that the same answer can be sent again with another name.
  const name = readPasskeyName(typed);
  if (name === undefined) return NAME_INVALID;
  const ceremony = await takeCeremony(parts, visit, 'add');
  if (ceremony === undefined || ceremony.userId !== userId) {
    const reason = ceremony === undefined ? 'expired' : 'other-account';
    tellRefused(parts, visit, { action: 'add-passkey', reason, userId });
    return { ok: false, reason: 'expired' };
  }
  const attempt = await visit.session.beginSignIn(userId);
  const now = parts.accounts.clock.now();
  const { expectation } = ceremony;
  const finished = await ceremonies.finishRegistration({ expectation, response, name, now });
  if (!finished.ok) {
    const cause = finished.reason === 'refused' ? finished.fault : finished.reason;
    tellRefused(parts, visit, { action: 'add-passkey', reason: 'wrong-passkey', userId, cause });
    return finished.reason === 'refused' ? { ok: false, reason: 'refused' } : NAME_INVALID;
  }
  const stored = await storeAdded(parts, visit, { before, passkey: finished.passkey });
  if (!stored.ok) return stored;
  const factor = finished.userVerified ? 'passkey' : 'security-key';
  const after = await afterCredentialChange(parts, visit, {
    userId,
    endOthers,
    proof: { factor, attempt },
  });
  // Not the codes, where somebody has ended this session: it may have been a thief's.
  return after === 'ok' ? stored : { ok: false, reason: after };
}

type AddRefusal = 'not-active' | 'changed-meanwhile' | 'too-many' | 'already-there';

async function storeAdded(
  parts: FlowParts,
  visit: Visit,
  { before, passkey }: { readonly before: Account; readonly passkey: PasskeyRecord },
): Promise<
  | Extract<AddPasskeyOutcome, { ok: true } | { reason: 'too-many' | 'already-there' }>
  | Refused
  | ChangedMeanwhile
> {
  const { store, keys } = parts.accounts;
  const { userId } = before;
  const made = makeRecoveryCodes(keys, userId);
  const isIn = await isStillIn(visit);
  let isFirst = false;
  const changed = await changeAccount<AddRefusal>(store, userId, (account) => {
    // No way in is left behind by a session that was ended, nor past a new password.
    const isSame = account.password?.version === before.password?.version;
    if (!isIn || !isSame) return { refusal: 'changed-meanwhile' };
    const decision = withPasskey(account, passkey, made.hashes);
    if ('isFirst' in decision) ({ isFirst } = decision);
    return decision;
  });
  const action = 'add-passkey';
  const caller = callerOf(parts, visit);
  if (changed.ok) {
    parts.accounts.tell({ action, outcome: 'success', userId }, caller);
    const { name } = passkey;
    parts.post.notify(changed.account, 'factor-added', { factor: 'passkey', name }, caller);
    return { ok: true, recoveryCodes: isFirst ? made.codes : [] };
  }
  const { refusal } = changed;
  if (refusal === 'missing' || refusal === 'not-active' || refusal === 'changed-meanwhile') {
    const reason = refusal === 'missing' ? 'not-active' : refusal;
    tellRefused(parts, visit, { action, reason, userId });
    return { ok: false, reason: 'changed-meanwhile' };
  }
  const isTaken = refusal === 'taken' || refusal === 'already-there';
  tellRefused(parts, visit, { action, reason: isTaken ? 'passkey-taken' : refusal, userId });
  // Whether somebody else has it, nobody is told.
  return { ok: false, reason: refusal === 'taken' ? 'refused' : refusal };
}

function withPasskey(
  account: Account,
  passkey: PasskeyRecord,
  hashes: readonly string[],
): { readonly to: Account; readonly isFirst: boolean } | { readonly refusal: AddRefusal } {
  if (account.status !== 'active') return { refusal: 'not-active' };
  const added = addPasskey(account.passkeys, passkey);
  if (!added.ok) return { refusal: added.reason };
  const next = { ...account, passkeys: added.passkeys };
  const { account: to, isFirst } = withSecondFactor(account, next, {
    hashes,
    now: passkey.addedAt,
  });
  return { to, isFirst };
}
