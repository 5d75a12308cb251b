// One-time codes by the clock (TOTP, RFC 6238 on RFC 4226), as authenticator apps make them: SHA-1, six
// digits, 30 seconds. Judges a code against a secret and the last step that was used; keeps nothing.

import { Buffer } from 'node:buffer';

import { equalInConstantTime, hmacSha1 } from '../crypto/digest.js';
import { randomBytes } from '../crypto/random.js';
import { misconfigured } from '../errors.js';
import { decodeBase32, encodeBase32 } from './base32.js';

/** How long one code is shown, in milliseconds. */
export const TOTP_STEP_MS = 30_000;

/** RFC 4226 §4 R6: 160 bits, the size of the hash. */
const SECRET_BYTES = 20;
const DIGITS = 6;

/** One step to either side, for clocks and slow hands (RFC 6238 §5.2, §6). */
const TOLERANCE = [-1, 0, 1] as const;

const LONGEST_TYPED = 32;
const CODE = /^[0-9]{6}$/;

export type TotpJudgement =
  /** Store `step` as `lastStep` in one atomic step with what the code lets in. */
  | { readonly ok: true; readonly step: number }
  /**
   * For the log; the person is told the same of all of them. `used`: right, but of a step that is not
   * after `lastStep`. `malformed`: not six digits, so nothing was judged.
   */
  | { readonly ok: false; readonly reason: 'wrong' | 'used' | 'malformed' };

export interface TotpMoment {
  /** Epoch milliseconds, of the server's clock (ASVS 6.5.8). */
  readonly now: number;
  /** The step of the last code that was accepted; -1 for none. */
  readonly lastStep: number;
}

/** A new secret: 160 random bits as 32 characters of base32, to be sealed before it is stored. */
export function createTotpSecret(): string {
  return encodeBase32(randomBytes(SECRET_BYTES));
}

/**
 * The text of the QR code that authenticator apps read, after the Key URI Format: `otpauth://totp/…`. It
 * has the secret in it.
 * @param options.issuer the service's name, without a colon
 * @param options.account the name that a person signs in with, to tell accounts of one service apart
 * @throws CountersignError `configuration` for an issuer that is empty or has a colon
 */
export function totpUri(options: {
  readonly secret: string;
  readonly issuer: string;
  readonly account: string;
}): string {
  const { secret, issuer, account } = options;
  if (issuer.trim() === '' || issuer.includes(':')) {
    const remedy = "Write the service's name, such as 'Example Shop'";
    throw misconfigured('issuer', 'is empty or has a colon, at which apps split', remedy);
  }
  // Not URLSearchParams: it writes a space as `+`, and some apps show the plus.
  const name = encodeURIComponent(issuer.toWellFormed());
  const parameters = `secret=${secret}&issuer=${name}&algorithm=SHA1&digits=${DIGITS}&period=30`;
  return `otpauth://totp/${name}:${encodeURIComponent(account.toWellFormed())}?${parameters}`;
}

/**
 * Judges a code. Each is good once: a step that is not after `lastStep` is never accepted (ASVS 6.5.1;
 * RFC 6238 §5.2). Every step is computed and compared in constant time, whichever matches.
 * @param secret as `createTotpSecret` made it
 * @param typed as it was typed; spaces do not matter
 * @throws TypeError when the secret is no base32 text
 */
export function judgeTotp(secret: string, typed: string, moment: TotpMoment): TotpJudgement {
  const key = decodeBase32(secret);
  if (key === undefined) throw new TypeError('A TOTP secret is base32 text');
  if (typeof typed !== 'string' || typed.length > LONGEST_TYPED)
    return { ok: false, reason: 'malformed' };
  const code = typed.replaceAll(/\s/g, '');
  if (!CODE.test(code)) return { ok: false, reason: 'malformed' };
  const step = Math.floor(moment.now / TOTP_STEP_MS);
  // The latest that matches: two steps may share a code, which is then used up for both.
  let matching = -1;
  for (const distance of TOLERANCE) {
    const candidate = step + distance;
    if (candidate >= 0 && equalInConstantTime(hotp(key, candidate), code)) matching = candidate;
  }
  if (matching === -1) return { ok: false, reason: 'wrong' };
  return matching > moment.lastStep ? { ok: true, step: matching } : { ok: false, reason: 'used' };
}

/** RFC 4226 §5.3: four bytes from where the last half byte points, without the sign, six digits of it. */
function hotp(key: Uint8Array, counter: number): string {
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(BigInt(counter));
  const mac = hmacSha1(key, message);
  const offset = mac.readUInt8(mac.length - 1) & 0xf;
  const truncated = mac.readUInt32BE(offset) & 0x7fffffff;
  return String(truncated % 10 ** DIGITS).padStart(DIGITS, '0');
}
