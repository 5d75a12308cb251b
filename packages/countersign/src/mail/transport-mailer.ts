// The mailer over a transport of nodemailer, which the application makes and passes in: SMTP, a relay's
// API, whatever it speaks. Nothing is queued or tried again here.

import type { Mail, Mailer } from '../accounts/mailer.js';
import type { Clock } from '../clock.js';
import { assertOptionNames, CountersignError, misconfigured } from '../errors.js';
import { clockFrom } from '../clock-option.js';
import { parseDuration, type Duration } from '../duration.js';
import { bounded, type Patience } from '../waiting.js';
import { checkMail } from './checked-mail.js';
import { readSender, type Sender } from './sender.js';

/** What is sent, in the shape that nodemailer's `sendMail` takes. */
export interface TransportMessage {
  from: { name: string; address: string };
  replyTo?: { name: string; address: string };
  to: { name: string; address: string };
  subject: string;
  text: string;
  html?: string;
  headers: Record<string, string>;
}

/** What is used of a nodemailer transport. */
export interface MailTransport {
  sendMail(message: TransportMessage): Promise<unknown>;
}

export interface TransportMailerOptions {
  /** What nodemailer's `createTransport` returns. */
  readonly transport: MailTransport;
  /** `no-reply@example.org` or `Example Shop <no-reply@example.org>`. */
  readonly from: string;
  /** Where answers go. Default: to `from`. */
  readonly replyTo?: string;
  /** How long one mail may take. Default `'30s'`. */
  readonly timeout?: Duration;
  /** Where timers come from. Default: the machine's. */
  readonly clock?: Clock;
}

const NAMES = ['transport', 'from', 'replyTo', 'timeout', 'clock'] as const;

/**
 * Sends through a nodemailer transport. Each mail says `Auto-Submitted: auto-generated` (RFC 3834
 * §5), so that absence notes do not answer it.
 * @throws CountersignError `configuration`
 */
export function transportMailer(options: TransportMailerOptions): Mailer {
  assertOptionNames('', options, NAMES);
  const { transport } = options;
  if (typeof transport?.sendMail !== 'function')
    throw misconfigured('transport', 'has no sendMail', 'Pass what createTransport() returns');
  const from = readSender('from', options.from);
  const replyTo = options.replyTo === undefined ? null : readSender('replyTo', options.replyTo);
  const timeout = parseDuration(options.timeout ?? '30s', 'timeout');
  const clock = clockFrom(options.clock);
  return {
    async send(mail) {
      const message = messageOf(checkMail(mail), from, replyTo);
      await bounded(() => transport.sendMail(message), patienceFor(mail.kind, timeout, clock));
    },
  };
}

function messageOf(mail: Mail, from: Sender, replyTo: Sender | null): TransportMessage {
  return {
    // As objects: text would be read as a list of addresses.
    from: { ...from },
    ...(replyTo === null ? {} : { replyTo: { ...replyTo } }),
    to: { name: '', address: mail.to },
    subject: mail.subject,
    text: mail.text,
    ...(mail.html === undefined ? {} : { html: mail.html }),
    headers: { 'Auto-Submitted': 'auto-generated' },
  };
}

/** For one mail: what it throws names its kind, and nobody. */
function patienceFor(kind: string, timeout: number, clock: Clock): Patience {
  const failed = (problem: string, cause?: unknown): Error =>
    new CountersignError('mail-unavailable', `The mail '${kind}' ${problem}`, { cause });
  return {
    timeout,
    clock,
    late: () => failed(`was not sent within ${timeout} ms`),
    failed: (cause) => failed('was not sent: the transport failed', cause),
  };
}
