// What the start output says of mail, and whether those of development may be read by a browser.

import { isThisMachine } from 'countersign';

import type { ServeOptions } from './serve-options.js';

/**
 * Only where nobody but this machine's users can connect, and nothing says that anybody else shall.
 */
export function isForDevelopment({ host, origins, trustProxy, mail }: ServeOptions): boolean {
  return (
    mail.smtp === undefined && isThisMachine(host) && origins.length === 0 && trustProxy === false
  );
}

export interface MailFacts {
  /** Where mails are written, where they are not sent. */
  readonly folder: string | undefined;
  /** Where they can be read, if they can. */
  readonly outboxUrl: string | undefined;
}

/** One line for the start output. */
export function describeMail({ mail }: ServeOptions, { folder, outboxUrl }: MailFacts): string {
  if (mail.smtp !== undefined) return `sent by ${mail.smtp.place}, from ${mail.from}`;
  const written = `not sent, but written to ${folder ?? ''}`;
  return outboxUrl === undefined ? written : `${written}: read it at ${outboxUrl}`;
}
