// The mailer for development: every mail becomes a file that a mail program opens, and nothing leaves the
// machine. Not for production: the files have links that let people in.

import { constants } from 'node:fs';
import { mkdir, open, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Mail, Mailer } from '../accounts/mailer.js';
import type { Clock } from '../clock.js';
import { randomBytes } from '../crypto/random.js';
import { assertOptionNames, CountersignError, misconfigured } from '../errors.js';
import { clockFrom } from '../clock-option.js';
import { checkMail } from './checked-mail.js';
import { writeMessage } from './message.js';
import { readSender, type Sender } from './sender.js';
import { readMessage, type MessageContent, type MessageHead } from './stored-message.js';

export interface FolderMailerOptions {
  /** Where the files go. It is made, for its owner alone, if it is not there. */
  readonly folder: string;
  /** `no-reply@example.org` or `Example Shop <no-reply@example.org>`. */
  readonly from: string;
  /** Where time comes from. Default: the machine's. */
  readonly clock?: Clock;
}

/** A mail in the folder: its file's name, and what its headers say. `date` is epoch milliseconds. */
export interface FolderMail extends MessageHead {
  readonly name: string;
}

/** A mail in the folder as a whole. `text` and `html` are what its sender wrote, ending with a line end. */
export interface FolderMailContent extends FolderMail, MessageContent {}

export interface FolderMailer extends Mailer {
  /** The mails there are, newest first. */
  list(): Promise<readonly FolderMail[]>;
  /** One mail by its file's name; `null` if there is none, or if the name is not that of a mail here. */
  read(name: string): Promise<FolderMailContent | null>;
}

/** The newest mails that are kept. */
const KEPT = 200;
/** More than a checked mail can come to. */
const MAX_FILE_BYTES = 1024 * 1024;
const NAME = /^\d{8}T\d{9}Z-\d{6}-[\da-f]{16}\.eml$/;

/**
 * Writes each mail into a folder as an RFC 5322 message (`.eml`, mode 0600), complete or not at all.
 * Names sort by time. The newest 200 are kept.
 * @throws CountersignError `configuration`
 */
export function folderMailer(options: FolderMailerOptions): FolderMailer {
  assertOptionNames('', options, ['folder', 'from', 'clock']);
  const { folder } = options;
  if (typeof folder !== 'string' || folder === '')
    throw misconfigured('folder', 'is not a path', "Write a path such as './data/mail'");
  return new MailFolder(folder, readSender('from', options.from), clockFrom(options.clock));
}

class MailFolder implements FolderMailer {
  readonly #folder: string;
  readonly #from: Sender;
  readonly #clock: Clock;
  /** Orders the mails of one millisecond. */
  #sent = 0;

  constructor(folder: string, from: Sender, clock: Clock) {
    this.#folder = folder;
    this.#from = from;
    this.#clock = clock;
  }

  async send(mail: Mail): Promise<void> {
    const checked = checkMail(mail);
    try {
      await this.#write(checked);
      await this.#prune();
    } catch (cause) {
      throw new CountersignError('mail-unavailable', 'The mail was not written to its folder', {
        cause,
      });
    }
  }

  async list(): Promise<readonly FolderMail[]> {
    const mails: FolderMail[] = [];
    for (const name of (await this.#names()).toReversed()) {
      const mail = await this.read(name);
      if (mail === null) continue;
      const { date, to, subject, kind } = mail;
      mails.push({ name, date, to, subject, kind });
    }
    return mails;
  }

  async read(name: string): Promise<FolderMailContent | null> {
    // No path is made of a name that has a separator, dots or anything else that we do not write.
    if (!NAME.test(name)) return null;
    const source = await readRegularFile(join(this.#folder, name));
    const content = source === null ? null : readMessage(source);
    return content === null ? null : { name, ...content };
  }

  async #write(mail: Mail): Promise<void> {
    const date = this.#clock.now();
    const id = randomBytes(16).toString('hex');
    const boundary = randomBytes(16).toString('hex');
    const source = writeMessage({ mail, from: this.#from, date, id, boundary });
    const moment = new Date(date).toISOString().replaceAll(/[-:.]/g, '');
    const order = String(this.#sent % 1_000_000).padStart(6, '0');
    this.#sent += 1;
    const path = join(this.#folder, `${moment}-${order}-${id.slice(0, 16)}.eml`);
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const unfinished = `${path}.part`;
    try {
      await writeFile(unfinished, source, { mode: 0o600, flag: 'wx' });
      await rename(unfinished, path);
    } catch (error) {
      await rm(unfinished, { force: true });
      throw error;
    }
  }

  async #prune(): Promise<void> {
    const names = await this.#names();
    for (const name of names.slice(0, Math.max(names.length - KEPT, 0)))
      await rm(join(this.#folder, name), { force: true });
  }

  /** Oldest first. */
  async #names(): Promise<readonly string[]> {
    try {
      return (await readdir(this.#folder)).filter((name) => NAME.test(name)).toSorted();
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  }
}

/** `null` for what is not there, is no file of its own (a link, a folder), or is too large. */
async function readRegularFile(path: string): Promise<string | null> {
  let file;
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
  try {
    const stat = await file.stat();
    return stat.isFile() && stat.size <= MAX_FILE_BYTES ? await file.readFile('utf8') : null;
  } finally {
    await file.close();
  }
}

/** A link is refused with ELOOP. */
function isMissing(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ELOOP')
  );
}
