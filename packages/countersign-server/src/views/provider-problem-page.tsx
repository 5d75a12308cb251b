// A sign-in at an OpenID provider that did not end here: what happened, and what can be done.

import type { JSX } from 'hono/jsx/jsx-runtime';

import type { Frame } from './frame.js';
import { Gate } from './gate.js';

export type ProviderProblem =
  /** The person, or the provider, said no. */
  | 'denied'
  /** The answer did not hold: forged, too late, from another browser, or wrongly signed. */
  | 'refused'
  /** The provider does not answer. */
  | 'unreachable'
  /** Too many have set out from this network. */
  | 'crowded'
  /** No account is linked, and its address belongs to one that is not. */
  | 'address-taken'
  /** No account is linked, and none is made this way. */
  | 'not-linked'
  /** The provider's account is linked to another account here. */
  | 'linked-elsewhere';

export interface ProviderProblemPageProps {
  readonly frame: Frame;
  /** What people know the provider as. */
  readonly label: string;
  readonly problem: ProviderProblem;
}

interface Words {
  readonly title: string;
  readonly challenge: string;
  readonly text: (label: string) => string;
  readonly way: { readonly href: string; readonly words: string };
}

const AGAIN = { href: '/sign-in', words: 'Back to sign in' };

const WORDS: Readonly<Record<ProviderProblem, Words>> = {
  denied: {
    title: 'You were not signed in',
    challenge: 'Turned back.',
    text: (label) =>
      `${label} did not say who you are, because you or it declined. Nothing was changed.`,
    way: AGAIN,
  },
  refused: {
    title: 'That answer was not accepted',
    challenge: 'Say again?',
    text: (label) =>
      `What came back from ${label} does not fit what was asked: it took too long, or it came from another browser. Nothing was changed. Try again from the start.`,
    way: AGAIN,
  },
  unreachable: {
    title: 'There is no answer',
    challenge: 'A moment.',
    text: (label) =>
      `${label} cannot be reached just now. Try again later, or sign in another way.`,
    way: AGAIN,
  },
  crowded: {
    title: 'Too many at once',
    challenge: 'One at a time.',
    text: (label) =>
      `Too many people from your network have set out to ${label}. Sign in another way, or wait.`,
    way: AGAIN,
  },
  'address-taken': {
    title: 'Sign in first, then link',
    challenge: 'We have met.',
    text: (label) =>
      `There is an account with the address that ${label} gave. Sign in to it as you did before, then link ${label} on the page of sign-in services. It is not done by itself, so that nobody else can take your account this way.`,
    way: { href: '/sign-in?return_to=%2Fsecurity%2Fproviders', words: 'Sign in' },
  },
  'not-linked': {
    title: 'No account is linked',
    challenge: 'We have not met.',
    text: (label) =>
      `No account here is linked with yours at ${label}. Create one first, or sign in and link it.`,
    way: { href: '/sign-up', words: 'Create an account' },
  },
  'linked-elsewhere': {
    title: 'It is linked already',
    challenge: 'Already spoken for.',
    text: (label) =>
      `Your account at ${label} is linked with another account here. Unlink it there first.`,
    way: { href: '/security/providers', words: 'Back to sign-in services' },
  },
};

export function ProviderProblemPage(props: ProviderProblemPageProps): JSX.Element {
  const { frame, label, problem } = props;
  const { title, challenge, text, way } = WORDS[problem];
  return (
    <Gate frame={frame} title={`Error: ${title}`} challenge={challenge}>
      <h1>{title}</h1>
      <p class="lede">{text(label)}</p>
      <a class="button button-main" href={way.href}>
        {way.words}
      </a>
    </Gate>
  );
}
