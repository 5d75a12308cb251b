// A real SMTP server on a free port of 127.0.0.1 that keeps the mails it is given and delivers none.

import { once } from 'node:events';

import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

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
  /** From now on, answers every mail with this, such as 451, and `null` takes them again. */
  refuse(code: number | null): void;
  /** Who has logged in with what. */
  logins(): readonly Login[];
  /** How many connections were made. */
  connections(): number;
  stop(): Promise<void>;
}

export interface Login {
  readonly user: string;
  readonly pass: string;
  /** Whether it came over TLS. */
  readonly isSecure: boolean;
}

export interface SmtpServerOptions {
  /** Default: one that is free. */
  readonly port?: number;
  /** TLS from the first byte on, or by STARTTLS; PEM. Default: none. */
  readonly tls?: {
    readonly begins: 'at-once' | 'by-starttls';
    readonly cert: string;
    readonly key: string;
  };
  /** Who may send. Default: everybody, without a login. */
  readonly login?: { readonly user: string; readonly pass: string };
}

/** Resolves when it listens. */
export async function startSmtpServer(options: SmtpServerOptions = {}): Promise<SmtpServer> {
  const received: ReceivedMail[] = [];
  const logins: Login[] = [];
  const waiting = new Set<() => void>();
  let refusal: number | null = null;
  let connections = 0;
  const server = new SMTPServer({
    ...settingsOf(options),
    disableReverseLookup: true,
    logger: false,
    closeTimeout: 100,
    onConnect: (_session, done) => {
      connections += 1;
      done();
    },
    onAuth: ({ username, password }, { secure: isSecure }, done) => {
      const [user, pass] = [username ?? '', password ?? ''];
      logins.push({ user, pass, isSecure });
      const isRight = user === options.login?.user && pass === options.login.pass;
      // As real ones do, it repeats who it was.
      if (isRight) done(null, { user });
      else done(Object.assign(new Error(`${user}, not with ${pass}`), { responseCode: 535 }));
    },
    onMailFrom: (_address, _session, done) => done(null),
    onRcptTo: ({ address }, _session, done) => {
      const answer = Object.assign(new Error(`Not for ${address}`), { responseCode: refusal });
      done(refusal === null ? null : answer);
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
  const port = options.port ?? (await freePort());
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
    refuse: (code) => {
      refusal = code;
    },
    logins: () => [...logins],
    connections: () => connections,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function settingsOf({ tls, login }: SmtpServerOptions): SMTPServerOptions {
  const disabled = [...(login === undefined ? ['AUTH'] : []), ...(tls ? [] : ['STARTTLS'])];
  return {
    ...(tls === undefined ? {} : { cert: tls.cert, key: tls.key }),
    secure: tls?.begins === 'at-once',
    authOptional: login === undefined,
    // It takes a password without TLS as well: that none is sent is up to the other side.
    allowInsecureAuth: true,
    disabledCommands: disabled,
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
