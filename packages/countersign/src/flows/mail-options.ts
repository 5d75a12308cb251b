// What the flows are told about mail, checked when they are made: a mailer that is missing must not be
// found out by the first person who has forgotten a password.

import type { Mailer } from '../accounts/mailer.js';
import { assertOptionNames, misconfigured } from '../errors.js';
import { MAIL_PATHS, type MailPage } from './mails/site.js';

export interface MailOptions {
  /** Such as `transportMailer(…)` of `countersign/mail`. */
  readonly mailer: Mailer;
  /** Where the links in mails lead to, such as `https://shop.example`. Never taken from a request (G69). */
  readonly origin: string;
  /**
   * Of the pages that mails lead to. Default: `/account`, `/sign-in` and `/forgotten`, and with a token
   * `/links/sign-up`, `/links/verify-address`, `/links/reset` and `/links/sign-in`.
   */
  readonly paths?: Partial<Readonly<Record<MailPage, string>>>;
  /** What a `User-Agent` header is called in mails. Default: the header. */
  readonly deviceWords?: (userAgent: string) => string;
}

const OPTION_NAMES: readonly (keyof MailOptions)[] = ['mailer', 'origin', 'paths', 'deviceWords'];

/** @throws CountersignError `configuration` */
export function assertMailOptions(mail: MailOptions | undefined): void {
  if (mail === undefined) return;
  assertOptionNames('mail', mail, OPTION_NAMES);
  const { mailer, origin, paths, deviceWords } = mail;
  if (typeof mailer?.send !== 'function')
    throw misconfigured('mail.mailer', 'is not a mailer', 'Pass such as transportMailer({ … })');
  if (typeof origin !== 'string')
    throw misconfigured('mail.origin', 'is not set', 'Write one such as https://shop.example');
  assertOptionNames('mail.paths', paths, Object.keys(MAIL_PATHS));
  if (deviceWords !== undefined && typeof deviceWords !== 'function')
    throw misconfigured('mail.deviceWords', 'is not a function', 'Leave it out for the header');
}
