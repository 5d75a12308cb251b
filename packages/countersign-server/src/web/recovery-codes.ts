// Recovery codes: how many are left, and new ones, which are shown once (G81).

import { hasSecondFactor, type User } from 'countersign/accounts';

import { NewRecoveryCodesPage } from '../views/new-recovery-codes-page.js';
import { RecoveryCodesPage } from '../views/recovery-codes-page.js';
import { turnBack } from './asked.js';
import type { Doorkeeper, PageContext } from './doorkeeper.js';
import { hallFrame } from './hall-frame.js';
import { seeOtherWith, sendPage, sendScriptedPage } from './reply.js';
import { SECURITY_PATH, securityStateOf } from './security.js';
import { visitOf } from './visit.js';

export const RECOVERY_CODES_PATH = '/security/recovery-codes';

export function showRecoveryCodes(
  door: Doorkeeper,
  c: PageContext,
  user: User,
): Response | Promise<Response> {
  if (!hasSecondFactor(user)) return sendNotYet(c);
  const { recoveryCodes: codes } = securityStateOf(user);
  const frame = hallFrame(door, c, user);
  return sendPage(c, RecoveryCodesPage({ frame, now: door.clock.now(), codes }));
}

export async function makeRecoveryCodes(
  door: Doorkeeper,
  c: PageContext,
  user: User,
  { endOthers }: { readonly endOthers: boolean },
): Promise<Response> {
  const result = await door.flows.recoveryCodes.replace(visitOf(c), { endOthers });
  if (!result.ok)
    return result.reason === 'no-second-factor'
      ? sendNotYet(c)
      : turnBack(c, result, 'make-recovery-codes', endOthers ? { end_others: 'yes' } : {});
  const { codes } = result;
  const frame = hallFrame(door, c, user);
  return sendScriptedPage(c, NewRecoveryCodesPage({ frame, codes, madeAt: door.clock.now() }));
}

function sendNotYet(c: PageContext): Response {
  const text = 'Recovery codes come with your first passkey or authenticator app.';
  return seeOtherWith(c, SECURITY_PATH, { tone: 'plain', text });
}
