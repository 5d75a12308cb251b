// Mail by SMTP. Imported only where a server is named, as it loads the driver.

import { CountersignError, type Clock } from 'countersign';
import type { Mail, Mailer } from 'countersign/accounts';
import { transportMailer } from 'countersign/mail';
import { createTransport } from 'nodemailer';

import type { SmtpServer } from '../cli/smtp-url.js';
import { symptomsOf } from './trouble.js';

export interface SmtpMailer extends Mailer {
  /** Ends the connections. */
  close(): void;
}

/** Mails wait for one of these, so that a rush of them is none for the server. */
const MOST_CONNECTIONS = 3;
const CONNECT_MS = 10_000;
const SILENCE_MS = 20_000;

/** @throws CountersignError `configuration` for a sender that is none */
export function smtpMailer(server: SmtpServer, from: string, clock: Clock): SmtpMailer {
  const transport = createTransport({
    host: server.host,
    port: server.port,
    secure: server.tls === 'at-once',
    requireTLS: server.tls === 'starttls',
    ignoreTLS: server.tls === 'none',
    ...(server.login === undefined ? {} : { auth: server.login }),
    pool: true,
    maxConnections: MOST_CONNECTIONS,
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
    // A mail is what it is given, and never what a path or a URL in it leads to.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  // A connection that breaks while nobody uses it; the next mail opens another.
  transport.on('error', () => undefined);
  const mailer = transportMailer({
    transport: { sendMail: (message) => transport.sendMail(message) },
    from,
    clock,
  });
  return {
    async send(mail: Mail) {
      try {
        await mailer.send(mail);
      } catch (cause) {
        throw cause instanceof CountersignError && cause.code === 'mail-unavailable'
          ? new CountersignError('mail-unavailable', wordsFor(cause, server))
          : cause;
      }
    },
    close: () => transport.close(),
  };
}

interface Failure {
  readonly reason: string;
  /** Of nodemailer or Node. */
  readonly codes: readonly string[];
  /** nodemailer keeps what Node said in its message alone. */
  readonly message?: RegExp;
}

/** The first that fits is told. */
const FAILURES: readonly Failure[] = [
  { reason: 'it refuses this user or password', codes: ['EAUTH', 'ENOAUTH'] },
  { reason: 'it refuses sender or recipient', codes: ['EENVELOPE'] },
  { reason: 'it refuses the message', codes: ['EMESSAGE'] },
  {
    reason: 'its TLS certificate is not trusted here, or not for this host',
    codes: [],
    message: /certificate|altnames/i,
  },
  { reason: 'TLS with it failed, or it offers none', codes: ['ETLS'], message: /\bSSL\b/ },
  { reason: 'nothing listens there', codes: ['ECONNREFUSED'], message: /ECONNREFUSED/ },
  { reason: 'the host name is not known', codes: ['EDNS'], message: /ENOTFOUND|EAI_AGAIN/ },
  {
    reason: 'it does not answer',
    codes: ['ETIMEDOUT'],
    message: /timeout|timed out|not sent within/i,
  },
  {
    reason: 'the connection failed, or it hangs up',
    codes: ['ECONNECTION', 'ECONNRESET', 'ESOCKET'],
  },
  { reason: 'it does not speak SMTP as it should', codes: ['EPROTOCOL'] },
];

/** In words of this file: a server's own may repeat whom the mail was for, and the log names nobody. */
function wordsFor(error: unknown, { place }: SmtpServer): string {
  const symptoms = symptomsOf(error);
  const failure = FAILURES.find(({ codes, message }) =>
    symptoms.some(
      (symptom) => codes.includes(symptom.code) || message?.test(symptom.message) === true,
    ),
  );
  const status = statusIn(error);
  const tail = status === undefined ? '' : ` (${status})`;
  return `The mail server ${place} did not take a mail: ${failure?.reason ?? 'for a reason that is not known here'}${tail}.`;
}

/** The reply code, such as 535. */
function statusIn(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('responseCode' in error && typeof error.responseCode === 'number') return error.responseCode;
  return statusIn(error.cause);
}
