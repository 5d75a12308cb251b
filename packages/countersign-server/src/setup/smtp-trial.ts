// Tries a mail server without sending anything: connection, TLS, login. Not by `verify` of nodemailer,
// which nobody could end before it ends itself.

import type { Clock } from 'countersign';
import SMTPConnection, { type SMTPConnectionOptions } from 'nodemailer/lib/smtp-connection';

export interface SmtpTrial {
  /** Rejects with an error of nodemailer. */
  readonly outcome: Promise<void>;
  /** Hangs up. */
  close(): void;
}

export interface SmtpTrialOptions {
  readonly settings: SMTPConnectionOptions;
  readonly login: { readonly user: string; readonly pass: string } | undefined;
  /** For everything together. */
  readonly limitMs: number;
  readonly clock: Clock;
}

export function trySmtp({ settings, login, limitMs, clock }: SmtpTrialOptions): SmtpTrial {
  const connection = new SMTPConnection(settings);
  const outcome = new Promise<void>((resolve, reject) => {
    const finish = (error?: Error | null): void => {
      if (error) {
        reject(error);
        connection.close();
      } else {
        resolve();
        connection.quit();
      }
    };
    const cancel = clock.after(limitMs, () => finish(new Error('No answer in time')));
    // It can come again while the connection is closed.
    connection.on('error', finish);
    connection.once('end', () => {
      cancel();
      reject(new Error('The connection was closed'));
    });
    connection.connect((error) => {
      if (error || login === undefined || !connection.allowsAuth) finish(error);
      else connection.login({ credentials: { ...login } }, finish);
    });
  });
  return { outcome, close: () => connection.close() };
}
