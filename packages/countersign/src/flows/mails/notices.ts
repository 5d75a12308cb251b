// The mails that tell of what has happened to an account (G75, G83, G87; ASVS 6.3.7). They have no
// password and no link but that of the account page, so that nobody learns to follow links in such mails.

import type { Mail } from '../../accounts/mailer.js';
import { factsOf, type MailEvent } from './event.js';
import type { NoticeKind } from './kinds.js';
import { writeLetter } from './letter.js';
import type { MailSite } from './site.js';
import { counted, plainEmailAddress, plainWords } from './words.js';

/** A way to sign in, as notices call it. */
export type FactorName = 'password' | 'totp' | 'passkey' | 'recovery-codes';

interface Nothing {
  readonly [name: string]: never;
}
interface Factor {
  readonly factor: FactorName;
  /** What the user called it. */
  readonly name?: string | undefined;
}
interface Address {
  /** The other address. The mail goes to one that the account had before. */
  readonly address: string;
}
interface Provider {
  /** The provider's label. */
  readonly provider: string;
}

/** What each notice has to be told besides the event. */
export interface NoticeDetails {
  readonly 'new-device': Nothing;
  readonly 'sign-in-after-failures': { readonly failures: number };
  readonly 'second-factor-failed': Nothing;
  readonly 'password-changed': Nothing;
  readonly 'password-reset': Nothing;
  readonly 'factor-added': Factor;
  readonly 'factor-removed': Factor;
  /** Too many failed attempts in a row. */
  readonly 'factor-closed': Factor;
  /** A signature was right and its counter was not. */
  readonly 'passkey-copied': Factor;
  readonly 'recovery-codes-replaced': Nothing;
  readonly 'recovery-code-used': { readonly left: number };
  readonly 'address-pending': Address;
  readonly 'address-added': Address;
  readonly 'address-removed': Address;
  readonly 'primary-changed': Address;
  readonly 'provider-linked': Provider;
  readonly 'provider-unlinked': Provider;
  readonly 'account-disabled': Nothing;
  readonly 'account-deleted': Nothing;
}

interface NoticeWords {
  readonly says: string;
  /** What to do if it was somebody else. */
  readonly ifNot: string;
  /** Whether the account page is of use. */
  readonly canSignIn?: false;
  /** There is something to do even if it was the owner. */
  readonly mustAct?: true;
}

const CHANGE_PASSWORD =
  'If it was not you, sign in, end all other sessions and choose a new password at once.';
const UNDO =
  'If it was not you, sign in, undo it, end all other sessions and choose a new password. If you cannot sign in any more, get in touch with those who run the service.';
const ASK = 'If you did not want this, get in touch with those who run the service.';

const FACTORS: Readonly<Record<FactorName, string>> = {
  password: 'password',
  totp: 'authenticator app',
  passkey: 'passkey',
  'recovery-codes': 'set of recovery codes',
};

