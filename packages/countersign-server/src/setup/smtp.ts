// Mail by SMTP. Imported only where a server is named, as it loads the driver.

import { isIP } from 'node:net';

import { CountersignError, isThisMachine, type Clock } from 'countersign';
import type { Mail, Mailer } from 'countersign/accounts';
import { transportMailer } from 'countersign/mail';
import { createTransport } from 'nodemailer';

import type { SmtpServer } from '../cli/smtp-url.js';
import { smtpError } from './smtp-trouble.js';
import { trySmtp, type SmtpTrial } from './smtp-trial.js';

/** A mail server with whatever is needed to log in. */
export interface SmtpAccess extends Pick<SmtpServer, 'host' | 'port' | 'tls' | 'place' | 'name'> {
  readonly login: { readonly user: string; readonly pass: string } | undefined;
}

export interface SmtpMailer extends Mailer {
  /**
   * Tries connection, TLS and login.
   * @throws CountersignError `mail-unavailable`, with the remedy
   */
  check(): Promise<void>;
  /** Mails that wait for another try fail from now on. */
  endRetries(): void;
  /** Ends the connections, also those with a mail on them. */
  close(): void;
}

/** Mails wait for one of these, so that a rush of them is none for the server. */
const MOST_CONNECTIONS = 3;
const CONNECT_MS = 10_000;
const SILENCE_MS = 20_000;
const CHECK_MS = 30_000;
/** A server that is started again is back by then. */
const RETRY_AFTER = ['10s', '1m', '3m'] as const;

/** @throws CountersignError `configuration` for a sender that is none */
export function smtpMailer(server: SmtpAccess, from: string, clock: Clock): SmtpMailer {
  const transport = openTransport(server);
  const mailer = transportMailer({
    transport: { sendMail: (message) => transport.sendMail(message) },
    from,
    retryAfter: RETRY_AFTER,
    clock,
  });
  const trials = new Set<SmtpTrial>();
  return {
    async send(mail: Mail) {
      try {
        await mailer.send(mail);
      } catch (cause) {
        throw cause instanceof CountersignError && cause.code === 'mail-unavailable'
          ? smtpError(cause, server, 'did not take a mail')
          : cause;
      }
    },
    async check() {
      const { login } = server;
      const trial = trySmtp({ settings: settingsFor(server), login, limitMs: CHECK_MS, clock });
      trials.add(trial);
      try {
        await trial.outcome;
      } catch (cause) {
        throw smtpError(cause, server, 'cannot be used');
      }
    },
    endRetries: () => mailer.close(),
    close() {
      for (const trial of trials) trial.close();
      transport.close({ force: true });
    },
  };
}

function openTransport(server: SmtpAccess) {
  const transport = createTransport({
    ...settingsFor(server),
    ...(server.login === undefined ? {} : { auth: { ...server.login } }),
    pool: true,
    maxConnections: MOST_CONNECTIONS,
    // A mail is what it is given, and never what a path or a URL in it leads to.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  // A connection that breaks while nobody uses it; the next mail opens another.
  transport.on('error', () => undefined);
  return transport;
}

function settingsFor({ host, port, tls }: SmtpAccess) {
  return {
    ...addressOf(host),
    port,
    secure: tls === 'at-once',
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'none',
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
    // Or a server that does not hang up as well keeps the process for five seconds after a stop.
    socketCloseTimeout: 0,
  };
}

/**
 * Names of this machine are not looked up: nodemailer would ask the name servers first, whatever they say
 * of `localhost` (RFC 6761 §6.3), and what goes there may go without TLS.
 */
function addressOf(host: string): { readonly host: string; readonly servername?: string } {
  const isName = isThisMachine(host) && isIP(host) === 0;
  return isName ? { host: '127.0.0.1', servername: host } : { host };
}
