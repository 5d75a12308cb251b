// Mail of the running program to servers with TLS and a login, and to servers that are not as they should
// be. The servers are real, their certificates are made for the test.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';

import { freePort } from '../../../countersign/test/services/free-port.js';
import { startMute } from '../../../countersign/test/services/mute-server.js';
import {
  startSmtpServer,
  type SmtpServer,
  type SmtpServerOptions,
} from '../../../countersign/test/services/smtp-server.js';
import { openCertificate, type Certificate } from '../../src/setup/certificate.js';
import { makeFolder } from '../setup/folder.js';
import { runCountersign, startDoorkeeper, type Doorkeeper } from './doorkeeper-process.js';
import { ADA, HttpVisitor } from './http-visitor.js';
import { isIn } from './several.js';

const USER = 'shop@mail.example';
const SECRET = 'h?nter/2@Ünïx:%';
const LOGIN = { user: USER, pass: SECRET };
const AT_ONCE = 'smtps:';
const STARTTLS = 'smtp:';

let certificate: Certificate;
/** Variables that make the program trust the certificate. */
let trust: Readonly<Record<string, string>>;

beforeEach(async () => {
  const folder = makeFolder();
  certificate = await openCertificate({ folder, hosts: [], now: Date.now() });
  const path = join(folder, 'authority.pem');
  writeFileSync(path, certificate.cert);
  trust = { NODE_EXTRA_CA_CERTS: path };
});

async function startServer(options: SmtpServerOptions = {}): Promise<SmtpServer> {
  const server = await startSmtpServer({ login: LOGIN, ...options });
  onTestFinished(() => server.stop());
  return server;
}

function startTlsServer(scheme: string): Promise<SmtpServer> {
  const begins = scheme === AT_ONCE ? 'at-once' : 'by-starttls';
  return startServer({ tls: { begins, cert: certificate.cert, key: certificate.key } });
}

/** @param login `user:password`, percent-encoded, or only `user` */
function urlOf(scheme: string, port: number, login = encoded(SECRET)): string {
  // Without the parameter, none would be asked for on this machine.
  const parameter = scheme === STARTTLS ? '?tls=starttls' : '';
  return `${scheme}//${login}@${placeOf(scheme, port)}${parameter}`;
}

/** The certificate is for both. */
function placeOf(scheme: string, port: number): string {
  return `${scheme === AT_ONCE ? '127.0.0.1' : 'localhost'}:${port}`;
}

function encoded(password: string): string {
  return `${encodeURIComponent(USER)}:${encodeURIComponent(password)}`;
}

function start(url: string, env: Readonly<Record<string, string>> = {}): Promise<Doorkeeper> {
  const variables = { COUNTERSIGN_SMTP: url, COUNTERSIGN_MAIL_FROM: 'no-reply@shop.example' };
  return startDoorkeeper(makeFolder(), [], { ...variables, ...env });
}

async function askForMail({ url }: Doorkeeper, address = ADA): Promise<void> {
  expect((await new HttpVisitor(url).post('/sign-up', { address })).status).toBe(303);
}

/** Neither the password in any of its forms nor whom a mail was for. */
function expectSilence({ output }: Doorkeeper, secret = SECRET): void {
  const text = output.stdout + output.stderr;
  const bytes = Buffer.from(`\0${USER}\0${secret}`).toString('base64');
  for (const form of [secret, encodeURIComponent(secret), bytes, 'hunter', ADA])
    expect(text).not.toContain(form);
}

describe.each([AT_ONCE, STARTTLS])('a mail server with TLS and a login, by %s', (scheme) => {
  it('gets mail when its certificate is trusted, and a start without a word', async () => {
    const server = await startTlsServer(scheme);
    const doorkeeper = await start(urlOf(scheme, server.port), trust);
    await askForMail(doorkeeper);
    const [mail] = await server.arrived(1);
    expect(mail?.recipients).toEqual([ADA]);
    const { code, stderr } = await doorkeeper.stop();
    expect(code).toBe(0);
    expect(stderr).not.toMatch(/"level":"(?:warning|error)"|mail-server/);
    // Once to try it at the start, once for the mail; and never without TLS.
    const login = { ...LOGIN, isSecure: true };
    expect(server.logins()).toEqual([login, login]);
    expect(server.mails()).toHaveLength(1);
    expectSilence(doorkeeper);
  });

  it('gets no password when its certificate is not trusted, which is told at the start and for a mail', async () => {
    const server = await startTlsServer(scheme);
    const doorkeeper = await start(urlOf(scheme, server.port));
    await isIn(() => doorkeeper.output.stderr, '"mail-server"');
    expect(doorkeeper.output.stderr).toContain(
      `The mail server ${placeOf(scheme, server.port)} cannot be used: its TLS certificate is not trusted here`,
    );
    expect(doorkeeper.output.stderr).toContain('NODE_EXTRA_CA_CERTS');
    // It goes on: people can sign in without mail.
    expect((await fetch(`${doorkeeper.url}/healthz`)).status).toBe(200);
    await askForMail(doorkeeper);
    await isIn(() => doorkeeper.output.stderr, '"send-mail"');
    expect(doorkeeper.output.stderr).toContain('did not take a mail: its TLS certificate');
    expect(server.logins()).toEqual([]);
    expect(doorkeeper.output.stderr.match(/"mail-server"/g)).toHaveLength(1);
    expectSilence(doorkeeper);
  });

  it('that refuses the password is told of, without the password', async () => {
    const server = await startTlsServer(scheme);
    const wrong = 'hunter/2';
    const doorkeeper = await start(urlOf(scheme, server.port, encoded(wrong)), trust);
    await isIn(() => doorkeeper.output.stderr, '"mail-server"');
    await askForMail(doorkeeper);
    await isIn(() => doorkeeper.output.stderr, '"send-mail"');
    expect(doorkeeper.output.stderr).toContain(
      'it refuses this user or password (535). Put user and password in COUNTERSIGN_SMTP right',
    );
    expect(server.logins().every(({ pass, isSecure }) => pass === wrong && isSecure)).toBe(true);
    expectSilence(doorkeeper, wrong);
  });

  it('gets the password from a file, as it is written there', async () => {
    const server = await startTlsServer(scheme);
    const file = join(makeFolder(), 'password');
    writeFileSync(file, `${SECRET}\n`, { mode: 0o600 });
    const url = urlOf(scheme, server.port, encodeURIComponent(USER));
    const env = { ...trust, COUNTERSIGN_SMTP_PASSWORD_FILE: file };
    await askForMail(await start(url, env));
    await server.arrived(1);
    expect(server.logins().at(-1)).toEqual({ ...LOGIN, isSecure: true });
  });
});

