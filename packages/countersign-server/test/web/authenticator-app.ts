// An authenticator app in miniature (RFC 6238), set up for an account without the pages for it.

import { createTotpSecret, TOTP_STEP_MS } from 'countersign/accounts';

import { codeAt } from '../one-time-code.js';
import { NAME, type Door } from './door.js';

export interface AuthenticatorApp {
  /** The code of this moment. */
  code(): string;
  /** Waits for the next step, since each code opens one thing. */
  nextCode(): string;
  readonly recoveryCodes: readonly string[];
}

export async function addAuthenticatorApp(door: Door, name = NAME): Promise<AuthenticatorApp> {
  const secret = createTotpSecret();
  const code = (): string => codeAt(secret, door.clock.now());
  const userId = (await door.accounts.findUserId(name)) ?? '';
  const added = await door.accounts.addTotp(userId, { secret, code: code() });
  if (!added.ok) throw new Error(`The app was not added: ${added.reason}`);
  const nextCode = (): string => {
    door.clock.advance(TOTP_STEP_MS);
    return code();
  };
  return { code, nextCode, recoveryCodes: added.recoveryCodes };
}
