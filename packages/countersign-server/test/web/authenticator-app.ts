// An authenticator app in miniature (RFC 6238), set up for an account without the pages for it.

import { createHmac } from 'node:crypto';

import { createTotpSecret, TOTP_STEP_MS } from 'countersign/accounts';

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
  const code = (): string => codeOf(secret, Math.floor(door.clock.now() / TOTP_STEP_MS));
  const userId = (await door.accounts.findUserId(name)) ?? '';
  const added = await door.accounts.addTotp(userId, { secret, code: code() });
  if (!added.ok) throw new Error(`The app was not added: ${added.reason}`);
  const nextCode = (): string => {
    door.clock.advance(TOTP_STEP_MS);
    return code();
  };
  return { code, nextCode, recoveryCodes: added.recoveryCodes };
}

/** The code of a secret in base32, in one step of 30 seconds. */
export function codeOf(secret: string, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', fromBase32(secret)).update(counter).digest();
  const offset = mac.readUInt8(mac.length - 1) & 0xf;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** RFC 4648 §6, without padding. */
function fromBase32(text: string): Buffer {
  let bits = '';
  for (const letter of text)
    bits += 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}
