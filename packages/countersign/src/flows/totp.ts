// Setting up and removing an authenticator app. Until it is confirmed by a code, the secret is kept in a
// one-time record, sealed for its user, and the account knows nothing of it.

import { findAccount } from '../accounts/account-change.js';
import { primaryAddressOf, type Account } from '../accounts/account.js';
import type { Throttled } from '../accounts/counted-attempt.js';
import { openTotpSecret, sealTotpSecret } from '../accounts/sealed-secret.js';
import { addAccountTotp, removeAccountTotp } from '../accounts/totp-change.js';
import { createTotpSecret, totpUri } from '../accounts/totp.js';
import { afterCredentialChange } from './credential-change.js';
import { callerOf, type FlowParts } from './flow-parts.js';
import type { Ended, Expired, Malformed, NotSignedIn, Refused } from './outcome.js';
import { tellRefused } from './refused-event.js';
import { clear, findSignedIn, isStillIn, type Barred } from './step-up.js';
import type { Visit } from './visit.js';

const KIND = 'totp-setup';

/** For the app, by hand or as a QR code. Both are secret: show them on no page that is kept. */
export interface TotpSecret {
  /** 32 characters of base32. */
  readonly secret: string;
  /** `otpauth://totp/…` */
  readonly uri: string;
}

export type TotpBeginOutcome =
  | ({
      readonly ok: true;
      /** For a hidden field of the form: names this setting up, for 15 minutes. */
      readonly setup: string;
    } & TotpSecret)
  | Barred;

/** `expired`: begin anew. */
export type TotpResumeOutcome = ({ readonly ok: true } & TotpSecret) | Expired | NotSignedIn;

export interface TotpConfirmInput {
  readonly setup: string;
  /** The code that the app shows, as it was typed. */
  readonly code: string;
  /** End the user's other sessions. */
  readonly endOthers: boolean;
}

/** `refused`: the code is wrong, or used. `expired`: begin anew. `ended`: added, and this session has ended. */
export type TotpConfirmOutcome =
  | {
      readonly ok: true;
      /** To be shown once; empty unless this is the first second factor of the account. */
      readonly recoveryCodes: readonly string[];
    }
  | Refused
  | Malformed
  | Expired
  | Throttled
  | Ended
  | Barred;

/** `password-too-short`: it would be the only factor, so a longer one has to be chosen first (G21). */
export type TotpRemoveOutcome =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: 'password-too-short' }
  | Ended
  | Barred;

export interface TotpFlows {
  /** Makes a secret. One that was begun before is worthless; an app that is in use stays so until `confirm`. */
  begin(visit: Visit): Promise<TotpBeginOutcome>;
  /** The secret of `begin` again, to show the page after a wrong code. */
  resume(visit: Visit, input: { readonly setup: string }): Promise<TotpResumeOutcome>;
  /** Adds the app. The code is a proof: the session is made anew with the factor `totp`. */
  confirm(visit: Visit, input: TotpConfirmInput): Promise<TotpConfirmOutcome>;
  /** Removes it, and with the last second factor the recovery codes. */
  remove(visit: Visit, input: { readonly endOthers: boolean }): Promise<TotpRemoveOutcome>;
}

export function createTotpFlows(parts: FlowParts): TotpFlows {
  return {
    begin: (visit) => begin(parts, visit),
    resume: (visit, { setup }) => resume(parts, visit, setup),
    confirm: (visit, input) => confirm(parts, visit, input),
    remove: (visit, { endOthers }) => remove(parts, visit, endOthers),
  };
}

async function begin(parts: FlowParts, visit: Visit): Promise<TotpBeginOutcome> {
  const cleared = await clear(parts, visit, 'add-totp');
  if (!cleared.ok) return cleared;
  const { account } = cleared;
  const secret = createTotpSecret();
  const content = sealTotpSecret(parts.accounts.keys, account.userId, secret);
  const subject = account.userId;
  const { token: setup } = await parts.tokens.issue(KIND, { subject, content, replaces: true });
  return { ok: true, setup, ...shown(parts, account, secret) };
}

