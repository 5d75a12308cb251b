// The options of `createAccounts`, and the check that they are of the right kind: what a JavaScript program
// gets wrong is found when it starts.

import type { Clock } from '../clock.js';
import type { SecretKey } from '../crypto/key-ring.js';
import type { Duration } from '../duration.js';
import { assertOptionNames, misconfigured } from '../errors.js';
import type { AccountListener } from './account-events.js';
import type { AccountStore } from './account-store.js';
import type { PasswordHasher } from './password-hasher.js';
import type { PasswordPolicy } from './password-policy.js';
import type { PasswordScreen } from './password-screen.js';
import type { Throttle } from './throttle.js';

const ADDRESS_NAMES = ['refuse', 'take'] as const;

export type AddressNames = (typeof ADDRESS_NAMES)[number];

export interface AccountsOptions {
  readonly store: AccountStore;
  /** How long a store may take to answer before the request gets a 503. Default `2s`. */
  readonly storeTimeout?: Duration;
  /** Such as `argon2Hasher()` of `countersign/accounts/argon2`. */
  readonly hasher: PasswordHasher;
  /**
   * Secrets of at least 32 bytes, newest first, such as those of the sessions. One that leaves the list
   * takes with it the recovery codes that were made under it, and the apps that were not used since it
   * was the newest: keep it for as long as there are any.
   */
  readonly keys: readonly (SecretKey | undefined)[];
  /** Default: `createPasswordPolicy()`. Give it the names of your service as context words. */
  readonly policy?: PasswordPolicy;
  /** A second look at new passwords, such as `breachCheck()`. Default: none. */
  readonly screen?: PasswordScreen;
  /** Default: `createThrottle()`, which counts in this process. */
  readonly throttle?: Throttle;
  /**
   * Whether `register` takes names in the form of an address of mail. Default `refuse`: nobody shows there
   * that an address is theirs, and its owner could not sign up with it any more. `take` is for
   * applications that send no mail: whoever comes first has the name.
   */
  readonly addressNames?: AddressNames;
  /** Where time comes from. Default: the machine's clock. */
  readonly clock?: Clock;
  /** What is told of everything that happens, for logs and metrics. */
  readonly on?: AccountListener;
}

const OPTION_NAMES: readonly (keyof AccountsOptions)[] = [
  'store',
  'storeTimeout',
  'hasher',
  'keys',
  'policy',
  'screen',
  'throttle',
  'addressNames',
  'clock',
  'on',
];

/**
 * Plain settings in the place of a policy or throttle are the likeliest mistake.
 * @throws CountersignError `configuration`
 */
export function assertAccountsOptions(options: AccountsOptions): void {
  assertOptionNames('', options ?? null, OPTION_NAMES);
  const { store, hasher, policy, screen, throttle, addressNames = 'refuse', on } = options;
  if (typeof store?.findByKey !== 'function')
    throw misconfigured('store', 'is not an account store', 'Pass such as memoryAccountStore()');
  if (typeof hasher?.verify !== 'function')
    throw misconfigured('hasher', 'is not a password hasher', 'Pass such as argon2Hasher()');
  if (policy !== undefined && typeof policy?.check !== 'function')
    throw misconfigured('policy', 'is not a policy', 'Pass createPasswordPolicy({ … })');
  if (throttle !== undefined && typeof throttle?.begin !== 'function')
    throw misconfigured('throttle', 'is not a throttle', 'Pass createThrottle({ … })');
  if (!ADDRESS_NAMES.includes(addressNames))
    throw misconfigured('addressNames', `is ${JSON.stringify(addressNames)}`, 'Use refuse or take');
  if (screen !== undefined && typeof screen !== 'function')
    throw misconfigured('screen', 'is not a function', 'Pass such as breachCheck()');
  if (on !== undefined && typeof on !== 'function')
    throw misconfigured('on', 'is not a function', 'Pass such as (event) => log.info(event)');
}