const NOTICES: { readonly [Kind in NoticeKind]: (details: NoticeDetails[Kind]) => NoticeWords } = {
  'new-device': () => ({
    says: 'Somebody signed in to your account from a device that we have not seen before.',
    ifNot: CHANGE_PASSWORD,
  }),
  'sign-in-after-failures': ({ failures }) => ({
    says: `Somebody signed in to your account, after ${counted(failures, 'failed attempt')}.`,
    ifNot: CHANGE_PASSWORD,
  }),
  'second-factor-failed': () => ({
    says: 'Somebody entered your right password, but failed at the second step and was not let in.',
    ifNot: 'If it was not you, somebody else knows your password: sign in and choose a new one.',
  }),
  'password-changed': () => ({
    says: 'The password of your account was changed.',
    ifNot: 'If it was not you, ask for a new password on the sign-in page at once.',
  }),
  'password-reset': () => ({
    says: 'A new password was set for your account, with a link that we had sent by mail. Everybody was signed out.',
    ifNot:
      'If it was not you, somebody reads your mail: secure your mailbox first, then ask for a new password.',
  }),
  'factor-added': (factor) => ({
    says: `A new ${factorInWords(factor)} can now be used to sign in to your account.`,
    ifNot: UNDO,
  }),
  'factor-removed': (factor) => ({
    says: `This can no longer be used to sign in to your account: ${factorInWords(factor)}.`,
    ifNot: UNDO,
  }),
  'factor-closed': closedWords,
  'passkey-copied': (factor) => ({
    says: `There may be a second copy of this: ${factorInWords(factor)}. It was used just now, in a way that is not possible with one copy, and nobody was let in.`,
    ifNot:
      'Remove it from your account and add a new one. If it was not you, end all other sessions too.',
    mustAct: true,
  }),
  'recovery-codes-replaced': () => ({
    says: 'Your account has new recovery codes. The ones from before are worthless.',
    ifNot: UNDO,
  }),
  'recovery-code-used': ({ left }) => ({
    says: `Somebody signed in to your account with a recovery code. ${left === 0 ? 'There are no codes left: make new ones.' : `You have ${counted(left, 'code')} left.`}`,
    ifNot: CHANGE_PASSWORD,
  }),
  'address-pending': ({ address }) => ({
    says: `Somebody wants to add this e-mail address to your account: ${plainEmailAddress(address)}. It is not part of the account until a link that was sent there is opened.`,
    ifNot: 'If it was not you, sign in, remove that address and choose a new password at once.',
  }),
  'address-added': ({ address }) => ({
    says: `This e-mail address now belongs to your account: ${plainEmailAddress(address)}.`,
    ifNot: 'If it was not you, sign in, remove that address and choose a new password at once.',
  }),
  'address-removed': ({ address }) => ({
    says: `This e-mail address no longer belongs to your account: ${plainEmailAddress(address)}.`,
    ifNot: UNDO,
  }),
  'primary-changed': ({ address }) => ({
    says: `The main e-mail address of your account is now ${plainEmailAddress(address)}.`,
    ifNot: UNDO,
  }),
  'provider-linked': ({ provider }) => ({
    says: `An account at ${plainWords(provider) ?? 'another provider'} can now be used to sign in to yours.`,
    ifNot: UNDO,
  }),
  'provider-unlinked': ({ provider }) => ({
    says: `An account at ${plainWords(provider) ?? 'another provider'} can no longer be used to sign in to yours.`,
    ifNot: UNDO,
  }),
  'account-disabled': () => ({
    says: 'Your account was disabled. Nobody can sign in to it.',
    ifNot: ASK,
    canSignIn: false,
  }),
  'account-deleted': () => ({
    says: 'Your account was deleted. This cannot be undone.',
    ifNot: ASK,
    canSignIn: false,
  }),
};

/** A password stays open to devices that are known, so that strangers cannot lock its owner out (G46). */
function closedWords(factor: Factor): NoticeWords {
  if (factor.factor === 'password')
    return {
      says: 'After many failed attempts in a row, your password is refused on devices on which you have never signed in.',
      ifNot: 'Somebody may be guessing. A new password, by mail, opens it again.',
    };
  return {
    says: `After many failed attempts in a row, this is closed: ${factorInWords(factor)}. Nobody can sign in with it.`,
    ifNot: CHANGE_PASSWORD,
  };
}

export interface NoticeInput<Kind extends NoticeKind> {
  readonly to: string;
  readonly event: MailEvent;
  readonly details: NoticeDetails[Kind];
}

/** The notice of one kind to one address. Which of an account's addresses get it is not decided here. */
export function noticeMail<Kind extends NoticeKind>(
  site: MailSite,
  kind: Kind,
  { to, event, details }: NoticeInput<Kind>,
): Mail {
  const { says, ifNot, canSignIn, mustAct } = NOTICES[kind](details);
  const isCalm = canSignIn !== false && mustAct !== true;
  const account = { words: 'Your account', href: site.page('account') };
  return writeLetter(site, {
    kind,
    to,
    blocks: [
      says,
      factsOf(event),
      ...(isCalm ? ['If it was you, there is nothing to do.'] : []),
      ifNot,
      ...(canSignIn === false ? [] : [account]),
    ],
  });
}

function factorInWords({ factor, name }: Factor): string {
  const words = plainWords(name);
  return words === undefined ? FACTORS[factor] : `${FACTORS[factor]} (${words})`;
}
