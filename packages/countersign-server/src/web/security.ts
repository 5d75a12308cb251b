// The security page, and what it knows of an account.

import type { User } from 'countersign/accounts';

import { SecurityPage } from '../views/security-page.js';
import type { SecurityState } from '../views/security-state.js';
import type { Doorkeeper, PageContext } from './doorkeeper.js';
import { hallFrame } from './hall-frame.js';
import { sendPage } from './reply.js';

export const SECURITY_PATH = '/security';

export function showSecurity(
  door: Doorkeeper,
  c: PageContext,
  user: User,
): Response | Promise<Response> {
  const page = SecurityPage({
    frame: hallFrame(door, c, user),
    now: door.clock.now(),
    state: securityStateOf(user),
    hasProviders: door.providers.length > 0,
  });
  return sendPage(c, page);
}

export function securityStateOf(user: User): SecurityState {
  const { passwordChangedAt, totp, passkeys, recoveryCodesMadeAt } = user;
  return {
    password:
      passwordChangedAt === null
        ? null
        : { changedAt: passwordChangedAt, closedTo: user.passwordClosedTo },
    authenticator: totp === null ? null : { addedAt: totp.addedAt, isClosed: totp.closed },
    passkeys: {
      count: passkeys.length,
      doubtful: passkeys.filter(({ doubtful }) => doubtful).length,
    },
    recoveryCodes:
      recoveryCodesMadeAt === null
        ? null
        : { left: user.recoveryCodesLeft, madeAt: recoveryCodesMadeAt },
    providers: user.identities.map(({ label }) => label),
    verifiedAddresses: user.addresses.filter(({ verified }) => verified).length,
  };
}
