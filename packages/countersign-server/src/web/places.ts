// Paths that are also known outside of the pages: mails lead to them, providers send people back to
// them, and the start output names one.

import type { MailOptions } from 'countersign/flows';

/** Where mails lead to; those of links get `?token=…`. */
export const MAIL_PATHS = {
  account: '/security',
  'sign-in': '/sign-in',
  forgotten: '/forgot',
  'sign-up': '/sign-up/finish',
  'verify-address': '/profile/addresses/verify',
  reset: '/forgot/finish',
  'sign-in-link': '/sign-in/link/open',
} as const satisfies Required<NonNullable<MailOptions['paths']>>;

/** Where providers send people back to, each to a path of its own below (RFC 9700 §4.4.2). */
export const PROVIDER_CALLBACK_PATH = '/sign-in/provider/callback';

/** The mails of development. */
export const OUTBOX_PATH = '/outbox';

/** Where browsers report what the policy of a page kept from happening. */
export const REPORTS_PATH = '/reports';
