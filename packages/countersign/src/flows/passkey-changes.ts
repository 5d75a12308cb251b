// Renaming and removing passkeys by their owner. Adding one is in passkey-addition.

import { changeAccount, type Decision } from '../accounts/account-change.js';
import type { Account } from '../accounts/account.js';
import {
  findPasskey,
  readPasskeyName,
  removePasskey,
  replacePasskey,
} from '../accounts/passkey-record.js';
import { withoutSecondFactor } from '../accounts/second-factor-change.js';
import { afterCredentialChange } from './credential-change.js';
import { callerOf, type FlowParts } from './flow-parts.js';
import type { Ended, NotSignedIn } from './outcome.js';
import { NAME_INVALID, type PasskeyNameInvalid } from './passkey-addition.js';
import { tellRefused } from './refused-event.js';
import { clear, findSignedIn, isStillIn, type Barred } from './step-up.js';
import type { Visit } from './visit.js';
import { hasWayIn } from './ways-in.js';

/** The account has no passkey of this id. */
export interface UnknownPasskey {
  readonly ok: false;
  readonly reason: 'unknown-passkey';
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
  if (!(await isStillIn(visit))) return { ok: false, reason: 'not-signed-in' };
  const changed = await changeAccount(store, userId, (account) => {
    const passkey = findPasskey(account.passkeys, id);
    if (passkey === undefined) return { refusal: 'unknown-passkey' };
    const passkeys = replacePasskey(account.passkeys, { ...passkey, name });
    return { to: { ...account, passkeys } };
  });
  if (!changed.ok) {
    tellRefused(parts, visit, { action: 'rename-passkey', reason: 'unknown-passkey', userId });
    return { ok: false, reason: 'unknown-passkey' };
  }
  tell({ action: 'rename-passkey', outcome: 'success', userId }, callerOf(parts, visit));
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
  const cleared = await clear(parts, visit, 'remove-passkey');
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
  const caller = callerOf(parts, visit);
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
