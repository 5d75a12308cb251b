// What every driver does first: a mail that would break out of its headers, or that is not one, is
// refused, whoever made it. The words of a mail are nobody's business here.

import { Buffer } from 'node:buffer';

import { readEmailAddress } from '../accounts/email-address.js';
import type { Mail } from '../accounts/mailer.js';
import { CountersignError } from '../errors.js';

const LONGEST_SUBJECT = 200;
const MAX_BODY_BYTES = 256 * 1024;
const KIND = /^[a-z][a-z\d-]{0,39}$/;

/** Line ends and everything else that does not show, but the space. */
const NOT_IN_A_SUBJECT = /[\p{C}\p{Zl}\p{Zp}]/u;
/** Controls but tab and line end; half characters. */
const NOT_IN_A_BODY = /[^\P{Cc}\t\n]|\p{Cs}/u;

/**
 * The mail, with the address in the form in which it travels.
 * @throws CountersignError `mail-invalid`. The message names the field and never its content.
 */
export function checkMail(mail: Mail): Mail {
  const { to, subject, kind } = mail;
  const reading = readEmailAddress(typeof to === 'string' ? to : '');
  if (!reading.ok) throw invalid('to', 'is not one e-mail address');
  if (!isSubject(subject))
    throw invalid('subject', `is not one line of 1 to ${LONGEST_SUBJECT} characters`);
  if (typeof kind !== 'string' || !KIND.test(kind))
    throw invalid('kind', 'is not a word of at most 40 small letters, digits and hyphens');
  checkBody('text', mail.text);
  if (mail.html !== undefined) checkBody('html', mail.html);
  return { ...mail, to: reading.mailbox };
}

function isSubject(subject: string): boolean {
  if (typeof subject !== 'string' || subject.trim() === '') return false;
  return subject.length <= LONGEST_SUBJECT && !NOT_IN_A_SUBJECT.test(subject);
}

function checkBody(field: string, body: string): void {
  if (typeof body !== 'string' || body.trim() === '') throw invalid(field, 'is empty');
  if (Buffer.byteLength(body) > MAX_BODY_BYTES)
    throw invalid(field, `is over ${MAX_BODY_BYTES} bytes`);
  if (NOT_IN_A_BODY.test(body)) throw invalid(field, 'has characters that are no text');
}

function invalid(field: string, problem: string): CountersignError {
  return new CountersignError('mail-invalid', `The mail's ${field} ${problem}`);
}
