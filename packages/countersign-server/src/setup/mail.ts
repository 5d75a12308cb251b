// How mails leave: by the server that the operator named or, without one, into a folder, where
// developers read them.

import { join } from 'node:path';

import type { Clock } from 'countersign';
import type { Mailer } from 'countersign/accounts';
import { folderMailer } from 'countersign/mail';

import type { MailOptions } from '../cli/mail-options.js';
import { createOutbox, type Outbox } from '../web/mail-outbox.js';

export interface OpenedMail {
  readonly mailer: Mailer;
  /** The folder for browsers; `undefined` where mails are sent. */
  readonly outbox: Outbox | undefined;
  /** Where mails are written, where they are not sent. */
  readonly folder: string | undefined;
  /** When the last mail is out. */
  close(): void;
}

const FOLDER = 'mail';

export interface OpenMailOptions extends MailOptions {
  readonly dataFolder: string;
  readonly clock: Clock;
}

/** @throws CountersignError `configuration` for a sender that is none */
export async function openMail(options: OpenMailOptions): Promise<OpenedMail> {
  const { smtp, from, clock } = options;
  if (smtp === undefined) {
    const folder = join(options.dataFolder, FOLDER);
    const mailer = folderMailer({ folder, from, clock });
    return { mailer, outbox: createOutbox(mailer), folder, close: () => undefined };
  }
  const { smtpMailer } = await import('./smtp.js');
  const mailer = smtpMailer(smtp, from, clock);
  return { mailer, outbox: undefined, folder: undefined, close: () => mailer.close() };
}