async function resume(parts: FlowParts, visit: Visit, setup: string): Promise<TotpResumeOutcome> {
  const account = await findSignedIn(parts, visit);
  if (account === null) return { ok: false, reason: 'not-signed-in' };
  const secret = await secretOf(parts, account, setup);
  return secret === undefined
    ? { ok: false, reason: 'expired' }
    : { ok: true, ...shown(parts, account, secret) };
}

async function confirm(
  parts: FlowParts,
  visit: Visit,
  { setup, code, endOthers }: TotpConfirmInput,
): Promise<TotpConfirmOutcome> {
  const cleared = await clear(parts, visit, 'add-totp');
  if (!cleared.ok) return cleared;
  const { account } = cleared;
  const { userId } = account;
  const secret = await secretOf(parts, account, setup);
  if (secret === undefined) {
    tellRefused(parts, visit, { action: 'add-totp', reason: 'expired', userId });
    return { ok: false, reason: 'expired' };
  }
  const attempt = await visit.session.beginSignIn(userId);
  const caller = callerOf(parts, visit, account);
  // Taken with the right code only, so that a wrong one can be typed again; and once.
  const claim = async (): Promise<Expired | undefined> => {
    const taken = await parts.tokens.take(KIND, setup, isText);
    const isGood = taken !== undefined && (await isUnchanged(parts, visit, account));
    return isGood ? undefined : { ok: false, reason: 'expired' };
  };
  const input = { secret, code };
  const added = await addAccountTotp<Expired>(parts.accounts, userId, input, caller, claim);
  if (!added.ok) return added;
  parts.post.notify(account, 'factor-added', { factor: 'totp' }, caller);
  const proof = { factor: 'totp', attempt } as const;
  const after = await afterCredentialChange(parts, visit, { userId, endOthers, proof });
  const { recoveryCodes } = added;
  // Not the codes, where somebody has ended this session: it may have been a thief's.
  return after === 'ok' ? { ok: true, recoveryCodes } : { ok: false, reason: after };
}

/** No app is left behind by a session that was ended, nor past a new password. */
async function isUnchanged(
  { accounts }: FlowParts,
  visit: Visit,
  { userId, password }: Account,
): Promise<boolean> {
  const now = await findAccount(accounts.store, userId);
  return now?.password?.version === password?.version && (await isStillIn(visit));
}

async function remove(
  parts: FlowParts,
  visit: Visit,
  endOthers: boolean,
): Promise<TotpRemoveOutcome> {
  const cleared = await clear(parts, visit, 'remove-totp');
  if (!cleared.ok) return cleared;
  const { account } = cleared;
  const { userId } = account;
  const caller = callerOf(parts, visit);
  const removed = await removeAccountTotp(parts.accounts, userId, caller);
  if (!removed.ok) {
    const { reason } = removed;
    return { ok: false, reason: reason === 'missing' ? 'not-signed-in' : reason };
  }
  if (removed.removed) parts.post.notify(account, 'factor-removed', { factor: 'totp' }, caller);
  const after = await afterCredentialChange(parts, visit, { userId, endOthers });
  return after === 'ok' ? { ok: true } : { ok: false, reason: after };
}

/** `undefined` for what is unknown, used, too old, or somebody else's. */
async function secretOf(
  { tokens, accounts }: FlowParts,
  { userId }: Account,
  setup: string,
): Promise<string | undefined> {
  const found = await tokens.read(KIND, setup, isText);
  if (found === undefined || found.subject !== userId) return undefined;
  return openTotpSecret(accounts.keys, userId, found.content)?.secret;
}

function shown({ serviceName }: FlowParts, account: Account, secret: string): TotpSecret {
  const name = primaryAddressOf(account) ?? account.name?.typed ?? account.displayName;
  const issuer = serviceName.replaceAll(':', ' ');
  return { secret, uri: totpUri({ secret, issuer, account: name ?? account.userId }) };
}

function isText(content: unknown): content is string {
  return typeof content === 'string';
}
