// The three pages that ask for an address and send a mail to it. None of them can tell whether anybody
// has the address, so neither does what follows (mail-sent-page.tsx).

import type { JSX } from 'hono/jsx/jsx-runtime';

import { titleFor } from './document.js';
import { Field, HiddenFields } from './field.js';
import type { Frame } from './frame.js';
import { Gate } from './gate.js';
import type { MailPurpose } from './mail-purpose.js';
import { Remember, type RememberProps } from './remember.js';
import { withReturn } from './with-return.js';

export interface AskAddressPageProps {
  readonly frame: Frame;
  readonly purpose: MailPurpose;
  readonly returnTo: string;
  /** What was typed before. */
  readonly address?: string | undefined;
  readonly error?: string | undefined;
  /** Only where the link signs in: whether the browser shall be remembered then. */
  readonly remember?: RememberProps | undefined;
}

interface Words {
  readonly title: string;
  readonly challenge: string;
  readonly meaning: string;
  readonly lede: string;
  readonly action: string;
  readonly button: string;
}

const WORDS: Readonly<Record<MailPurpose, Words>> = {
  'sign-up': {
    title: 'Create an account',
    challenge: 'Where do we find you?',
    meaning:
      'An address that you can read mail at is all that is asked for. It is kept to let you in, and to tell you when something about your account changes.',
    lede: 'We send you a mail with a link. Behind it you choose a password.',
    action: '/sign-up',
    button: 'Send the mail',
  },
  'sign-in': {
    title: 'Sign in by mail',
    challenge: 'Read it to us.',
    meaning:
      'Whoever can read your mail can say what is in it. That is as good as a word, for this once.',
    lede: 'We send you a link that signs you in once, on this browser only.',
    action: '/sign-in/link',
    button: 'Send the link',
  },
  reset: {
    title: 'Forgot your password?',
    challenge: 'It happens.',
    meaning: 'The old word stays good until you have chosen a new one.',
    lede: 'We send you a link, behind which you choose a new password.',
    action: '/forgot',
    button: 'Send the link',
  },
};

export function AskAddressPage(props: AskAddressPageProps): JSX.Element {
  const { frame, purpose, returnTo, address, error, remember } = props;
  const { title, challenge, meaning, lede, action, button } = WORDS[purpose];
  return (
    <Gate frame={frame} title={titleFor(title, [error])} challenge={challenge} meaning={meaning}>
      <h1>{title}</h1>
      <p class="lede">{lede}</p>
      <form method="post" action={action} novalidate>
        <HiddenFields fields={{ return_to: returnTo }} />
        <Field
          name="address"
          label="E-mail address"
          type="email"
          autocomplete="email"
          value={address}
          error={error}
          focus
        />
        {remember === undefined ? null : <Remember {...remember} />}
        <button class="button button-main" type="submit">
          {button}
        </button>
      </form>
      <p class="aside">
        {purpose === 'sign-up' ? 'You have an account? ' : 'It came back to you? '}
        <a href={withReturn('/sign-in', returnTo)}>Sign in</a>
      </p>
    </Gate>
  );
}
