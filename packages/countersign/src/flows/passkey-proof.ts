// Proving by a passkey: the account that it belongs to, the judgement of the signature, and the counter,
// which is stored before anybody is let in. Which account that has to be is for the callers.

import { changeAccount, findAccount, type Decision } from '../accounts/account-change.js';
import type { AccountRefusal } from '../accounts/account-events.js';
import type { Account } from '../accounts/account.js';
import type { Caller } from '../accounts/caller.js';
import { countAttempt, type Throttled } from '../accounts/counted-attempt.js';
import { findPasskey, replacePasskey, type PasskeyRecord } from '../accounts/passkey-record.js';
import type { ClaimedCredential, PasskeyCeremonies } from '../accounts/passkeys.js';
import type { FactorKind } from './assurance.js';
import type { FlowParts } from './flow-parts.js';
import type { Refused } from './outcome.js';

export interface PasskeyAnswer {
  /** Whose the passkey has to be; `undefined` for nobody. */
  readonly userId: string | undefined;
  /** Of a ceremony that was taken. */
  readonly expectation: string;
  /** What the browser sent, whatever it is. */
  readonly response: unknown;
  /**
   * Whether failures count for the account as well, or only for the network. For the account only where
   * a first factor was proved: a stranger who has seen a credential id must not make its owner wait.
   */
  readonly counted: 'account' | 'network';
  readonly caller: Caller;
}

export type PasskeyProved =
  | {
      readonly ok: true;
      /** As it was stored. */
      readonly account: Account;
      readonly factor: Extract<FactorKind, 'passkey' | 'security-key'>;
    }
  | Refused
  | Throttled;

/** Unknown, another's, wrong, of an account that is not active: one answer for all (G48). */
export async function provePasskey(
  parts: FlowParts,
  ceremonies: PasskeyCeremonies,
  answer: PasskeyAnswer,
): Promise<PasskeyProved> {
  const { store } = parts.accounts;
  const { userId, counted, caller } = answer;
  const account = await findAccount(store, userId ?? NOBODY);
  const attempt = {
    action: 'verify-passkey',
    authenticator: 'passkey',
    account: counted === 'account' ? account : null,
    caller,
  } as const;
  return countAttempt(parts.accounts, attempt, async (): Promise<PasskeyProved> => {
    const judged = await judge(parts, ceremonies, { account, answer });
    const owner = account?.userId ?? null;
    if (!judged.ok) {
      const { reason, cause } = judged;
      // Whoever has neither the key nor a first factor writes nothing into what the owner is shown.
      const isStranger = reason === 'wrong-passkey' && counted === 'network';
      const action = isStranger ? 'sign-in' : 'verify-passkey';
      parts.accounts.tell({ action, outcome: 'refused', reason, userId: owner, cause }, caller);
      return { ok: false, reason: 'refused' };
    }
    parts.accounts.tell({ action: 'verify-passkey', outcome: 'success', userId: owner }, caller);
    return judged;
  });
}

const NOBODY = 'nobody';

/**
 * What is judged in the place of a passkey that nobody has, for the work. Anybody can sign for this key,
 * whose private half is 1 (the generator of P-256, as COSE): whatever comes of it is refused.
 */
const NOBODYS: PasskeyRecord = {
  id: '',
  publicKey:
    'pQECAyYgASFYIGsX0fLhLEJH-Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWIlggT-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU',
  counter: 0,
  transports: [],
  name: 'nobody',
  addedAt: 0,
  lastUsedAt: null,
  backedUp: false,
  counterWentBackAt: null,
};

type Judged =
  | Extract<PasskeyProved, { ok: true }>
  | { readonly ok: false; readonly reason: AccountRefusal; readonly cause?: unknown };

async function judge(
  parts: FlowParts,
  ceremonies: PasskeyCeremonies,
  given: { readonly account: Account | null; readonly answer: PasskeyAnswer },
): Promise<Judged> {
  const { account, answer } = given;
  const claimed = ceremonies.readCredentialId(answer.response);
  if (claimed === undefined) return { ok: false, reason: 'wrong-passkey', cause: 'not-a-response' };
  const passkey = findPasskey(account?.passkeys ?? [], claimed.id);
  const now = parts.accounts.clock.now();
  const { userHandle } = claimed;
  const isOthers = userHandle !== null && userHandle !== account?.userId;
  if (account === null || passkey === undefined || isOthers) {
    await judgeForNobody(ceremonies, answer, { claimed, now });
    return passkey === undefined
      ? { ok: false, reason: 'unknown-passkey' }
      : { ok: false, reason: 'wrong-passkey', cause: 'other-user' };
  }
  return judgeOwn(parts, ceremonies, { account, passkey, answer, now });
}

