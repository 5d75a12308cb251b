// Behind the link of a mail: the password of a new account, or a new one for who forgot theirs. The
// link is used up by the form, not by this page; its token waits in a cookie (web/mail-link.ts).

import type { JSX } from 'hono/jsx/jsx-runtime';

import { titleFor } from './document.js';
import type { Frame } from './frame.js';
import { Gate } from './gate.js';
import { NEW_PASSWORD_SCRIPTS, NewPassword, type NewPasswordErrors } from './new-password.js';
import { UserName } from './user-name.js';

export interface ChoosePasswordPageProps {
  readonly frame: Frame;
  readonly purpose: 'sign-up' | 'reset';
  /** Whose password it will be, for password managers. */
  readonly address: string;
  readonly guidance: string;
  /** How many characters the password needs, for the meter. */
  readonly least?: number;
  readonly errors?: NewPasswordErrors;
}

const WORDS = {
  'sign-up': {
    title: 'Choose a password',
    challenge: 'Choose your word.',
    meaning:
      'A long one that only you would think of. It is kept as a hash, so that not even this server can say it.',
    action: '/sign-up/finish',
    button: 'Create account',
  },
  reset: {
    title: 'Choose a new password',
    challenge: 'A new word, then.',
    meaning:
      'When you have chosen it, every device is signed out, and you sign in with the new one.',
    action: '/forgot/finish',
    button: 'Change password',
  },
} as const;

export function ChoosePasswordPage(props: ChoosePasswordPageProps): JSX.Element {
  const { frame, purpose, address, guidance, errors = {} } = props;
  const { title, challenge, meaning, action, button } = WORDS[purpose];
  return (
    <Gate
      frame={frame}
      title={titleFor(title, Object.values(errors))}
      challenge={challenge}
      meaning={meaning}
      scripts={NEW_PASSWORD_SCRIPTS}
    >
      <h1>{title}</h1>
      <p class="lede">
        For <strong>{address}</strong>.
      </p>
      <form method="post" action={action} novalidate>
        <UserName name={address} />
        <NewPassword
          frame={frame}
          label={purpose === 'reset' ? 'New password' : 'Password'}
          guidance={guidance}
          least={props.least}
          errors={errors}
          focus="start"
        />
        <button class="button button-main" type="submit">
          {button}
        </button>
      </form>
    </Gate>
  );
}
