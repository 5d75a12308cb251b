// Which second factors an account has, and which may be offered: questions on the account's records.
// What they are worth in a session is judged in the flows.

/** What can be asked for after the first factor. */
export type SecondFactor = 'totp' | 'passkey' | 'recovery-code';

/** The part of an account that is asked. */
export interface SecondFactorRecords {
  /** `closedAt`: closed after 100 consecutive failures, in epoch milliseconds. */
  readonly totp: { readonly closedAt: number | null } | null;
  readonly passkeys: readonly unknown[];
  readonly recoveryCodes: { readonly hashes: readonly string[] } | null;
}

/**
 * Whether a second factor is required of the account: it has a TOTP or a passkey. One that is closed
 * counts: failures must never take the requirement away. Recovery codes alone do not.
 * @param account anything with the two, such as a `User`
 */
export function hasSecondFactor({
  totp,
  passkeys,
}: {
  readonly totp: object | null;
  readonly passkeys: readonly unknown[];
}): boolean {
  return totp !== null || passkeys.length > 0;
}

/**
 * The factors that may be offered, the most convenient first; empty for an account without one. A
 * passkey that was itself the first factor needs no second: whether to ask is not judged here.
 */
export function secondFactorsOf(records: SecondFactorRecords): readonly SecondFactor[] {
  if (!hasSecondFactor(records)) return [];
  const { totp, passkeys, recoveryCodes } = records;
  const offered: SecondFactor[] = [];
  if (passkeys.length > 0) offered.push('passkey');
  if (totp !== null && totp.closedAt === null) offered.push('totp');
  if (recoveryCodes !== null && recoveryCodes.hashes.length > 0) offered.push('recovery-code');
  return offered;
}
