// What is said to passwords that were typed wrong, the same on every page that asks for one.

import type { PasswordCircumstances } from 'countersign/accounts';

import type { NewPasswordErrors } from '../views/new-password.js';
import type { Doorkeeper } from './doorkeeper.js';
import type { Fields } from './posted-form.js';

/** Over 1,024 bytes, or with a broken character: no password of anybody's. */
export const IMPOSSIBLE = 'No password is like that. Type it again.';

/**
 * All that is wrong with the two fields for one new password at once, so that nobody has to send the form
 * once for each. What a flow finds out besides, such as from the screen, comes after these.
 */
export function newPasswordErrors(
  { accounts }: Doorkeeper,
  field: Fields,
  circumstances: PasswordCircumstances,
): NewPasswordErrors {
  const password = field('password');
  const check = accounts.policy.check(password, circumstances);
  return {
    password: check.ok ? undefined : check.message,
    repeated:
      password === field('repeated')
        ? undefined
        : 'This is not the same password. Type both again.',
  };
}

/** @param errors by their fields; `undefined` where there is none */
export function hasErrors(errors: object): boolean {
  return Object.values(errors).some((error) => error !== undefined);
}

/** Why the last second factor stays (G21). */
export const TOO_SHORT_ALONE =
  'Your password is too short to be the only thing between others and your account. Choose a longer one first.';

/** Why something stays that opens the account. */
export const LAST_WAY_IN =
  'This is your only way into your account. Set a password or add another way first.';
