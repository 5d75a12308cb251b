// The mails that somebody asked for, with a link. Whoever reads them may not be who asked, so each says
// what happens if the link is left alone: nothing (G62). An address without an account gets none.

import type { Mail } from '../../accounts/mailer.js';
import { factsOf, type MailEvent } from './event.js';
import type { TokenLinkKind } from './kinds.js';
import { writeLetter } from './letter.js';
import type { MailSite } from './site.js';
import { durationInWords } from './words.js';

export interface LinkMailInput {
  readonly to: string;
  /** The one-time token, which is written nowhere else. */
  readonly token: string;
  readonly lifetimeMs: number;
  /** Who asked. */
  readonly event: MailEvent;
}

interface LinkWords {
  readonly says: string;
  readonly link: string;
  readonly ifNot: string;
}

const NOTHING = 'If it was not you, ignore this mail:';

const LINK_WORDS: Readonly<Record<TokenLinkKind, LinkWords>> = {
  'sign-up': {
    says: 'Somebody, you we hope, wants an account with this e-mail address.',
    link: 'To choose a password and make the account, open this link',
    ifNot: `${NOTHING} without the link there will be no account.`,
  },
  'verify-address': {
    says: 'Somebody, you we hope, wants to add this e-mail address to an account.',
    link: 'To confirm that the address is yours, open this link',
    ifNot: `${NOTHING} without the link the address is not added.`,
  },
  reset: {
    says: 'Somebody, you we hope, has forgotten the password of your account.',
    link: 'To choose a new password, open this link',
    ifNot: `${NOTHING} your password stays as it is.`,
  },
  'sign-in-link': {
    says: 'Somebody, you we hope, wants to sign in to your account with this link.',
    link: 'To sign in, open this link',
    ifNot: `${NOTHING} nobody can sign in without the link. Give it to nobody.`,
  },
};

/** The mail with a one-time link. The token is in the link, as the query's `token`. */
export function linkMail(site: MailSite, kind: TokenLinkKind, input: LinkMailInput): Mail {
  const { says, link, ifNot } = LINK_WORDS[kind];
  const href = site.link(kind, input.token);
  return writeLetter(site, {
    kind,
    to: input.to,
    blocks: [
      says,
      { words: link, href },
      `The link works once, and for ${durationInWords(input.lifetimeMs)}.`,
      ifNot,
      factsOf(input.event),
    ],
  });
}

/**
 * For a sign-up with an address that has an account: sent instead of the link, so that the page can say
 * the same to everyone (G60).
 */
export function signUpKnownMail(
  site: MailSite,
  input: { readonly to: string; readonly event: MailEvent },
): Mail {
  return writeLetter(site, {
    kind: 'sign-up-known',
    to: input.to,
    blocks: [
      'Somebody, you we hope, wants an account with this e-mail address. There is one already.',
      { words: 'Sign in here', href: site.page('sign-in') },
      { words: 'If you have forgotten your password', href: site.page('forgotten') },
      'If it was not you, ignore this mail: nothing was changed.',
      factsOf(input.event),
    ],
  });
}
