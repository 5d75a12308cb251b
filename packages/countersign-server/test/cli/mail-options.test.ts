import { describe, expect, it } from 'vitest';

import { describeMail, isForDevelopment } from '../../src/cli/describe-mail.js';
import { variableOf, type Environment } from '../../src/cli/given.js';
import { HELP } from '../../src/cli/help.js';
import { MAIL_FLAGS } from '../../src/cli/mail-options.js';
import { parseServeOptions, type ServeOptions } from '../../src/cli/serve-options.js';
import { Mistake } from '../../src/mistake.js';

function read(args: readonly string[], env: Environment = {}): ServeOptions {
  return parseServeOptions(args, { folder: '/srv', env });
}

function readSmtp(smtp: string): ServeOptions['mail']['smtp'] {
  return read([`--smtp=${smtp}`, '--mail-from', 'a@a.example']).mail.smtp;
}

function mistakeOf(args: readonly string[], env: Environment = {}): Mistake {
  try {
    read(args, env);
  } catch (error) {
    if (error instanceof Mistake) return error;
    throw error;
  }
  throw new Error('It was taken');
}

describe('how mails leave', () => {
  it('is a folder and a sender that is nobody, unless told otherwise', () => {
    expect(read([]).mail).toEqual({ from: 'Countersign <no-reply@countersign.invalid>' });
    expect(read(['--name', 'Example Shop']).mail.from).toMatch(/^Example Shop </);
  });

  it.each([
    ['smtp://mail.example', { port: 587, tls: 'starttls', place: 'mail.example:587' }],
    ['smtps://mail.example', { port: 465, tls: 'at-once', place: 'mail.example:465' }],
    ['smtps://Mail.Example:1465/', { port: 1465, host: 'mail.example' }],
    ['smtp://localhost:1025', { port: 1025, tls: 'none' }],
    ['smtp://[::1]:1025', { host: '::1', tls: 'none', place: '[::1]:1025' }],
    ['smtp://localhost?tls=starttls', { tls: 'starttls' }],
    ['smtp://mailpit:1025?tls=none', { host: 'mailpit', tls: 'none' }],
  ])('takes --smtp %s', (url, wanted) => {
    expect(readSmtp(url)).toMatchObject({ login: undefined, isExposed: false, ...wanted });
  });

  it('takes user and password, and says whether others can see them', () => {
    const url = 'smtp://ada%40a.example:hunter%2F2@mail.example';
    const login = { user: 'ada@a.example', pass: 'hunter/2' };
    expect(readSmtp(url)).toMatchObject({ login, name: '--smtp', isExposed: true });
    const env = { COUNTERSIGN_SMTP: url, COUNTERSIGN_MAIL_FROM: 'a@a.example' };
    expect(read([], env).mail.smtp).toMatchObject({
      login,
      name: 'COUNTERSIGN_SMTP',
      isExposed: false,
    });
  });

  it.each([
    'smtp://ada:hunter2@localhost',
    'smtp://ada:hunter2@127.0.0.1:25?tls=none',
    'smtp://ada:hunter2@[::1]',
  ])('sends a password without TLS within this machine only: %s', (url) => {
    expect(readSmtp(url)).toMatchObject({ tls: 'none', login: { pass: 'hunter2' } });
  });

  it('takes the password from a file, for the user in the URL', () => {
    const url = 'smtps://ada%40a.example@mail.example';
    const env = {
      COUNTERSIGN_SMTP: url,
      COUNTERSIGN_MAIL_FROM: 'a@a.example',
      COUNTERSIGN_SMTP_PASSWORD_FILE: 'smtp-password',
    };
    const wanted = { user: 'ada@a.example', passwordFile: '/srv/smtp-password' };
    expect(read([], env).mail.smtp).toMatchObject({ login: wanted, isExposed: false });
    const args = ['--smtp', url, '--mail-from', 'a@a.example', '--smtp-password-file', '/run/smtp'];
    expect(read(args).mail.smtp).toMatchObject({ login: { passwordFile: '/run/smtp' } });
  });

  it.each([
    [[], 'no mail server whom the password is for'],
    [['--smtp=smtps://mail.example'], 'names no user'],
    [['--smtp=smtps://ada:hunter2@mail.example'], 'Keep one of them'],
    [['--smtp=smtp://ada@mail.example?tls=none'], 'without TLS to another machine'],
  ])('refuses a password file beside %j', (smtp, problem) => {
    const { exitCode, message } = mistakeOf([
      ...smtp,
      '--mail-from=a@a.example',
      '--smtp-password-file=/run/smtp',
    ]);
    expect(exitCode).toBe(2);
    expect(message).toContain(problem);
    expect(message).toContain('smtps://');
    expect(message).not.toContain('hunter2');
  });

  it.each([
    ['mail.example/hunter2', 'is no URL'],
    ['mail.example:587', 'begins with neither smtp:// nor smtps://'],
    ['https://ada:hunter2@mail.example', 'begins with neither'],
    ['hunter2:hunter2@mail.example', 'begins with neither'],
    ['smtp://ada:hun/ter2@mail.example', 'is no URL'],
    ['smtp://hun/ter2@mail.example', 'has a path'],
    ['smtp://ada:hunter2#@mail.example', 'is no URL'],
    ['smtp://ada:hunter%2@mail.example', 'is not percent-encoded'],
    ['smtp://mail.example/hunter2', 'has a path'],
    ['smtp:///hunter2', 'names no host'],
    ['smtp://mail.example?tls=hunter2', 'has a parameter other than'],
    ['smtp://mail.example?pool=true', 'has a parameter other than'],
    ['smtps://mail.example?tls=none', 'has a parameter'],
    ['smtp://ada:hunter2@mail.example?tls=none', 'without TLS to another machine'],
    ['smtp://ada:hunter2@mailpit:1025?tls=none', 'without TLS to another machine'],
    ['smtp://:hunter2@mail.example', 'names no user'],
    ['smtps://ada@mail.example', 'names a user and no password'],
    ['smtps://ada:@mail.example', '--smtp-password-file'],
  ])('refuses --smtp %s with the remedy and without what was written', (url, problem) => {
    for (const [args, env, name] of [
      [[`--smtp=${url}`], {}, '--smtp'],
      [[], { COUNTERSIGN_SMTP: url }, 'COUNTERSIGN_SMTP'],
    ] as const) {
      const mistake = mistakeOf(args, env);
      expect(mistake.exitCode).toBe(2);
      expect(mistake.message).toContain(name);
      expect(mistake.message).toContain(problem);
      expect(mistake.message).toContain('such as smtps://');
      expect(mistake.message).not.toMatch(/hunter|ter2/);
      expect(mistake.cause).toBeUndefined();
    }
  });

  it('needs a sender where a server is named', () => {
    const { exitCode, message } = mistakeOf(['--smtp', 'smtp://ada:hunter2@mail.example']);
    expect(exitCode).toBe(2);
    expect(message).toContain('--mail-from no-reply@example.org');
    expect(message).not.toContain('hunter2');
  });

  it('takes a sender with and without a name', () => {
    const from = (sender: string) => read(['--mail-from', sender, '--name', 'Shop']).mail.from;
    expect(from('a@a.example')).toBe('Shop <a@a.example>');
    expect(from('Example Shop <a@a.example>')).toBe('Example Shop <a@a.example>');
  });

  it('has help for every variable', () => {
    for (const flag of [...Object.keys(MAIL_FLAGS), 'name', 'providers'])
      expect(HELP).toContain(variableOf(flag));
  });
});

