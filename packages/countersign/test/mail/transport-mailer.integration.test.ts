// The mailer over nodemailer, to an SMTP server that really answers.

import { once } from 'node:events';

import { createTransport } from 'nodemailer';
import { afterEach, describe, expect, it } from 'vitest';

import { transportMailer } from '../../src/mail/transport-mailer.js';
import type { Duration } from '../../src/duration.js';
import { createFakeClock } from '../../src/testing/fake-clock.js';
import { freePort } from '../services/free-port.js';
import { startMute } from '../services/mute-server.js';
import { startSmtpServer } from '../services/smtp-server.js';

const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const MAIL = {
  to: 'Ada@Bücher.example',
  subject: 'Straße 42: reset your password',
  text: `Grüße, Ada\n.\nFrom here: https://shop.example/reset?token=${'a'.repeat(43)}\n`,
  html: '<p>Grüße, Ada</p>\n',
  kind: 'reset',
};

describe('a mail through nodemailer', () => {
  it('arrives with both bodies, its sender, and marked as automatic (RFC 3834)', async () => {
    const server = await startSmtpServer();
    ends.push(() => server.stop());
    const mailer = transportMailer({
      transport: createTransport(server.url),
      from: 'Büro, Shop <no-reply@shop.example>',
      replyTo: 'help@shop.example',
    });
    await mailer.send(MAIL);
    const [mail] = await server.arrived(1);
    expect(mail).toMatchObject({
      sender: 'no-reply@shop.example',
      // The server turns the A-labels that came over the wire into letters.
      recipients: ['Ada@bücher.example'],
      subject: MAIL.subject,
      text: MAIL.text,
      html: MAIL.html,
    });
    expect(mail?.headers.get('auto-submitted')).toBe('auto-generated');
    expect(mail?.headers.get('reply-to')).toBe('help@shop.example');
    expect(mail?.headers.get('from')).toContain('Büro, Shop');
    expect(mail?.headers.get('to')).toBe('Ada@xn--bcher-kva.example');
    expect(mail?.headers.get('date')).toBeDefined();
    expect(mail?.headers.get('message-id')).toMatch(/^<[^<>]+@shop\.example>$/);
    expect(server.mails()).toHaveLength(1);
  });

  it('reaches a local part beyond ASCII, where the server speaks SMTPUTF8 (RFC 6531)', async () => {
    const server = await startSmtpServer();
    ends.push(() => server.stop());
    const transport = createTransport(server.url);
    const mailer = transportMailer({ transport, from: 'no-reply@shop.example' });
    await mailer.send({ ...MAIL, to: '用户@例え.jp' });
    const [mail] = await server.arrived(1);
    expect(mail?.recipients).toEqual(['用户@例え.jp']);
    expect(mail?.text).toBe(MAIL.text);
  });

  it('fails as unavailable when the server refuses, and when there is none', async () => {
    const server = await startSmtpServer();
    ends.push(() => server.stop());
    server.refuse(451);
    const from = 'no-reply@shop.example';
    const refused = transportMailer({ transport: createTransport(server.url), from }).send(MAIL);
    await expect(refused).rejects.toMatchObject({ code: 'mail-unavailable', status: 503 });
    const nobody = createTransport(`smtp://127.0.0.1:${await freePort()}`);
    await expect(transportMailer({ transport: nobody, from }).send(MAIL)).rejects.toMatchObject({
      code: 'mail-unavailable',
      cause: { code: 'ESOCKET' },
    });
  });

  it.each<[string, readonly string[]]>([
    ['to the connection', []],
    ['to EHLO', ['220 a']],
    ['to MAIL', ['220 a', '250 a']],
    ['to RCPT', ['220 a', '250 a', '250 a']],
    ['to DATA', ['220 a', '250 a', '250 a', '250 a']],
    ['after the mail', ['220 a', '250 a', '250 a', '250 a', '354 a']],
  ])('fails at the time limit, and hangs up, when nothing is answered %s', async (_, replies) => {
    const { port, stuck, stop } = await startMute(replies);
    ends.push(stop);
    const clock = createFakeClock();
    const transport = createTransport({ host: '127.0.0.1', port, pool: true, maxConnections: 1 });
    ends.push(() => transport.close({ force: true }));
    const mailer = transportMailer({ transport, from: 'no-reply@shop.example', clock });
    const sending = mailer.send(MAIL).catch((error: unknown) => error);
    // The second one waits for the connection of the first.
    const waiting = mailer.send(MAIL).catch((error: unknown) => error);
    const socket = await stuck;
    const isClosed = once(socket, 'close');
    clock.advance(30_000);
    expect(await sending).toMatchObject({ code: 'mail-unavailable' });
    expect(await waiting).toMatchObject({ code: 'mail-unavailable' });
    await isClosed;
    expect(clock.waiting).toBe(0);
  });

  it('that could not go goes later, once', async () => {
    const port = await freePort();
    const transport = createTransport({ host: '127.0.0.1', port, pool: true });
    ends.push(() => transport.close());
    const { mailer, clock, failed } = retrying(transport, ['10s', '1m']);
    const sending = mailer.send(MAIL);
    await failed(1);
    const server = await startSmtpServer({ port });
    ends.push(() => server.stop());
    server.refuse(451);
    clock.advance(10_000);
    await failed(2);
    server.refuse(null);
    clock.advance(60_000);
    await sending;
    expect(server.mails()).toHaveLength(1);
    expect(clock.waiting).toBe(0);
  });

  it.each([550, 553])('that is refused with %d is not tried again', async (code) => {
    const server = await startSmtpServer();
    ends.push(() => server.stop());
    server.refuse(code);
    const { mailer, clock } = retrying(createTransport(server.url), ['10s']);
    await expect(mailer.send(MAIL)).rejects.toMatchObject({ cause: { responseCode: code } });
    expect(clock.waiting).toBe(0);
  });
});

function retrying(
  transport: Pick<ReturnType<typeof createTransport>, 'sendMail'>,
  retryAfter: readonly Duration[],
) {
  const clock = createFakeClock();
  const failures: unknown[] = [];
  const mailer = transportMailer({
    transport: {
      sendMail: async (message) => {
        try {
          await transport.sendMail(message);
        } catch (error) {
          failures.push(error);
          throw error;
        }
      },
    },
    from: 'no-reply@shop.example',
    retryAfter,
    clock,
  });
  const failed = async (count: number): Promise<void> => {
    while (failures.length < count) await new Promise((resolve) => void setImmediate(resolve));
  };
  return { mailer, clock, failed };
}
