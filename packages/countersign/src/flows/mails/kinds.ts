// Every mail that accounts send: the one table of kinds. A link lets its reader do something and is
// asked for; a notice tells of what has happened, so that its reader can object (G75, G83, G87).

export const MAIL_KINDS = {
  'sign-up': { is: 'link', subject: 'choose a password' },
  'sign-up-known': { is: 'link', subject: 'you have an account already' },
  'verify-address': { is: 'link', subject: 'confirm this e-mail address' },
  reset: { is: 'link', subject: 'choose a new password' },
  'sign-in-link': { is: 'link', subject: 'your link to sign in' },
  'new-device': { is: 'notice', subject: 'a sign-in from a new device' },
  'sign-in-after-failures': { is: 'notice', subject: 'a sign-in after many failed attempts' },
  'second-factor-failed': { is: 'notice', subject: 'somebody knows your password' },
  'password-changed': { is: 'notice', subject: 'your password was changed' },
  'password-reset': { is: 'notice', subject: 'your password was reset' },
  'factor-added': { is: 'notice', subject: 'a way to sign in was added' },
  'factor-removed': { is: 'notice', subject: 'a way to sign in was removed' },
  'factor-closed': { is: 'notice', subject: 'a way to sign in was closed' },
  'passkey-copied': { is: 'notice', subject: 'there may be a copy of your passkey' },
  'recovery-codes-replaced': { is: 'notice', subject: 'you have new recovery codes' },
  'recovery-code-used': { is: 'notice', subject: 'a recovery code was used' },
  'address-pending': { is: 'notice', subject: 'an e-mail address is being added' },
  'address-added': { is: 'notice', subject: 'an e-mail address was added' },
  'address-removed': { is: 'notice', subject: 'an e-mail address was removed' },
  'primary-changed': { is: 'notice', subject: 'your main e-mail address was changed' },
  'provider-linked': { is: 'notice', subject: 'another account was linked to yours' },
  'provider-unlinked': { is: 'notice', subject: 'another account is no longer linked to yours' },
  'account-disabled': { is: 'notice', subject: 'your account was disabled' },
  'account-deleted': { is: 'notice', subject: 'your account was deleted' },
} as const satisfies Readonly<
  Record<string, { readonly is: 'link' | 'notice'; readonly subject: string }>
>;

export type MailKind = keyof typeof MAIL_KINDS;

type KindOf<Is> = {
  [Kind in MailKind]: (typeof MAIL_KINDS)[Kind]['is'] extends Is ? Kind : never;
}[MailKind];

export type NoticeKind = KindOf<'notice'>;

/** The links that carry a token. */
export type TokenLinkKind = Exclude<KindOf<'link'>, 'sign-up-known'>;
