// A real SMTP server on a free port of 127.0.0.1 that keeps the mails it is given and delivers none.

import { once } from 'node:events';

import { SMTPServer } from 'smtp-server';

import { freePort } from './free-port.js';
import { parseMime, type MimeMail } from './mime.js';

/** A mail as it arrived: the envelope, the message, and what a mail program reads in it. */
export interface ReceivedMail extends MimeMail {
  readonly sender: string;
  readonly recipients: readonly string[];
  readonly subject: string;
  readonly raw: string;
}

export interface SmtpServer {
  readonly port: number;
  /** For nodemailer's `createTransport`. */
  readonly url: string;
  /** What has arrived, oldest first. */
  mails(): readonly ReceivedMail[];
  /** Resolves when there are at least `count` mails, with all of them. */
  arrived(count: number): Promise<readonly ReceivedMail[]>;
  /** From now on, answers every mail with 451. */
  refuse(): void;
  stop(): Promise<void>;
}

/** Resolves when it listens. It speaks no TLS and asks for no password. */
export async function startSmtpServer(): Promise<SmtpServer> {
  const received: ReceivedMail[] = [];
  const waiting = new Set<() => void>();
  let refuses = false;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    closeTimeout: 100,
    onMailFrom: (_address, _session, done) => {
      done(refuses ? Object.assign(new Error('Not now'), { responseCode: 451 }) : null);
    },
    onData: (stream, { envelope }, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const recipients = envelope.rcptTo.map(({ address }) => address);
        const sender = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
        received.push(readMail(Buffer.concat(chunks), { sender, recipients }));
        done();
        for (const wake of waiting) wake();
      });
    },
  });
  // A client that breaks off is an error of the server's, which would end the process.
  server.on('error', () => undefined);
  const port = await freePort();
  const listener = server.listen(port, '127.0.0.1');
  if (!listener.listening) await once(listener, 'listening');
  return {
    port,
    url: `smtp://127.0.0.1:${port}`,
    mails: () => [...received],
    arrived: (count) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (received.length < count) return;
          waiting.delete(look);
          resolve([...received]);
        };
        waiting.add(look);
        look();
      }),
    refuse: () => {
      refuses = true;
    },
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function readMail(
  raw: Buffer,
  envelope: { readonly sender: string; readonly recipients: readonly string[] },
): ReceivedMail {
  const mime = parseMime(raw);
  return {
    ...envelope,
    ...mime,
    subject: mime.headers.get('subject') ?? '',
    raw: raw.toString('utf8'),
  };
}
