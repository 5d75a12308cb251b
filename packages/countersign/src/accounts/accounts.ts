// `createAccounts`: what an application does with accounts that have passwords. It knows no sessions:
// what a right password leads to is for flows. NIST SP 800-63B-4 §3.1.1, ASVS 5.0 V6.

import { systemClock, type Clock } from '../clock.js';
import { createKeyRing, type SecretKey } from '../crypto/key-ring.js';
import { assertOptionNames, misconfigured } from '../errors.js';
import { changeAccount, findAccount, findAccountByKey } from './account-change.js';
import { createTell, type AccountListener } from './account-events.js';
import { signInKey } from './account-keys.js';
import { readAccountName } from './account-name.js';
import { keepParts, type AccountParts } from './account-parts.js';
import type { AccountStore } from './account-store.js';
import { deletedAccount, type AccountStatus } from './account.js';
import type { Caller } from './caller.js';
import { changeAccountPassword, type ChangeInput, type ChangeResult } from './password-change.js';
import type { PasswordHasher } from './password-hasher.js';
import { createPasswordPolicy, type PasswordPolicy } from './password-policy.js';
import type { PasswordScreen } from './password-screen.js';
import {
  verifyAccountPassword,
  type VerifyInput,
  type VerifyResult,
} from './password-verification.js';
import { registerAccount, type RegisterInput, type RegisterResult } from './registration.js';
import { createThrottle, type Throttle } from './throttle.js';
import { userOf, type User } from './user.js';

export interface AccountsOptions {
  readonly store: AccountStore;
  /** Such as `argon2Hasher()` of `countersign/accounts/argon2`. */
  readonly hasher: PasswordHasher;
  /** Secrets of at least 32 bytes, newest first, such as those of the sessions. */
  readonly keys: readonly (SecretKey | undefined)[];
  /** Default: `createPasswordPolicy()`. Give it the names of your service as context words. */
  readonly policy?: PasswordPolicy;
  /** A second look at new passwords, such as `breachCheck()`. Default: none. */
  readonly screen?: PasswordScreen;
  /** Default: `createThrottle()`, which counts in this process. */
  readonly throttle?: Throttle;
  /** Where time comes from. Default: the machine's clock. */
  readonly clock?: Clock;
  /** What is told of everything that happens, for logs and metrics. */
  readonly on?: AccountListener;
}

/** Every verb may throw `hasher-busy` (503) and whatever the store throws; nothing is counted then. */
export interface Accounts {
  /** The rules for new passwords, with the guidance to show beside the field. */
  readonly policy: PasswordPolicy;

  /**
   * Creates an account. It says whether a name is taken, so names can be found out here, as fast as
   * the address limit lets them: where names are secret, register by mail.
   */
  register(input: RegisterInput): Promise<RegisterResult>;

  /**
   * Whether this password opens the account of this name. Takes the work of one hash and gives the
   * same answer for a name that nobody has, an account that is not active and one without a password
   * (G10, G48). The status is that of the moment it was read: a ticket of `sessions.beginSignIn`,
   * taken before, is what stops a sign-in that races a change of it.
   */
  verifyPassword(input: VerifyInput): Promise<VerifyResult>;

  /** Replaces the password of someone who knows the current one (G36), throttled like a sign-in (G52). */
  changePassword(userId: string, input: ChangeInput): Promise<ChangeResult>;

  /** The id behind a sign-in name as it was typed; `undefined` for none. For `sessions.beginSignIn`. */
  findUserId(name: string): Promise<string | undefined>;

  /** `undefined`: no such account. */
  findUser(userId: string): Promise<User | undefined>;

  /**
   * Sets the status; `missing` when there is no such account or it is deleted, which is final. End
   * the user's sessions afterwards.
   */
  setStatus(userId: string, status: AccountStatus, caller?: Caller): Promise<'ok' | 'missing'>;
}

const OPTION_NAMES: readonly (keyof AccountsOptions)[] = [
  'store',
  'hasher',
  'keys',
  'policy',
  'screen',
  'throttle',
  'clock',
  'on',
];

/**
 * Joins a store, a hasher, a policy and a throttle to the verbs of accounts.
 * @throws CountersignError `configuration` for an option that is missing, unknown or something else
 */
export function createAccounts(options: AccountsOptions): Accounts {
  assertOptions(options);
  const clock = options.clock ?? systemClock;
  const parts: AccountParts = {
    store: options.store,
    hasher: options.hasher,
    keys: createKeyRing(options.keys),
    policy: options.policy ?? createPasswordPolicy(),
    screen: options.screen,
    throttle: options.throttle ?? createThrottle({ clock }),
    clock,
    tell: createTell(options.on, clock),
  };
  const accounts: Accounts = {
    policy: parts.policy,
    register: (input) => registerAccount(parts, input),
    verifyPassword: (input) => verifyAccountPassword(parts, input),
    changePassword: (userId, input) => changeAccountPassword(parts, userId, input),
    async findUserId(typed) {
      const name = readAccountName(typed);
      if (!name.ok) return undefined;
      return (await findAccountByKey(parts.store, signInKey(name.canonicalName)))?.userId;
    },
    async findUser(userId) {
      const account = await findAccount(parts.store, userId);
      return account === null ? undefined : userOf(account);
    },
    setStatus: (userId, status, caller = {}) => setAccountStatus(parts, userId, status, caller),
  };
  keepParts(accounts, parts);
  return accounts;
}

async function setAccountStatus(
  { store, tell }: AccountParts,
  userId: string,
  status: AccountStatus,
  caller: Caller,
): Promise<'ok' | 'missing'> {
  const changed = await changeAccount(store, userId, (account) => ({
    to: status === 'deleted' ? deletedAccount(account) : { ...account, status },
  }));
  if (!changed.ok) return 'missing';
  if (status === 'deleted') await store.forgetActivity(userId);
  tell({ action: 'set-status', outcome: 'success', userId }, caller);
  return 'ok';
}

/** Plain settings in the place of a policy or throttle are the likeliest mistake. */
function assertOptions(options: AccountsOptions): void {
  assertOptionNames('', options ?? null, OPTION_NAMES);
  const { store, hasher, policy, throttle } = options;
  if (typeof store?.findByKey !== 'function')
    throw misconfigured('store', 'is not an account store', 'Pass such as memoryAccountStore()');
  if (typeof hasher?.verify !== 'function')
    throw misconfigured('hasher', 'is not a password hasher', 'Pass such as argon2Hasher()');
  if (policy !== undefined && typeof policy?.check !== 'function')
    throw misconfigured('policy', 'is not a policy', 'Pass createPasswordPolicy({ … })');
  if (throttle !== undefined && typeof throttle?.begin !== 'function')
    throw misconfigured('throttle', 'is not a throttle', 'Pass createThrottle({ … })');
}
