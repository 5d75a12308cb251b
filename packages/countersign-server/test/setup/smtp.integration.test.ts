// The mailer of the doorkeeper over sockets, with time moved by hand.

import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { systemClock } from 'countersign';
import type { Mail } from 'countersign/accounts';
import { createFakeClock } from 'countersign/testing';
import { describe, expect, it, onTestFinished } from 'vitest';

import { freePort } from '../../../countersign/test/services/free-port.js';
import { startMute } from '../../../countersign/test/services/mute-server.js';
import { startSmtpServer } from '../../../countersign/test/services/smtp-server.js';
import { parseSmtpUrl } from '../../src/cli/smtp-url.js';
import { openMail } from '../../src/setup/mail.js';
import { smtpMailer } from '../../src/setup/smtp.js';
import { makeFolder } from './folder.js';

const MAIL: Mail = { to: 'ada@a.example', subject: 'Hello', text: 'Hello.\n', kind: 'reset' };
const LOGIN = { user: 'bob', pass: 'hunter2' };

function open(port: number, login?: typeof LOGIN, host = '127.0.0.1') {
  const clock = createFakeClock();
  const place = `127.0.0.1:${port}`;
  const server = { host, port, tls: 'none', login, place, name: '--smtp' } as const;
  const delays: number[] = [];
  const mailer = smtpMailer(server, 'Shop <no-reply@a.example>', {
    now: () => clock.now(),
    after(delayMs, task) {
      delays.push(delayMs);
      return clock.after(delayMs, task);
    },
  });
  onTestFinished(() => mailer.close());
  return { mailer, clock, delays, place };
}

/** Those that keep this process. */
function openSockets(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length;
}

async function isTrue(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => void setImmediate(resolve));
}

async function messageOf(outcome: Promise<void>): Promise<string> {
  const failure = await outcome.catch((cause: unknown) => cause);
  if (!(failure instanceof Error)) throw new Error('It went well');
  expect(failure).toMatchObject({ code: 'mail-unavailable' });
  expect(failure.cause).toBeUndefined();
  return failure.message;
}

describe('trying a mail server', () => {
  it('logs in, sends nothing and hangs up', async () => {
    const server = await startSmtpServer({ login: LOGIN });
    onTestFinished(() => server.stop());
    const { mailer, clock } = open(server.port, LOGIN);
    await mailer.check();
    expect(server.logins()).toMatchObject([LOGIN]);
    expect(server.mails()).toEqual([]);
    await isTrue(() => clock.waiting === 0);
    expect(server.connections()).toBe(1);
  });

  it.each<[string, readonly string[]]>([
    ['the connection', []],
    ['EHLO', ['220 a']],
    ['the login', ['220 a', '250-a\r\n250 AUTH PLAIN']],
  ])('ends after 30 seconds when %s is not answered', async (_, replies) => {
    const { port, stuck, stop } = await startMute(replies);
    onTestFinished(stop);
    const { mailer, clock, place } = open(port, LOGIN);
    const outcome = messageOf(mailer.check());
    const socket = await stuck;
    const isClosed = once(socket, 'close');
    clock.advance(30_000);
    expect(await outcome).toContain(`${place} cannot be used: it does not answer. Look whether`);
    await isClosed;
    expect(clock.waiting).toBe(0);
  });

  it('is over when the login is right, and hangs up on one that does not say goodbye', async () => {
    const answers = ['220 a', '250-a\r\n250 AUTH PLAIN', '235 a'];
    const { port, stuck, stop } = await startMute(answers);
    onTestFinished(stop);
    const { mailer, clock } = open(port, LOGIN);
    await mailer.check();
    const socket = await stuck;
    const isClosed = once(socket, 'close');
    expect(clock.waiting).toBe(1);
    clock.advance(30_000);
    await isClosed;
    expect(clock.waiting).toBe(0);
  });

  it.each([
    ['421 Too many', 'it does not speak SMTP as it should, or takes nobody now (421)'],
    ['554 Not you', 'it does not speak SMTP as it should, or takes nobody now (554)'],
  ])('tells of the greeting %s', async (greeting, reason) => {
    const { port, stop } = await startMute([greeting]);
    onTestFinished(stop);
    const { mailer, place } = open(port);
    expect(await messageOf(mailer.check())).toContain(`${place} cannot be used: ${reason}. `);
  });
});

it.each([
  ['hunter2', 'hunter2'],
  ['hunter2\n', 'hunter2'],
  ['hunter2\r\n', 'hunter2'],
  ['\uFEFFhunter2\r\n', 'hunter2'],
  [' h?nter/2@\u00fc:%40 \n', ' h?nter/2@\u00fc:%40 '],
])('the password in the file %j is %j', async (text, pass) => {
  const server = await startSmtpServer({ login: { user: 'bob', pass } });
  onTestFinished(() => server.stop());
  const dataFolder = makeFolder();
  const file = join(dataFolder, 'password');
  writeFileSync(file, text, { mode: 0o600 });
  const url = { text: `smtp://bob@127.0.0.1:${server.port}`, name: '--smtp' };
  const smtp = parseSmtpUrl(url, file);
  const mail = await openMail({ smtp, from: 'a@a.example', dataFolder, clock: systemClock });
  onTestFinished(() => mail.close());
  await mail.mailer.send(MAIL);
  expect(server.logins()).toMatchObject([{ user: 'bob', pass }]);
});

describe('a mail', () => {
  it.each(['localhost', 'mail.localhost'])(
    'to a server at %s stays in this machine, whatever name servers say of it (RFC 6761)',
    async (host) => {
      const server = await startSmtpServer({ login: LOGIN });
      onTestFinished(() => server.stop());
      await open(server.port, LOGIN, host).mailer.send(MAIL);
      expect(server.mails()).toHaveLength(1);
    },
  );

  it('that could not go is sent once the server is back, and once only', async () => {
    const port = await freePort();
    const { mailer, clock, delays } = open(port);
    const sending = mailer.send(MAIL);
    await isTrue(() => delays.includes(10_000));
    const server = await startSmtpServer({ port });
    onTestFinished(() => server.stop());
    clock.advance(10_000);
    await sending;
    clock.advance(600_000);
    expect(server.mails()).toHaveLength(1);
  });

  it('that is under way at the end leaves no connection, though the server does not hang up', async () => {
    const { port, stuck, stop } = await startMute(['220 a', '250 a', '250 a', '250 a', '354 a']);
    onTestFinished(stop);
    const { mailer } = open(port);
    const outcome = messageOf(mailer.send(MAIL));
    const socket = await stuck;
    socket.allowHalfOpen = true;
    // Those of the tests before are closed by and by.
    await isTrue(() => openSockets() === 2);
    mailer.close();
    await once(socket, 'end');
    // The server's.
    expect(openSockets()).toBe(1);
    expect(await outcome).toContain('did not take a mail');
  });

  it.each([
    [450, 'it refuses sender or recipient (450)'],
    [550, 'it refuses sender or recipient (550)'],
    [552, 'it refuses sender or recipient (552)'],
  ])('that is refused with %d is told of in words of ours', async (code, reason) => {
    const server = await startSmtpServer();
    onTestFinished(() => server.stop());
    server.refuse(code);
    const { mailer, place } = open(server.port);
    mailer.endRetries();
    const message = await messageOf(mailer.send(MAIL));
    expect(message).toContain(`The mail server ${place} did not take a mail: ${reason}. `);
    expect(message).not.toContain('ada');
  });
});
