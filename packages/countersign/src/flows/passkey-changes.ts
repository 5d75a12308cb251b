// Adding, renaming and removing passkeys by their owner, after a fresh proof of everything that a sign-in
// asks for (ASVS 7.5.1).

import { changeAccount, type Decision } from '../accounts/account-change.js';
import type { AccountAction, AccountRefusal } from '../accounts/account-events.js';
import { primaryAddressOf, type Account } from '../accounts/account.js';
import {
  addPasskey,
  findPasskey,
  PASSKEY_NAME_REFUSAL,
  readPasskeyName,
  removePasskey,
  replacePasskey,
  type PasskeyRecord,
} from '../accounts/passkey-record.js';
import type { PasskeyCeremonies, PasskeyCreationOptions } from '../accounts/passkeys.js';
import { makeRecoveryCodes } from '../accounts/recovery-codes.js';
import { withoutSecondFactor, withSecondFactor } from '../accounts/second-factor-change.js';
import { userOf } from '../accounts/user.js';
import { afterCredentialChange } from './credential-change.js';
import { callerOf, type FlowParts } from './flow-parts.js';
import type { ChangedMeanwhile, Ended, Expired, NotSignedIn, Refused } from './outcome.js';
import { keepCeremony, takeCeremony } from './passkey-ceremony.js';
import { clear, findSignedIn, type Barred } from './step-up.js';
import type { Visit } from './visit.js';
import { hasWayIn } from './ways-in.js';

/** It cannot be a passkey's name. `message` is for the person who typed it. */
export interface PasskeyNameInvalid {
  readonly ok: false;
  readonly reason: 'name-invalid';
  readonly message: string;
}

/** The account has no passkey of this id. */
export interface UnknownPasskey {
  readonly ok: false;
  readonly reason: 'unknown-passkey';
}

export interface PasskeyAddition {
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
  const cleared = await clear(parts, visit, 'credentials');
  if (!cleared.ok) return cleared;
  if (typed !== undefined && readPasskeyName(typed) === undefined) return NAME_INVALID;
  const { account } = cleared;
  const { userId } = account;
  const { name: displayName } = userOf(account);
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
  { response, name: typed, endOthers }: PasskeyAddition,
): Promise<AddPasskeyOutcome> {
  const cleared = await clear(parts, visit, 'credentials');
  if (!cleared.ok) return cleared;
  const { userId } = cleared.account;
  // Before the ceremony is taken, so that the same answer can be sent again with another name.
  const name = readPasskeyName(typed);
  if (name === undefined) return NAME_INVALID;
  const ceremony = await takeCeremony(parts, visit, 'add');
  if (ceremony === undefined || ceremony.userId !== userId) return { ok: false, reason: 'expired' };
  const attempt = await visit.session.beginSignIn(userId);
  const now = parts.accounts.clock.now();
  const { expectation } = ceremony;
  const finished = await ceremonies.finishRegistration({ expectation, response, name, now });
  if (!finished.ok) {
    const cause = finished.reason === 'refused' ? finished.fault : finished.reason;
    tellRefused(parts, visit, { action: 'add-passkey', reason: 'wrong-passkey', userId, cause });
    return finished.reason === 'refused' ? { ok: false, reason: 'refused' } : NAME_INVALID;
  }
  const stored = await storeAdded(parts, visit, { userId, passkey: finished.passkey });
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

const NAME_INVALID: PasskeyNameInvalid = {
  ok: false,
  reason: 'name-invalid',
  message: PASSKEY_NAME_REFUSAL,
};

type AddRefusal = 'not-active' | 'too-many' | 'already-there';

async function storeAdded(
  parts: FlowParts,
  visit: Visit,
  { userId, passkey }: { readonly userId: string; readonly passkey: PasskeyRecord },
): Promise<
  | Extract<AddPasskeyOutcome, { ok: true } | { reason: 'too-many' | 'already-there' }>
  | Refused
  | ChangedMeanwhile
> {
  const { store, keys } = parts.accounts;
  const made = makeRecoveryCodes(keys, userId);
  const codes = { hashes: made.hashes, now: passkey.addedAt };
  let isFirst = false;
  const changed = await changeAccount<AddRefusal>(store, userId, (account) => {
    if (account.status !== 'active') return { refusal: 'not-active' };
    const added = addPasskey(account.passkeys, passkey);
    if (!added.ok) return { refusal: added.reason };
    const next = withSecondFactor(account, { ...account, passkeys: added.passkeys }, codes);
    ({ isFirst } = next);
    return { to: next.account };
  });
  const action = 'add-passkey';
  const caller = callerOf(parts, visit, userId);
  if (changed.ok) {
    parts.accounts.tell({ action, outcome: 'success', userId }, caller);
    const { name } = passkey;
    parts.post.notify(changed.account, 'factor-added', { factor: 'passkey', name }, caller);
    return { ok: true, recoveryCodes: isFirst ? made.codes : [] };
  }
  const { refusal } = changed;
  if (refusal === 'missing' || refusal === 'not-active') {
    tellRefused(parts, visit, { action, reason: 'not-active', userId });
    return { ok: false, reason: 'changed-meanwhile' };
  }
  const isTaken = refusal === 'taken' || refusal === 'already-there';
  tellRefused(parts, visit, { action, reason: isTaken ? 'passkey-taken' : refusal, userId });
  // Whether somebody else has it, nobody is told.
  return { ok: false, reason: refusal === 'taken' ? 'refused' : refusal };
}

export type RenamePasskeyOutcome =
  | { readonly ok: true }
  | PasskeyNameInvalid
  | UnknownPasskey
  | NotSignedIn;

/** As `PasskeyFlows.rename` says. */
export async function renameOwnPasskey(
  parts: FlowParts,
  visit: Visit,
  { id, name: typed }: { readonly id: string; readonly name: string },
): Promise<RenamePasskeyOutcome> {
  const { store, tell } = parts.accounts;
  const found = await findSignedIn(parts, visit);
  if (found === null) return { ok: false, reason: 'not-signed-in' };
  const { userId } = found;
  const name = readPasskeyName(typed);
  if (name === undefined) return NAME_INVALID;
  const changed = await changeAccount(store, userId, (account) => {
    const passkey = findPasskey(account.passkeys, id);
    if (passkey === undefined) return { refusal: 'unknown-passkey' };
    const passkeys = replacePasskey(account.passkeys, { ...passkey, name });
    return { to: { ...account, passkeys } };
  });
  if (!changed.ok) return { ok: false, reason: 'unknown-passkey' };
  tell({ action: 'rename-passkey', outcome: 'success', userId }, callerOf(parts, visit, userId));
  return { ok: true };
}

export type RemovePasskeyOutcome =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: 'password-too-short' | 'last-way-in' }
  | UnknownPasskey
  | Ended
  | Barred;

