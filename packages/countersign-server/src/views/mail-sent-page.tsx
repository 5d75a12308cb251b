// "Look into your mail": the same page for every address, whether anybody has it or not.

import type { JSX } from 'hono/jsx/jsx-runtime';

import { amountInWords } from '../web/time-words.js';
import type { Frame } from './frame.js';
import { Gate } from './gate.js';
import type { MailPurpose } from './mail-purpose.js';
import { withReturn } from './with-return.js';

export interface MailSentPageProps {
  readonly frame: Frame;
  readonly purpose: MailPurpose;
  /** As it was typed. */
  readonly address: string;
  /** How long the link in it works, in milliseconds. */
  readonly lasts: number;
  readonly returnTo?: string;
}

interface Words {
  readonly what: string;
  readonly again: string;
}

const WORDS: Readonly<Record<MailPurpose, Words>> = {
  'sign-up': {
    what: 'It has a link, behind which you choose your password. If you have an account already, it says that instead.',
    again: '/sign-up',
  },
  'sign-in': {
    what: 'If there is an account with this address, it has a link that signs you in. Open it in this browser.',
    again: '/sign-in/link',
  },
  reset: {
    what: 'If there is an account with this address, it has a link, behind which you choose a new password.',
    again: '/forgot',
  },
};

export function MailSentPage(props: MailSentPageProps): JSX.Element {
  const { frame, purpose, address, lasts, returnTo = '/' } = props;
  const { what, again } = WORDS[purpose];
  return (
    <Gate
      frame={frame}
      title="Look into your mail"
      challenge="A messenger is on the way."
      meaning="This page says the same for every address, so that nobody learns from it who has an account."
    >
      <h1>Look into your mail</h1>
      <p class="lede">
        A mail is on its way to <strong>{address}</strong>. {what}
      </p>
      <ul class="hints">
        <li>The link works once, and for {amountInWords(lasts)}.</li>
        <li>Nothing there after a few minutes? Look among the unwanted mail.</li>
        <li>
          Mistyped? <a href={withReturn(again, returnTo)}>Ask again</a>, which makes the first link
          worthless.
        </li>
      </ul>
      <p class="aside">
        <a href={withReturn('/sign-in', returnTo)}>Back to sign in</a>
      </p>
    </Gate>
  );
}