describe('the outbox of development', () => {
  it.each([
    [[], true],
    [['--host', 'localhost'], true],
    [['--host', '::1', '--tls-self-signed'], true],
    [['--host', '0.0.0.0'], false],
    [['--host', '192.0.2.7'], false],
    [['--origin', 'http://localhost:4180'], false],
    [['--trust-proxy', 'loopback'], false],
    [['--smtp', 'smtp://localhost', '--mail-from', 'a@a.example'], false],
  ])('is for who starts with %j: %s', (args, is) => {
    expect(isForDevelopment(read(args))).toBe(is);
  });

  it('is told of in one line, as is where mail goes else', () => {
    const facts = { folder: '/srv/data/mail', outboxUrl: undefined };
    expect(describeMail(read([]), facts)).toBe('not sent, but written to /srv/data/mail');
    const outboxUrl = 'http://localhost:4180/outbox';
    expect(describeMail(read([]), { ...facts, outboxUrl })).toBe(
      `not sent, but written to /srv/data/mail: read it at ${outboxUrl}`,
    );
    const sent = read(['--smtp', 'smtps://ada:hunter2@mail.example', '--mail-from', 'a@a.example']);
    expect(describeMail(sent, { folder: undefined, outboxUrl: undefined })).toBe(
      'sent by mail.example:465, from Countersign <a@a.example>',
    );
  });
});