/** As `PasskeyFlows.remove` says. */
export async function removeOwnPasskey(
  parts: FlowParts,
  visit: Visit,
  { id, endOthers }: { readonly id: string; readonly endOthers: boolean },
): Promise<RemovePasskeyOutcome> {
  const cleared = await clear(parts, visit, 'credentials');
  if (!cleared.ok) return cleared;
  const { userId } = cleared.account;
  let name: string | undefined;
  const changed = await changeAccount(parts.accounts.store, userId, (account) => {
    name = findPasskey(account.passkeys, id)?.name;
    return withoutPasskey(parts, account, id);
  });
  const action = 'remove-passkey';
  if (!changed.ok) {
    const { refusal } = changed;
    const reason = refusal === 'missing' || refusal === 'taken' ? 'unknown-passkey' : refusal;
    tellRefused(parts, visit, { action, reason, userId });
    return { ok: false, reason };
  }
  const caller = callerOf(parts, visit, userId);
  parts.accounts.tell({ action, outcome: 'success', userId }, caller);
  parts.post.notify(changed.account, 'factor-removed', { factor: 'passkey', name }, caller);
  const after = await afterCredentialChange(parts, visit, { userId, endOthers });
  return after === 'ok' ? { ok: true } : { ok: false, reason: 'ended' };
}

function withoutPasskey(
  parts: FlowParts,
  account: Account,
  id: string,
): Decision<'unknown-passkey' | 'last-way-in' | 'password-too-short'> {
  if (findPasskey(account.passkeys, id) === undefined) return { refusal: 'unknown-passkey' };
  const rest = { ...account, passkeys: removePasskey(account.passkeys, id) };
  return hasWayIn(parts, rest) ? withoutSecondFactor(rest) : { refusal: 'last-way-in' };
}

function tellRefused(
  parts: FlowParts,
  visit: Visit,
  told: {
    readonly action: AccountAction;
    readonly reason: AccountRefusal;
    readonly userId: string;
    readonly cause?: unknown;
  },
): void {
  parts.accounts.tell({ ...told, outcome: 'refused' }, callerOf(parts, visit, told.userId));
}
