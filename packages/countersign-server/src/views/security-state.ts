// What the security page knows of an account, and what it advises. A pure function of it, so that the
// overview can say the same.

export interface SecurityState {
  readonly password: {
    /** Epoch milliseconds. */
    readonly changedAt: number;
    /** `strangers`: devices that are not known, after too many wrong tries. */
    readonly closedTo: 'strangers' | 'everyone' | null;
  } | null;
  readonly authenticator: { readonly addedAt: number; readonly isClosed: boolean } | null;
  readonly passkeys: {
    readonly count: number;
    /** How many of them may have been copied: their counter went back. */
    readonly doubtful: number;
  };
  readonly recoveryCodes: { readonly left: number; readonly madeAt: number } | null;
  /** What people know the linked providers as. */
  readonly providers: readonly string[];
  readonly verifiedAddresses: number;
}

export interface Advice {
  /** `urgent` when somebody may be at work. */
  readonly kind: 'urgent' | 'advised';
  readonly text: string;
  readonly href: string;
  readonly words: string;
}

const FEW_CODES = 2;

/** The urgent ones first, then by how much they help. */
export function adviseOn(state: SecurityState): readonly Advice[] {
  return [...urgentAdvice(state), ...secondFactorAdvice(state), ...wayBackAdvice(state)];
}

function urgentAdvice({ password, authenticator, passkeys }: SecurityState): readonly Advice[] {
  const advice: Advice[] = [];
  if (password?.closedTo === 'everyone')
    advice.push({
      kind: 'urgent',
      text: 'Your password is not accepted any more. A link by mail lets you set a new one.',
      href: '/forgot',
      words: 'Set a new password',
    });
  if (password?.closedTo === 'strangers')
    advice.push({
      kind: 'urgent',
      text: 'Too many wrong passwords were tried. Yours works on devices that you have used before only, until you change it.',
      href: '/password',
      words: 'Change your password',
    });
  if (authenticator?.isClosed === true)
    advice.push({
      kind: 'urgent',
      text: 'Too many wrong codes were tried, so your authenticator app is not accepted any more. Whoever tried them knew your password: change that first, then set up the app anew.',
      href: '/password',
      words: 'Change your password',
    });
  if (passkeys.doubtful > 0)
    advice.push({
      kind: 'urgent',
      text: 'A passkey may have been copied: it was used in two places. Remove it if that was not you.',
      href: '/security/passkeys',
      words: 'Look at your passkeys',
    });
  return advice;
}

function secondFactorAdvice(state: SecurityState): readonly Advice[] {
  const { password, authenticator, passkeys, recoveryCodes } = state;
  if (authenticator === null && passkeys.count === 0)
    return [
      {
        kind: 'advised',
        text:
          password === null
            ? 'Add a passkey, so that you depend on nobody else to sign in.'
            : 'Only your password stands between others and your account. Add a passkey or an authenticator app.',
        href: '/security/passkeys',
        words: 'Add a passkey',
      },
    ];
  if (recoveryCodes === null || recoveryCodes.left === 0)
    return [
      {
        kind: 'advised',
        text: 'You have no recovery codes. Without them, a lost phone can lock you out.',
        href: '/security/recovery-codes',
        words: 'Make recovery codes',
      },
    ];
  if (recoveryCodes.left > FEW_CODES) return [];
  return [
    {
      kind: 'advised',
      text: `Only ${recoveryCodes.left === 1 ? 'one recovery code is' : `${recoveryCodes.left} recovery codes are`} left.`,
      href: '/security/recovery-codes',
      words: 'Make new ones',
    },
  ];
}

function wayBackAdvice({ verifiedAddresses }: SecurityState): readonly Advice[] {
  if (verifiedAddresses > 0) return [];
  return [
    {
      kind: 'advised',
      text: 'Without a confirmed e-mail address, nobody can help you when you forget your password.',
      href: '/profile',
      words: 'Add an address',
    },
  ];
}