interface OwnAnswer {
  readonly account: Account;
  readonly passkey: PasskeyRecord;
  readonly answer: PasskeyAnswer;
  readonly now: number;
}

/** The answer of a passkey that this account has. */
async function judgeOwn(
  parts: FlowParts,
  ceremonies: PasskeyCeremonies,
  { account: { userId }, passkey, answer, now }: OwnAnswer,
): Promise<Judged> {
  const { expectation, response, caller } = answer;
  const finished = await ceremonies.finishAuthentication({
    expectation,
    response,
    passkey,
    userId,
    now,
  });
  if (!finished.ok && finished.reason === 'refused')
    return { ok: false, reason: 'wrong-passkey', cause: finished.fault };
  if (!finished.ok && finished.reason === 'user-not-verified')
    return { ok: false, reason: 'user-not-verified' };
  if (!finished.ok) return noteCopy(parts, { userId, passkey, now, caller });
  const changed = await changeAccount(parts.accounts.store, userId, (current) =>
    noteUse(current, finished.passkey),
  );
  if (changed.ok) {
    const factor = finished.userVerified ? 'passkey' : 'security-key';
    return { ok: true, account: changed.account, factor };
  }
  if (changed.refusal === 'counter-went-back')
    return noteCopy(parts, { userId, passkey, now, caller });
  const isGone = changed.refusal === 'missing' || changed.refusal === 'taken';
  return { ok: false, reason: isGone ? 'unknown-account' : changed.refusal };
}

/** The work of judging a signature: whether an id opens anything here must not show in the time (G48). */
async function judgeForNobody(
  ceremonies: PasskeyCeremonies,
  { expectation, response }: PasskeyAnswer,
  { claimed, now }: { readonly claimed: ClaimedCredential; readonly now: number },
): Promise<void> {
  const passkey = { ...NOBODYS, id: claimed.id };
  const userId = claimed.userHandle ?? NOBODY;
  await ceremonies.finishAuthentication({ expectation, response, passkey, userId, now });
}

/** The account with this use of its passkey. Judged anew, since another use may have come first. */
function noteUse(
  account: Account,
  used: PasskeyRecord,
): Decision<Extract<AccountRefusal, 'not-active' | 'unknown-passkey' | 'counter-went-back'>> {
  if (account.status !== 'active') return { refusal: 'not-active' };
  const stored = findPasskey(account.passkeys, used.id);
  if (stored === undefined) return { refusal: 'unknown-passkey' };
  const { counter, backedUp, lastUsedAt } = used;
  const isCounting = counter > 0 || stored.counter > 0;
  if (isCounting && counter <= stored.counter) return { refusal: 'counter-went-back' };
  const passkeys = replacePasskey(account.passkeys, { ...stored, counter, backedUp, lastUsedAt });
  return { to: { ...account, passkeys } };
}

/** Notes that there is a copy of the key, and tells its owner. Nobody is let in. */
async function noteCopy(
  { accounts, post }: FlowParts,
  noted: {
    readonly userId: string;
    readonly passkey: PasskeyRecord;
    readonly now: number;
    readonly caller: Caller;
  },
): Promise<Judged> {
  const { userId, passkey, now: counterWentBackAt, caller } = noted;
  const changed = await changeAccount(accounts.store, userId, (account) => {
    const stored = findPasskey(account.passkeys, passkey.id);
    if (stored === undefined) return { refusal: 'unknown-passkey' };
    const passkeys = replacePasskey(account.passkeys, { ...stored, counterWentBackAt });
    return { to: { ...account, passkeys } };
  });
  if (changed.ok) {
    const { name } = passkey;
    post.notify(changed.account, 'passkey-copied', { factor: 'passkey', name }, caller);
  }
  return { ok: false, reason: 'counter-went-back' };
}
