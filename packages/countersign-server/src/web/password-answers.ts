// What is said to passwords that were typed wrong, the same on every page that asks for one.

/** Over 1,024 bytes, or with a broken character: no password of anybody's. */
export const IMPOSSIBLE = 'No password is like that. Type it again.';

/** What is wrong with the second of two fields for one new password. */
export function repeatedError(password: string, repeated: string): string | undefined {
  return password === repeated ? undefined : 'This is not the same password. Type both again.';
}

/** Why the last second factor stays (G21). */
export const TOO_SHORT_ALONE =
  'Your password is too short to be the only thing between others and your account. Choose a longer one first.';

/** Why something stays that opens the account. */
export const LAST_WAY_IN =
  'This is your only way into your account. Set a password or add another way first.';
