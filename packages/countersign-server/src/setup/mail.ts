// How mails leave: by the server that the operator named or, without one, into a folder, where
// developers read them.

import { join } from 'node:path';

import type { Clock } from 'countersign';
import type { Mailer } from 'countersign/accounts';
import { folderMailer } from 'countersign/mail';

import type { MailOptions } from '../cli/mail-options.js';
import type { SmtpServer } from '../cli/smtp-url.js';
import type { Log } from '../log.js';
import { Mistake } from '../mistake.js';
import { createOutbox, type Outbox } from '../web/mail-outbox.js';
import { readPrivateFile } from './private-file.js';
import type { SmtpAccess } from './smtp.js';

export interface OpenedMail {
  readonly mailer: Mailer;
  /** The folder for browsers; `undefined` where mails are sent. */
  readonly outbox: Outbox | undefined;
  /** Where mails are written, where they are not sent. */
  readonly folder: string | undefined;
  /** Tries the server without waiting for it, if there is one, and tells the log alone if it cannot be used. */
  check(log: Log): void;
  /** Mails that wait for another try fail from now on. */
  endRetries(): void;
  /** When the last mail is out, or was given up. */
  close(): void;
}

const FOLDER = 'mail';

export interface OpenMailOptions extends MailOptions {
  readonly dataFolder: string;
  readonly clock: Clock;
}

/**
 * @throws CountersignError `configuration` for a sender that is none
 * @throws Mistake for a password file that is none, or that others can read
 */
export async function openMail(options: OpenMailOptions): Promise<OpenedMail> {
  const { smtp, from, clock } = options;
  if (smtp === undefined) {
    const folder = join(options.dataFolder, FOLDER);
    const mailer = folderMailer({ folder, from, clock });
    return { ...NO_SERVER, mailer, outbox: createOutbox(mailer), folder };
  }
  const { smtpMailer } = await import('./smtp.js');
  const mailer = smtpMailer(accessTo(smtp), from, clock);
  let isClosed = false;
  return {
    mailer,
    outbox: undefined,
    folder: undefined,
    check(log) {
      mailer.check().catch((cause: unknown) => {
        // One that was cut short says nothing of the server.
        if (!isClosed) log.warning('mail-server', { message: reasonOf(cause) });
      });
    },
    endRetries: () => mailer.endRetries(),
    close() {
      isClosed = true;
      mailer.close();
    },
  };
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

const NO_SERVER = {
  check: () => undefined,
  endRetries: () => undefined,
  close: () => undefined,
};

function accessTo(smtp: SmtpServer): SmtpAccess {
  const { login } = smtp;
  if (login === undefined || 'pass' in login) return { ...smtp, login };
  return { ...smtp, login: { user: login.user, pass: readPassword(login.passwordFile) } };
}

/** As it is, but for what editors put around it: a line end and, on Windows, a byte order mark. */
function readPassword(path: string): string {
  const text = readPrivateFile(path);
  if (text === undefined) throw wrongPassword(path, 'is not there');
  const password = text.replace(/^\uFEFF/, '').replace(/\r?\n$/, '');
  if (password === '') throw wrongPassword(path, 'is empty');
  if (password.includes('\uFFFD')) throw wrongPassword(path, 'is not written in UTF-8');
  if (/\p{Cc}/u.test(password)) throw wrongPassword(path, 'has more than one line of text');
  return password;
}

/** Never repeats a part of the text. */
function wrongPassword(path: string, problem: string): Mistake {
  return new Mistake(
    `${path} ${problem}.\n--smtp-password-file takes a file with the password of the mail server as it is, with mode 600.`,
    { exitCode: 1 },
  );
}
