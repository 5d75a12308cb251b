import type { Mail } from 'countersign/accounts';
import { CountersignError, systemClock } from 'countersign';
import { describe, expect, it, onTestFinished } from 'vitest';

import { freePort } from '../../../countersign/test/services/free-port.js';
import { smtpMailer } from '../../src/setup/smtp.js';

const MAIL: Mail = { to: 'ada@a.example', subject: 'Hello', text: 'Hello.\n', kind: 'reset' };

describe('mail by SMTP', () => {
  it('says in words of its own why a mail was not taken, and neither for whom nor with what password', async () => {
    const port = await freePort();
    const place = `127.0.0.1:${port}`;
    const login = { user: 'bob', pass: 'hunter2' };
    const server = { host: '127.0.0.1', port, tls: 'none', login, place, name: '--smtp' } as const;
    const mailer = smtpMailer(server, 'Shop <no-reply@a.example>', systemClock);
    onTestFinished(() => mailer.close());
    mailer.endRetries();
    const error = await mailer.send(MAIL).then(
      () => undefined,
      (cause: unknown) => cause,
    );
    expect(error).toMatchObject({
      code: 'mail-unavailable',
      message: `The mail server 127.0.0.1:${port} did not take a mail: nothing listens there. Start the server, or put host and port in --smtp right.`,
    });
    if (!(error instanceof CountersignError)) throw new Error('It was sent');
    expect(error.cause).toBeUndefined();
    expect(JSON.stringify([error.message, error.stack])).not.toMatch(/hunter2|ada@/);
  });
});
