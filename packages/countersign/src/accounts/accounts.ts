// `createAccounts`: what an application does with accounts that have passwords. It knows no sessions:
// what a right password leads to is for flows. NIST SP 800-63B-4 §3.1.1, ASVS 5.0 V6.

import { clockFrom } from '../clock-option.js';
import { createKeyRing } from '../crypto/key-ring.js';
import { findAccount, findAccountByKey } from './account-change.js';
import { createTell } from './account-events.js';
import { signInKey } from './account-keys.js';
import { readAccountName } from './account-name.js';
import { keepParts, type AccountParts } from './account-parts.js';
import { assertAccountsOptions, type AccountsOptions } from './accounts-options.js';
import { createActivityLog, type Activity, type ListActivityInput } from './activity.js';
import { boundHasher } from './bounded-hasher.js';
import { boundAccountStore } from './bounded-stores.js';
import { boundThrottle } from './bounded-throttle.js';
import type { Caller } from './caller.js';
import type { CodeInput } from './code-proof.js';
import { changeAccountPassword, type ChangeInput, type ChangeResult } from './password-change.js';
import { createPasswordPolicy, type PasswordPolicy } from './password-policy.js';
import { verifyAccountPassword, type VerifyInput } from './password-verification.js';
import type { ProofResult } from './proof-result.js';
import {
  replaceAccountRecoveryCodes,
  type ReplaceRecoveryCodesResult,
} from './recovery-code-replacement.js';
import { useAccountRecoveryCode } from './recovery-code-use.js';
import { registerAccount, type RegisterInput, type RegisterResult } from './registration.js';
import { changeAccountStatus, type SetStatusInput, type SetStatusResult } from './status-change.js';
import { createThrottle } from './throttle.js';
import {
  addAccountTotp,
  removeAccountTotp,
  type AddTotpInput,
  type AddTotpResult,
  type RemoveTotpResult,
} from './totp-change.js';
import { verifyAccountTotp } from './totp-verification.js';
import { userOf, type User } from './user.js';

/**
 * Every verb may throw `hasher-busy`, `store-unavailable` and `update-contended` (all 503); nothing is
 * counted then. What was typed and who asks are apart, so that a form cannot say who it is:
 * `verifyPassword(body, caller)`.
 */
export interface Accounts {
  /** The rules for new passwords, with the guidance to show beside the field. */
  readonly policy: PasswordPolicy;

  /**
   * Creates an account; one network a few in an hour, as the throttle's `registration` says. It says
   * whether a name is taken, so names can be found out here, as fast as that: where names are secret,
   * register by mail. Addresses of mail are refused as names, unless `addressNames` says otherwise.
   */
  register(input: RegisterInput, caller?: Caller): Promise<RegisterResult>;

  /**
   * Whether this password opens the account of this name. Takes the work of one hash and gives the
   * same answer for a name that nobody has, an account that is not active and one without a password
   * (G10, G48). The status is that of the moment it was read: a ticket of `sessions.beginSignIn`,
   * taken before, is what stops a sign-in that races a change of it.
   */
  verifyPassword(input: VerifyInput, caller?: Caller): Promise<ProofResult>;

  /** Replaces the password of someone who knows the current one (G36), throttled like a sign-in (G52). */
  changePassword(userId: string, input: ChangeInput, caller?: Caller): Promise<ChangeResult>;

  /** The id behind a sign-in name as it was typed; `undefined` for none. For `sessions.beginSignIn`. */
  findUserId(name: string): Promise<string | undefined>;

  /** `undefined`: no such account. */
  findUser(userId: string): Promise<User | undefined>;

  /**
   * Sets the status. `disabled` cannot sign in, and `deleted` is final. End the user's sessions
   * afterwards.
   */
  setStatus(userId: string, input: SetStatusInput, caller?: Caller): Promise<SetStatusResult>;

  /** Whether this is a code of the user's app, which is used up by it (ASVS 6.5.1). Throttled by itself (G40). */
  verifyTotp(userId: string, input: CodeInput, caller?: Caller): Promise<ProofResult>;

