// A link from a mail that does not work: expired, used, mistyped or overtaken. It does not say which,
// because that would tell a stranger something of the account.

import type { JSX } from 'hono/jsx/jsx-runtime';

import type { Frame } from './frame.js';
import { Gate } from './gate.js';
import type { MailLinkPurpose } from './mail-link-page.js';
import type { MailPurpose } from './mail-purpose.js';

export interface LinkProblemPageProps {
  readonly frame: Frame;
  readonly purpose: MailPurpose | MailLinkPurpose;
}

interface Way {
  readonly href: string;
  readonly words: string;
}

const WAYS: Readonly<Record<MailPurpose | MailLinkPurpose, Way>> = {
  'sign-up': { href: '/sign-up', words: 'Ask for a new link' },
  'sign-in': { href: '/sign-in/link', words: 'Ask for a new link' },
  reset: { href: '/forgot', words: 'Ask for a new link' },
  'verify-address': { href: '/profile', words: 'Go to your addresses' },
};

export function LinkProblemPage({ frame, purpose }: LinkProblemPageProps): JSX.Element {
  const { href, words } = WAYS[purpose];
  return (
    <Gate
      frame={frame}
      title="Error: This link does not work any more"
      challenge="That word is spent."
      meaning="Each link opens once, and only for a while. So one that lies about in a mailbox opens nothing."
    >
      <h1>This link does not work any more</h1>
      <p class="lede">
        It was used, it is too old, or something has changed since it was sent. If you have asked
        for several, only the last one works.
      </p>
      <a class="button button-main" href={href}>
        {words}
      </a>
    </Gate>
  );
}
