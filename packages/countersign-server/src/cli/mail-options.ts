// What the service is called, how its mails leave, and where its providers are listed, as the operator
// chooses it.

import { resolve } from 'node:path';

import { Mistake } from '../mistake.js';
import {
  exampleOf,
  readGiven,
  readPath,
  wrongValue,
  type Environment,
  type Given,
} from './given.js';
import { parseSmtpUrl, type SmtpServer } from './smtp-url.js';

export interface MailOptions {
  /** Left out: mails are written to the data folder. */
  readonly smtp?: SmtpServer;
  /** Whom mails are from, such as `Example Shop <no-reply@example.org>`. */
  readonly from: string;
}

export const MAIL_FLAGS = {
  smtp: { type: 'string' },
  'smtp-password-file': { type: 'string' },
  'mail-from': { type: 'string' },
} as const;

const DEFAULT_SERVICE_NAME = 'Countersign';

const LONGEST_NAME = 60;
/** What neither a header nor a page would show as it is. */
const NOT_IN_A_NAME = /[\p{C}\p{Zl}\p{Zp}"<>\\]/u;
/** The library reads the address exactly; this is for a message that names the option. */
const SENDER = /^(?:[^<>"\\\p{C}]*<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/u;

/** RFC 2606: an address of nobody, for mails that go nowhere. */
const NOBODY = 'no-reply@countersign.invalid';

type Values = Readonly<Partial<Record<keyof typeof MAIL_FLAGS, string | undefined>>>;

/**
 * What people call the service.
 * @throws Mistake with exit code 2
 */
export function parseServiceName(value: string | undefined, env: Environment): string {
  const given = readGiven('name', value, env);
  if (given === undefined) return DEFAULT_SERVICE_NAME;
  const name = given.text.trim();
  if (name !== '' && name.length <= LONGEST_NAME && !NOT_IN_A_NAME.test(name)) return name;
  throw wrongValue(
    given,
    `1 to ${LONGEST_NAME} characters without " < > and \\, such as ${exampleOf(given.name, "'Example Shop'")}`,
  );
}

/**
 * @param values from the command line; they win over the environment
 * @throws Mistake with exit code 2
 */
export function parseMailOptions(
  values: Values,
  { folder, env }: { readonly folder: string; readonly env: Environment },
  serviceName: string,
): MailOptions {
  const smtp = readGiven('smtp', values.smtp, env);
  const from = readGiven('mail-from', values['mail-from'], env);
  const file = readGiven('smtp-password-file', values['smtp-password-file'], env);
  if (smtp === undefined) {
    if (file !== undefined) throw passwordForNobody(file);
    return { from: parseSender(from, serviceName) };
  }
  const path = file && resolve(folder, readPath(file, '/etc/countersign/smtp-password'));
  const server = parseSmtpUrl(smtp, path);
  if (from === undefined)
    throw new Mistake(
      `${smtp.name} is there, and nobody whom the mails are from.\nGive an address at a domain for which this server may send, such as --mail-from no-reply@example.org`,
      { exitCode: 2 },
    );
  return { smtp: server, from: parseSender(from, serviceName) };
}

function passwordForNobody({ name }: Given): Mistake {
  return new Mistake(
    `${name} is there, and no mail server whom the password is for.\nName it with the user, such as --smtp smtps://user@mail.example.org`,
    { exitCode: 2 },
  );
}

function parseSender(given: Given | undefined, serviceName: string): string {
  if (given === undefined) return `${serviceName} <${NOBODY}>`;
  const text = given.text.trim();
  if (!SENDER.test(text))
    throw wrongValue(
      given,
      `an address, with or without a name, such as ${exampleOf(given.name, "'Example Shop <no-reply@example.org>'")}`,
    );
  return text.endsWith('>') ? text : `${serviceName} <${text}>`;
}
