// The flows by which people change their own account, and administrators those of others, as
// `createFlows` gives them.

import { createAccountFlows, type AccountFlows } from './account.js';
import type { FlowParts } from './flow-parts.js';
import { createPasswordFlows, type PasswordFlows } from './password.js';
import { createRecoveryCodeFlows, type RecoveryCodeFlows } from './recovery-codes.js';
import { createTotpFlows, type TotpFlows } from './totp.js';
import { createUserFlows, type UserFlows } from './users.js';

export interface OwnerFlows {
  readonly password: PasswordFlows;
  readonly totp: TotpFlows;
  readonly recoveryCodes: RecoveryCodeFlows;
  readonly account: AccountFlows;
  /** For administrators: none of these looks at who is signed in. */
  readonly users: UserFlows;
}

export function createOwnerFlows(parts: FlowParts): OwnerFlows {
  return {
    password: createPasswordFlows(parts),
    totp: createTotpFlows(parts),
    recoveryCodes: createRecoveryCodeFlows(parts),
    account: createAccountFlows(parts),
    users: createUserFlows(parts),
  };
}