  /** Whether this is one of the user's recovery codes, which is used up by it (G81). */
  useRecoveryCode(userId: string, input: CodeInput, caller?: Caller): Promise<ProofResult>;

  /**
   * Adds an authenticator app, or puts it in the place of the one that there is, if `code` is one of
   * it. Ask for everything that a sign-in asks for before (ASVS 7.5.1), and refuse earlier sign-ins or
   * end the other sessions afterwards.
   */
  addTotp(userId: string, input: AddTotpInput, caller?: Caller): Promise<AddTotpResult>;

  /**
   * Removes it, and with the last second factor the recovery codes. To be guarded like `addTotp`.
   */
  removeTotp(userId: string, caller?: Caller): Promise<RemoveTotpResult>;

  /** New recovery codes; those that were left are worthless. To be guarded like `addTotp`. */
  replaceRecoveryCodes(userId: string, caller?: Caller): Promise<ReplaceRecoveryCodesResult>;

  /** What has happened to an account, the newest first. */
  listActivity(userId: string, input?: ListActivityInput): Promise<readonly Activity[]>;

  /** Resolves when what has happened is written down. Before the process ends. */
  settled(): Promise<void>;
}

/**
 * Joins a store, a hasher, a policy and a throttle to the verbs of accounts.
 * @throws CountersignError `configuration` for an option that is missing, unknown or something else
 */
export function createAccounts(options: AccountsOptions): Accounts {
  assertAccountsOptions(options);
  const clock = clockFrom(options.clock);
  const waiting = { clock, storeTimeout: options.storeTimeout };
  const store = boundAccountStore(options.store, waiting);
  // Of a note that failed, only the listener is told.
  const activity = createActivityLog(store, createTell(options.on, clock));
  const parts: AccountParts = {
    store,
    hasher: boundHasher(options.hasher, clock),
    keys: createKeyRing(options.keys),
    policy: options.policy ?? createPasswordPolicy(),
    screen: options.screen,
    throttle: boundThrottle(options.throttle ?? createThrottle({ clock }), waiting),
    addressNames: options.addressNames ?? 'refuse',
    clock,
    activity,
    tell: createTell(options.on, clock, (event, owners) => activity.note(event, owners)),
  };
  const accounts = verbs(parts);
  keepParts(accounts, parts);
  return accounts;
}

function verbs(parts: AccountParts): Accounts {
  const { activity } = parts;
  return {
    policy: parts.policy,
    register: (input, caller) => registerAccount(parts, input, caller),
    verifyPassword: (input, caller) => verifyAccountPassword(parts, input, caller),
    changePassword: (userId, input, caller) => changeAccountPassword(parts, userId, input, caller),
    async findUserId(typed) {
      const name = readAccountName(typed);
      if (!name.ok) return undefined;
      return (await findAccountByKey(parts.store, signInKey(name.canonicalName)))?.userId;
    },
    async findUser(userId) {
      const account = await findAccount(parts.store, userId);
      return account === null ? undefined : userOf(account, parts.keys);
    },
    async setStatus(userId, input, caller = {}) {
      const before = await changeAccountStatus(parts, userId, input, caller);
      return before === undefined ? { ok: false, reason: 'missing' } : { ok: true };
    },
    verifyTotp: (userId, input, caller) => verifyAccountTotp(parts, userId, input, caller),
    useRecoveryCode: (userId, input, caller) =>
      useAccountRecoveryCode(parts, userId, input, caller),
    addTotp: (userId, input, caller) => addAccountTotp<never>(parts, userId, input, caller),
    removeTotp: (userId, caller) => removeAccountTotp(parts, userId, caller),
    replaceRecoveryCodes: (userId, caller) => replaceAccountRecoveryCodes(parts, userId, caller),
    listActivity: (userId, input) => activity.list(userId, input),
    settled: () => activity.settled(),
  };
}
