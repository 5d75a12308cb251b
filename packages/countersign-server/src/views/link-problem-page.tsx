// A link from a mail that does not work: expired, used, mistyped or overtaken. It does not say which of
// these, because that would tell a stranger something of the account.

import type { JSX } from 'hono/jsx/jsx-runtime';

import type { Frame } from './frame.js';
import { Gate } from './gate.js';
import type { MailLinkPurpose } from './mail-link-page.js';
import type { MailPurpose } from './mail-purpose.js';

export interface LinkProblemPageProps {
  readonly frame: Frame;
  readonly purpose: MailPurpose | MailLinkPurpose;
  /** Default: `spent`. */
  readonly problem?: LinkProblem;
}

export type LinkProblem =
  | 'spent'
  /** It works in the browser that asked for it, and this is another one. */
  | 'other-browser';

interface Words {
  readonly title: string;
  readonly challenge: string;
  readonly meaning: string;
  readonly lede: string;
}

const WORDS: Readonly<Record<LinkProblem, Words>> = {
  spent: {
    title: 'This link does not work any more',
    challenge: 'That word is spent.',
    meaning:
      'Each link opens once, and only for a while. So one that lies about in a mailbox opens nothing.',
    lede: 'It was used, it is too old, or something has changed since it was sent. If you have asked for several, only the last one works.',
  },
  'other-browser': {
    title: 'This link is for another browser',
    challenge: 'Not this gate.',
    meaning:
      'A link signs in only where it was asked for. So one that somebody talks you out of lets nobody in.',
    lede: 'Open it in the browser in which you asked for it: it still works there. Or ask for a new link here.',
  },
};

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

export function LinkProblemPage(props: LinkProblemPageProps): JSX.Element {
  const { frame, purpose, problem = 'spent' } = props;
  const { href, words } = WAYS[purpose];
  const { title, challenge, meaning, lede } = WORDS[problem];
  return (
    <Gate frame={frame} title={`Error: ${title}`} challenge={challenge} meaning={meaning}>
      <h1>{title}</h1>
      <p class="lede">{lede}</p>
      <a class="button button-main" href={href}>
        {words}
      </a>
    </Gate>
  );
}
