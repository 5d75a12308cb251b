// The mailer over a transport of nodemailer, which the application makes and passes in: SMTP, a relay's
// API, whatever it speaks. Nothing is queued here; what did not go is tried again if that was asked for.

import type { Mail, Mailer } from '../accounts/mailer.js';
import type { Clock } from '../clock.js';
import { assertOptionNames, CountersignError, misconfigured } from '../errors.js';
import { clockFrom } from '../clock-option.js';
import { parseDuration, type Duration } from '../duration.js';
import { checkMail } from './checked-mail.js';
import { createRetries, readRetryAfter } from './retries.js';
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
  /** Aborted when the time is up: nodemailer drops the mail, or the connection that it is on. */
  signal: AbortSignal;
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
  /** How long one try may take. Default `'30s'`. */
  readonly timeout?: Duration;
  /**
   * How long to wait before each further try of a mail that the server could not take for now, such as
   * `['10s', '1m']`. Default: none, so there is one try.
   */
  readonly retryAfter?: readonly Duration[];
  /** Where timers come from. Default: the machine's. */
  readonly clock?: Clock;
}

export interface TransportMailer extends Mailer {
  /**
   * Waits for no further try from now on: mails that wait fail with what their last try met. Those under
   * way go on, and so can new ones. The transport stays open: it is its maker's.
   */
  close(): void;
}

const NAMES = ['transport', 'from', 'replyTo', 'timeout', 'retryAfter', 'clock'] as const;

/**
 * Sends through a nodemailer transport. Each mail says `Auto-Submitted: auto-generated` (RFC 3834
 * §5), so that absence notes do not answer it.
 * @throws CountersignError `configuration`
 */
export function transportMailer(options: TransportMailerOptions): TransportMailer {
  assertOptionNames('', options, NAMES);
  const { transport, timeout = '30s' } = options;
  if (typeof transport?.sendMail !== 'function')
    throw misconfigured('transport', 'has no sendMail', 'Pass what createTransport() returns');
  const from = readSender('from', options.from);
  const replyTo = options.replyTo === undefined ? null : readSender('replyTo', options.replyTo);
  const timeoutMs = parseDuration(timeout, 'timeout');
  const clock = clockFrom(options.clock);
  const retries = createRetries(readRetryAfter(options.retryAfter, timeoutMs), clock);
  return {
    async send(mail) {
      const message = messageOf(checkMail(mail), from, replyTo);
      await retries.run(() =>
        within(clock, timeoutMs, mail.kind, (signal) => transport.sendMail({ ...message, signal })),
      );
    },
    close: () => retries.close(),
  };
}

type Message = Omit<TransportMessage, 'signal'>;

function messageOf(mail: Mail, from: Sender, replyTo: Sender | null): Message {
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

/** The transport's own answer after the time is up is of no interest any more, be it an error. */
function within(
  clock: Clock,
  timeoutMs: number,
  kind: string,
  send: (signal: AbortSignal) => Promise<unknown>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const aborter = new AbortController();
    const fail = (problem: string, cause?: unknown): void =>
      reject(new CountersignError('mail-unavailable', `The mail '${kind}' ${problem}`, { cause }));
    const giveUp = (): void => {
      fail(`was not sent within ${timeoutMs} ms`);
      aborter.abort();
    };
    const cancel = clock.after(timeoutMs, giveUp, { keepsProcess: true });
    // In an async function, so that a transport that throws is one that rejects.
    const sending = (async () => send(aborter.signal))();
    sending.then(
      () => {
        cancel();
        resolve();
      },
      (cause: unknown) => {
        cancel();
        fail('was not sent: the transport failed', cause);
      },
    );
  });
}
