// Reads the message files that message.ts writes, and no others: not a parser for anybody's mail.

import { Buffer } from 'node:buffer';

import { KIND_HEADER } from './message.js';

/** What the headers of a mail say. */
export interface MessageHead {
  /** Epoch milliseconds. */
  readonly date: number;
  readonly to: string;
  readonly subject: string;
  readonly kind: string;
}

/** The same with the mail itself, as plain text and as HTML. */
export interface MessageContent extends MessageHead {
  readonly text: string;
  readonly html: string | null;
}

/** The message, or `null` for a file that is none of ours. */
export function readMessage(source: string): MessageContent | null {
  const { headers, body } = splitPart(source);
  const boundary = /boundary="([^"]+)"/.exec(headers.get('content-type') ?? '')?.[1];
  const parts =
    boundary === undefined
      ? [source]
      : body.split(new RegExp(`^--${boundary}(?:--)?\\r\\n`, 'm')).slice(1);
  const text = bodyOf(parts, 'text/plain');
  const date = Date.parse(headers.get('date') ?? '');
  const to = headers.get('to');
  const subject = headers.get('subject');
  const kind = headers.get(KIND_HEADER.toLowerCase());
  const isOurs = to !== undefined && subject !== undefined && kind !== undefined;
  if (!isOurs || text === null || Number.isNaN(date)) return null;
  return { date, to, subject, kind, text, html: bodyOf(parts, 'text/html') };
}

interface Part {
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

function splitPart(source: string): Part {
  const end = source.indexOf('\r\n\r\n');
  const head = end === -1 ? source : source.slice(0, end);
  const headers = new Map<string, string>();
  for (const line of head.replaceAll(/\r\n[ \t]/g, ' ').split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0)
      headers.set(line.slice(0, colon).toLowerCase(), decodeWords(line.slice(colon + 1).trim()));
  }
  return { headers, body: end === -1 ? '' : source.slice(end + 4) };
}

function decodeWords(text: string): string {
  return text
    .replaceAll(/\?= +(?==\?)/g, '?=')
    .replaceAll(/=\?utf-8\?B\?([A-Za-z\d+/=]*)\?=/g, (_, base64: string) => fromBase64(base64));
}

function bodyOf(parts: readonly string[], type: string): string | null {
  for (const source of parts) {
    const { headers, body } = splitPart(source);
    if (headers.get('content-type')?.startsWith(type) !== true) continue;
    const isBase64 = headers.get('content-transfer-encoding') === 'base64';
    const text = isBase64 ? fromBase64(body) : body;
    return `${text.replaceAll('\r\n', '\n').trimEnd()}\n`;
  }
  return null;
}

function fromBase64(text: string): string {
  return Buffer.from(text, 'base64').toString('utf8');
}
