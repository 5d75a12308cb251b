// Which new passwords are good enough: length, not on a list, not known from the account. No rules of
// composition and no expiry, on purpose. NIST SP 800-63B-4 §3.1.1.2 and ASVS 5.0 V6.2 (G20-G30).

import { assertOptionNames, misconfigured } from '../errors.js';
import { commonPasswords, foldPassword, type Blocklist } from './blocklist.js';
import { isMadeOfContext, splitContextWords } from './context-words.js';
import { MAX_PASSWORD_LENGTH, readPassword } from './password-text.js';
import { isPredictable } from './predictable-password.js';

/** Why a password is refused, and the sentence for the person who typed it. */
export const PASSWORD_REFUSALS = {
  'too-short': 'This password is too short: use at least {least} characters.',
  'too-long': 'This password is too long: use at most {most} characters.',
  'ill-formed': 'This password has a broken character in it. Type it again.',
  common: 'Many people use this password, so it is tried first. Choose another one.',
  predictable:
    'This password repeats or counts, or follows the keys, so it is easily guessed. Choose another one.',
  'context-word':
    'This password is made of your name or address or of the name of this service. Choose another one.',
} as const satisfies Record<string, string>;

export type PasswordRefusal = keyof typeof PASSWORD_REFUSALS;

export type PasswordCheck =
  | {
      readonly ok: true;
      /** The password in NFC: hash this. */
      readonly password: string;
      /**
       * Long enough to be the only factor (G20). If `false`, the second factor has to stay until the
       * password is replaced by a longer one (G21): keep this beside the hash.
       */
      readonly standsAlone: boolean;
    }
  | { readonly ok: false; readonly reason: PasswordRefusal; readonly message: string };

export interface PasswordPolicyOptions {
  /** Least length in code points of a password that is the only factor. Default 15, the least allowed (G20). */
  readonly minLength?: number;
  /** The same beside a second factor. Default 8, the least allowed (G21). At most `minLength`. */
  readonly minLengthWithSecondFactor?: number;
  /** Greatest length in code points, 64 to 256. Default 256. */
  readonly maxLength?: number;
  /** Default: the shipped list. `joinBlocklists` adds your own to it. */
  readonly blocklist?: Blocklist;
  /** Words that anyone would try here: names of the service, the product, the organisation (ASVS 6.1.2). */
  readonly contextWords?: readonly string[];
}

/** What is known of the account whose password it shall be. */
export interface PasswordCircumstances {
  /** Words that stand for it: its user name, its e-mail address. */
  readonly context?: readonly string[];
  /** Whether a second factor is asked for at every sign-in. Default `false`. */
  readonly hasSecondFactor?: boolean;
}

export interface PasswordPolicy {
  readonly minLength: number;
  readonly minLengthWithSecondFactor: number;
  readonly maxLength: number;
  /** What to show beside the field before anything is typed (G29). */
  readonly guidance: string;
  /** The same for an account that has a second factor. */
  readonly guidanceWithSecondFactor: string;
  /**
   * Judges a new password.
   * @param typed as it was typed
   */
  check(typed: string, circumstances?: PasswordCircumstances): PasswordCheck;
}

const OPTION_NAMES: readonly (keyof PasswordPolicyOptions)[] = [
  'minLength',
  'minLengthWithSecondFactor',
  'maxLength',
  'blocklist',
  'contextWords',
];
const LEAST_LENGTH_ALONE = 15;
const LEAST_LENGTH_WITH_SECOND_FACTOR = 8;
const LEAST_MAX_LENGTH = 64;

const ADVICE =
  'A few words that have nothing to do with each other are easy to remember and hard to guess; ' +
  'spaces and any characters are welcome. A password manager can make one for you.';

/**
 * Builds a policy.
 * @throws CountersignError `configuration` for lengths that the standards do not allow
 */
