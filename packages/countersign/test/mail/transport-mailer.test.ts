import { describe, expect, it } from 'vitest';

import type { Mail } from '../../src/accounts/mailer.js';
import { transportMailer, type TransportMessage } from '../../src/mail/transport-mailer.js';
import { createFakeClock } from '../../src/testing/fake-clock.js';

const MAIL: Mail = { to: 'ada@example.org', subject: 'Hello', text: 'Hello.\n', kind: 'reset' };

function setUp(sendMail?: (message: TransportMessage) => Promise<unknown>) {
  const sent: TransportMessage[] = [];
  const clock = createFakeClock();
  const transport = {
    sendMail:
      sendMail ??
      ((message: TransportMessage) => {
        sent.push(message);
        return Promise.resolve();
      }),
  };
  const options = { transport, from: 'Shop <no-reply@shop.example>', clock };
  return { sent, clock, options, mailer: transportMailer(options) };
}

describe('the mailer over a transport', () => {
  it('hands over addresses as objects, so that none is read as a list', async () => {
    const { mailer, sent } = setUp();
    await mailer.send(MAIL);
    const [{ signal, ...message } = { signal: undefined }, ...others] = sent;
    expect(signal?.aborted).toBe(false);
    expect(others).toEqual([]);
    expect(message).toEqual({
      from: { name: 'Shop', address: 'no-reply@shop.example' },
      to: { name: '', address: 'ada@example.org' },
      subject: 'Hello',
      text: 'Hello.\n',
      headers: { 'Auto-Submitted': 'auto-generated' },
    });
  });

  it.each<[string, Partial<Mail>]>([
    ['to', { to: 'ada@example.org\r\nBcc: eve@example.net' }],
    ['to', { to: 'ada@example.org, eve@example.net' }],
    ['to', { to: 'Ada <ada@example.org>' }],
    ['to', { to: '' }],
    ['subject', { subject: 'Hello\r\nBcc: eve@example.net' }],
    ['subject', { subject: 'Hello\nBcc: eve@example.net' }],
    ['subject', { subject: 'Hello\rBcc: eve@example.net' }],
    ['subject', { subject: 'Hello\u2028Bcc: eve' }],
    ['subject', { subject: 'Hello\u0000' }],
    ['subject', { subject: 'turn\u202eed' }],
    ['subject', { subject: ' ' }],
    ['subject', { subject: 'x'.repeat(201) }],
    ['text', { text: '' }],
    ['text', { text: 'nul \u0000' }],
    ['text', { text: 'bare\rreturn' }],
    ['text', { text: 'half \ud800' }],
    ['text', { text: 'x'.repeat(300_000) }],
    ['html', { html: '' }],
    ['kind', { kind: 'Reset\r\nBcc: eve@example.net' }],
  ])('refuses a mail whose %s breaks out or is none: %j', async (field, part) => {
    const { mailer, sent } = setUp();
    const failure = await mailer.send({ ...MAIL, ...part }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'mail-invalid', status: 500 });
    expect(String(failure)).toContain(field);
    expect(String(failure)).not.toContain('eve');
    expect(sent).toEqual([]);
  });

  it('gives up at the time limit, and is not disturbed by what comes later', async () => {
    let failLate: (error: Error) => void = () => undefined;
    const { mailer, clock } = setUp(() => new Promise((_resolve, reject) => (failLate = reject)));
    const sending = mailer.send(MAIL).catch((error: unknown) => error);
    clock.advance(29_999);
    clock.advance(1);
    expect(await sending).toMatchObject({ code: 'mail-unavailable', status: 503 });
    failLate(new Error('too late'));
    await Promise.resolve();
  });

  it('reports a transport that throws or rejects, with the cause and without the address', async () => {
    const cause = new Error('no route to ada@example.org');
    for (const fail of [
      () => Promise.reject(cause),
      () => {
        throw cause;
      },
    ]) {
      const failure = await setUp(fail)
        .mailer.send(MAIL)
        .catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: 'mail-unavailable', cause });
      expect(String(failure)).not.toContain('ada');
    }
  });

  it.each<Record<string, unknown>>([
    { from: 'Shop' },
    { from: 'Shop\r\nBcc: eve <no-reply@shop.example>' },
    { from: 'a@shop.example, b@shop.example' },
    { from: 'Shop <no-reply@shop.example> <eve@example.net>' },
    { replyTo: 'nobody' },
    { transport: {} },
    { timeout: 'soon' },
    { timeout: null },
    { retryAfter: null },
    { retryAfter: '10s' },
    { retryAfter: ['0s'] },
    { form: 'no-reply@shop.example' },
  ])('cannot be made with %j', (wrong) => {
    expect(() => transportMailer({ ...setUp().options, ...wrong })).toThrow(
      expect.objectContaining({ code: 'configuration' }),
    );
  });
});
