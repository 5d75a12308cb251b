// Writes a mail as a message file: RFC 5322 headers, RFC 2045-2047 for what is not ASCII, RFC 6532 for
// an address that is not. Text that is ASCII in short lines stays legible; other text becomes base64.

import { Buffer } from 'node:buffer';

import type { Mail } from '../accounts/mailer.js';
import type { Sender } from './sender.js';

export const KIND_HEADER = 'X-Countersign-Kind';

const CRLF = '\r\n';
/** RFC 5322 §2.1.1: lines should have at most 78 characters, and must not have over 998. */
const LONGEST_LINE = 990;
const BASE64_LINE = 76;
/** So that an encoded word stays under 75 characters (RFC 2047 §2). */
const WORD_BYTES = 42;
const PLAIN_SUBJECT = /^(?!.*=\?)[\x21-\x7e](?:[\x20-\x7e]{0,58}[\x21-\x7e])?$/;
const PLAIN_NAME = /^[\w !#$%&'*+\-/=?^`{|}~.]*$/;

export interface MessageParts {
  readonly mail: Mail;
  readonly from: Sender;
  /** Epoch milliseconds. */
  readonly date: number;
  /** Two different texts of letters and digits that are in no mail. */
  readonly id: string;
  readonly boundary: string;
}

/** The message, lines ending in CRLF. The mail has been checked. */
export function writeMessage({ mail, from, date, id, boundary }: MessageParts): string {
  const head = [
    `Date: ${new Date(date).toUTCString().replace('GMT', '+0000')}`,
    `From: ${mailboxOf(from)}`,
    `To: ${mail.to}`,
    `Subject: ${headerText(mail.subject)}`,
    `Message-ID: <${id}@${from.address.slice(from.address.lastIndexOf('@') + 1)}>`,
    'Auto-Submitted: auto-generated',
    `${KIND_HEADER}: ${mail.kind}`,
    'MIME-Version: 1.0',
  ];
  const text = part('text/plain', mail.text);
  if (mail.html === undefined) return [...head, text].join(CRLF);
  return [
    ...head,
    'Content-Type: multipart/alternative;',
    ` boundary="${boundary}"`,
    '',
    `--${boundary}`,
    text,
    `--${boundary}`,
    part('text/html', mail.html),
    `--${boundary}--`,
    '',
  ].join(CRLF);
}

function part(type: string, body: string): string {
  // The last of them is empty: every body ends with a line end.
  const lines = (body.endsWith('\n') ? body : `${body}\n`).split('\n');
  const isPlain = lines.every(
    (line) => line.length <= LONGEST_LINE && /^[\t\x20-\x7e]*$/.test(line),
  );
  return [
    `Content-Type: ${type}; charset=utf-8`,
    `Content-Transfer-Encoding: ${isPlain ? '7bit' : 'base64'}`,
    '',
    ...(isPlain ? lines : [...inLines(Buffer.from(lines.join(CRLF)).toString('base64')), '']),
  ].join(CRLF);
}

function inLines(base64: string): readonly string[] {
  return base64.match(new RegExp(`.{1,${BASE64_LINE}}`, 'g')) ?? [];
}

function mailboxOf({ name, address }: Sender): string {
  if (name === '') return address;
  return `${PLAIN_NAME.test(name) ? `"${name}"` : encodedWords(name)} <${address}>`;
}

function headerText(text: string): string {
  return PLAIN_SUBJECT.test(text) ? text : encodedWords(text);
}

/** Encoded words, folded onto lines of their own; no character is cut in two. */
function encodedWords(text: string): string {
  const words: string[] = [];
  let word = '';
  for (const character of text) {
    if (Buffer.byteLength(word + character) > WORD_BYTES) {
      words.push(word);
      word = '';
    }
    word += character;
  }
  return [...words, word]
    .map((piece) => `=?utf-8?B?${Buffer.from(piece).toString('base64')}?=`)
    .join(`${CRLF} `);
}