export function createPasswordPolicy(options: PasswordPolicyOptions = {}): PasswordPolicy {
  assertOptionNames('', options, OPTION_NAMES);
  const lengths = readLengths(options);
  const { minLength, minLengthWithSecondFactor, maxLength } = lengths;
  const { blocklist = commonPasswords, contextWords = [] } = options;
  requireLists({ blocklist, contextWords });

  /** Of a password whose length is right. */
  const refusalOf = (password: string, context: readonly string[]): PasswordRefusal | undefined => {
    const folded = foldPassword(password);
    const pieces = splitContextWords([...context, ...contextWords]);
    if (isMadeOfContext(folded, pieces)) return 'context-word';
    if (blocklist.has(folded)) return 'common';
    return isPredictable(folded, blocklist) ? 'predictable' : undefined;
  };

  return {
    ...lengths,
    guidance: `Use at least ${minLength} characters. ${ADVICE}`,
    guidanceWithSecondFactor: `Use at least ${minLengthWithSecondFactor} characters. ${ADVICE}`,
    check(typed, { context = [], hasSecondFactor = false } = {}) {
      const least = hasSecondFactor ? minLengthWithSecondFactor : minLength;
      const refuse = (reason: PasswordRefusal): PasswordCheck => {
        const message = PASSWORD_REFUSALS[reason]
          .replace('{least}', String(least))
          .replace('{most}', String(maxLength));
        return { ok: false, reason, message };
      };
      const reading = readPassword(typed);
      if (!reading.ok) return refuse(reading.reason);
      const { password, length } = reading;
      if (length > maxLength) return refuse('too-long');
      if (length < least) return refuse('too-short');
      const refusal = refusalOf(password, context);
      return refusal === undefined
        ? { ok: true, password, standsAlone: length >= minLength }
        : refuse(refusal);
    },
  };
}

type Lengths = Pick<PasswordPolicy, 'minLength' | 'minLengthWithSecondFactor' | 'maxLength'>;

function readLengths(options: PasswordPolicyOptions): Lengths {
  const { minLength = LEAST_LENGTH_ALONE, maxLength = MAX_PASSWORD_LENGTH } = options;
  const { minLengthWithSecondFactor = LEAST_LENGTH_WITH_SECOND_FACTOR } = options;
  if (!Number.isInteger(minLength) || minLength < LEAST_LENGTH_ALONE) {
    throw misconfigured(
      'minLength',
      `is ${minLength}, and ${LEAST_LENGTH_ALONE} is the least (NIST SP 800-63B-4 §3.1.1.2)`,
      'Leave it at 15; an account with a second factor may have 8 by itself',
    );
  }
  if (
    !Number.isInteger(minLengthWithSecondFactor) ||
    minLengthWithSecondFactor < LEAST_LENGTH_WITH_SECOND_FACTOR ||
    minLengthWithSecondFactor > minLength
  ) {
    throw misconfigured(
      'minLengthWithSecondFactor',
      `is ${minLengthWithSecondFactor}, with minLength ${minLength}`,
      `Use ${LEAST_LENGTH_WITH_SECOND_FACTOR} (ASVS 6.2.1) to minLength`,
    );
  }
  requireMaxLength(maxLength, minLength);
  return { minLength, minLengthWithSecondFactor, maxLength };
}

function requireMaxLength(maxLength: number, minLength: number): void {
  const allowed =
    Number.isInteger(maxLength) &&
    maxLength >= LEAST_MAX_LENGTH &&
    maxLength <= MAX_PASSWORD_LENGTH;
  if (!allowed || maxLength < minLength) {
    throw misconfigured(
      'maxLength',
      `is ${maxLength}, with minLength ${minLength}`,
      `Use ${LEAST_MAX_LENGTH} (ASVS 6.2.9) to ${MAX_PASSWORD_LENGTH}, and at least minLength`,
    );
  }
}

/** A lone text would be taken apart into its letters, and a list of words is no blocklist yet. */
function requireLists({ blocklist, contextWords }: PasswordPolicyOptions): void {
  if (typeof blocklist?.has !== 'function')
    throw misconfigured('blocklist', 'has no function has', 'Pass such as createBlocklist(words)');
  if (!Array.isArray(contextWords) || !contextWords.every((word) => typeof word === 'string'))
    throw misconfigured('contextWords', 'is not a list of words', "Write such as ['Example Shop']");
}
