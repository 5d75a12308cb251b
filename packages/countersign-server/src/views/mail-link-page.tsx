// The page of a link from a mail. It only has a button: programs that look into mails open links, so
// nothing may happen before somebody presses it. The token waits in a cookie (web/mail-link.ts).

import type { JSX } from 'hono/jsx/jsx-runtime';

import type { Frame } from './frame.js';
import { Gate } from './gate.js';

export type MailLinkPurpose = 'sign-in' | 'verify-address';

export interface MailLinkPageProps {
  readonly frame: Frame;
  readonly purpose: MailLinkPurpose;
  /** The address that it is about. */
  readonly address?: string;
}

interface Words {
  readonly title: string;
  readonly challenge: string;
  readonly lede: string;
  readonly action: string;
  readonly button: string;
}

const WORDS: Readonly<Record<MailLinkPurpose, Words>> = {
  'sign-in': {
    title: 'Sign in',
    challenge: 'The word came through.',
    lede: 'One press, and you are signed in on this browser. If you have set up a second step, it comes next.',
    action: '/sign-in/link/open',
    button: 'Sign in',
  },
  'verify-address': {
    title: 'Confirm your address',
    challenge: 'So it is yours.',
    lede: 'One press, and the address belongs to your account.',
    action: '/profile/addresses/verify',
    button: 'Confirm the address',
  },
};

export function MailLinkPage({ frame, purpose, address }: MailLinkPageProps): JSX.Element {
  const { title, challenge, lede, action, button } = WORDS[purpose];
  return (
    <Gate
      frame={frame}
      title={title}
      challenge={challenge}
      meaning="Programs that look into mails open links as well. That is why this one waits for you."
    >
      <h1>{title}</h1>
      {address === undefined ? null : (
        <p class="lede">
          <strong>{address}</strong>
        </p>
      )}
      <p class="lede">{lede}</p>
      <form method="post" action={action}>
        <button class="button button-main" type="submit" autofocus>
          {button}
        </button>
      </form>
      <p class="aside">Not what you asked for? Close this page, and nothing happens.</p>
    </Gate>
  );
}