describe('a mail server', () => {
  it('from whose answers STARTTLS was taken out gets neither password nor mail', async () => {
    const server = await startServer();
    const doorkeeper = await start(urlOf(STARTTLS, server.port));
    await isIn(() => doorkeeper.output.stderr, '"mail-server"');
    expect(doorkeeper.output.stderr).toContain('TLS with it failed, or it offers none');
    await askForMail(doorkeeper);
    await isIn(() => doorkeeper.output.stderr, '"send-mail"');
    expect(server.logins()).toEqual([]);
    expect(server.mails()).toEqual([]);
    expectSilence(doorkeeper);
  });

  it('of another machine is not told a password without TLS: nothing starts', async () => {
    const env = { COUNTERSIGN_SMTP: `smtp://${encoded('hunter2')}@192.0.2.7?tls=none` };
    const { code, stderr } = await runCountersign(['serve', '--mail-from', 'a@a.example'], env);
    expect(code).toBe(2);
    expect(stderr).toContain('COUNTERSIGN_SMTP would send a password without TLS');
    expect(stderr).not.toContain('hunter2');
  });

  it('that says nothing delays neither start nor end', async () => {
    const { port, stuck, stop } = await startMute([]);
    onTestFinished(stop);
    const doorkeeper = await start(`smtp://127.0.0.1:${port}`);
    await stuck;
    expect((await fetch(`${doorkeeper.url}/healthz`)).status).toBe(200);
    const asked = performance.now();
    const { code, stderr } = await doorkeeper.stop();
    // Each of its steps may take ten seconds.
    expect(performance.now() - asked).toBeLessThan(9_000);
    expect(code).toBe(0);
    expect(stderr).toBe('');
  });

  it('that is down is tried again, and what waits for it is given up when the program ends', async () => {
    const port = await freePort();
    const doorkeeper = await start(`smtp://127.0.0.1:${port}`);
    await isIn(() => doorkeeper.output.stderr, 'cannot be used: nothing listens there. Start');
    await askForMail(doorkeeper);
    await isIn(() => doorkeeper.output.stderr, '"request-link"');
    expect(doorkeeper.output.stderr).not.toContain('"send-mail"');
    const asked = performance.now();
    const { code, stderr } = await doorkeeper.stop();
    // The next try would have come after ten seconds.
    expect(performance.now() - asked).toBeLessThan(9_000);
    expect(code).toBe(0);
    expect(stderr).toMatch(/"event":"send-mail","outcome":"failed".*did not take a mail/);
    expect(stderr).not.toContain('mails-cut-off');
    expectSilence(doorkeeper);
  });

  it('is given one recipient, whatever was typed as an address', async () => {
    const server = await startServer();
    const doorkeeper = await start(`smtp://${encoded(SECRET)}@127.0.0.1:${server.port}`);
    const visitor = new HttpVisitor(doorkeeper.url);
    for (const address of [
      '"a b"@example.org',
      '"eve@example.net"@example.org',
      'ada@example.org\r\nBcc: eve@example.net',
      'ada@example.org\nRCPT TO:<eve@example.net>',
      'ada@example.org>\r\nRCPT TO:<eve@example.net',
      'ada@example.org, eve@example.net',
      'Eve <eve@example.net>',
      'ada@example.org eve@example.net',
      'eve%example.net@[127.0.0.1]',
    ])
      expect((await visitor.post('/sign-up', { address })).status).toBe(422);
    for (const address of ["o'hara+x@bücher.example", '<!--@example.org', 'eve%net@example.org'])
      await visitor.post('/sign-up', { address });
    await askForMail(doorkeeper);
    const isAda = async (): Promise<boolean> =>
      server.mails().some(({ recipients }) => recipients.includes(ADA));
    while (!(await isAda())) await server.arrived(server.mails().length + 1);
    for (const { recipients, headers, sender } of server.mails()) {
      expect(sender).toBe('no-reply@shop.example');
      expect(recipients).toHaveLength(1);
      expect(headers.has('bcc')).toBe(false);
      expect(headers.has('cc')).toBe(false);
    }
    const all = server.mails().flatMap(({ recipients }) => recipients);
    expect(all).toContain("o'hara+x@bücher.example");
    expect(all.join(' ')).not.toContain('eve@');
    await doorkeeper.stop();
  });
});
