// The mailer over nodemailer, to an SMTP server that really answers.

import { createServer } from 'node:net';
import { once } from 'node:events';

import { createTransport } from 'nodemailer';
import { afterEach, describe, expect, it } from 'vitest';

import { transportMailer } from '../../src/mail/transport-mailer.js';
import { freePort } from '../services/free-port.js';
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
    server.refuse();
    const from = 'no-reply@shop.example';
    const refused = transportMailer({ transport: createTransport(server.url), from }).send(MAIL);
    await expect(refused).rejects.toMatchObject({ code: 'mail-unavailable', status: 503 });
    const nobody = createTransport(`smtp://127.0.0.1:${await freePort()}`);
    await expect(transportMailer({ transport: nobody, from }).send(MAIL)).rejects.toMatchObject({
      code: 'mail-unavailable',
      cause: { code: 'ESOCKET' },
    });
  });

  it('fails after the time limit when the server accepts and says nothing', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const address = silent.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const transport = createTransport(`smtp://127.0.0.1:${address.port}`);
    ends.push(() => transport.close());
    ends.push(() => silent.close());
    const mailer = transportMailer({ transport, from: 'no-reply@shop.example', timeout: '50ms' });
    await expect(mailer.send(MAIL)).rejects.toMatchObject({ code: 'mail-unavailable' });
  });
});
