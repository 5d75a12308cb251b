// What every verb of accounts works with. Put together once by `createAccounts`.

import type { Clock } from '../clock.js';
import type { KeyRing } from '../crypto/key-ring.js';
import type { Tell } from './account-events.js';
import type { AccountStore } from './account-store.js';
import type { AddressNames } from './accounts-options.js';
import type { ActivityLog } from './activity.js';
import type { PasswordHasher } from './password-hasher.js';
import type { PasswordPolicy } from './password-policy.js';
import type { PasswordScreen } from './password-screen.js';
import type { Throttle } from './throttle.js';

export interface AccountParts {
  readonly store: AccountStore;
  readonly hasher: PasswordHasher;
  readonly policy: PasswordPolicy;
  /** A second look at new passwords. */
  readonly screen: PasswordScreen | undefined;
  readonly throttle: Throttle;
  readonly addressNames: AddressNames;
  /** For what is sealed and hashed with a key: secrets of apps, recovery codes. */
  readonly keys: KeyRing;
  readonly clock: Clock;
  /** What owners are shown of what has happened. */
  readonly activity: ActivityLog;
  readonly tell: Tell;
}

const partsByAccounts = new WeakMap<object, AccountParts>();

/** Keeps the parts where only this library finds them: they are no part of what is published. */
export function keepParts(accounts: object, parts: AccountParts): void {
  partsByAccounts.set(accounts, parts);
}

/** The parts of what `createAccounts` gave; `undefined` for anything else. */
export function partsOf(accounts: object): AccountParts | undefined {
  return partsByAccounts.get(accounts);
}
