import { describe, expect, it } from 'vitest';

import { adviseOn, adviseOnKeys } from '../../src/cli/advice.js';
import { parseServeOptions } from '../../src/cli/serve-options.js';

const PLAIN = /Over plain HTTP browsers keep the session cookie on localhost only/;
const PROXY = /Name it by --trust-proxy/;

/** A mail server, without a password. */
const SENT = ['--smtp', 'smtps://mail.example', '--mail-from', 'a@a.example'];

function notesOn(...args: string[]): string {
  return adviseOn(parseServeOptions(args, { folder: '/', env: {} })).join('\n');
}

describe('advice at start', () => {
  it.each([
    ['the defaults', []],
    ['another loopback address', ['--host', '::1']],
    ['everyone, with a certificate', ['--host', '0.0.0.0', '--tls-self-signed', ...SENT]],
    ['a proxy that is named', ['--origin', 'https://a.example', '--trust-proxy', '1', ...SENT]],
  ])('is not needed for %s', (_name, args) => {
    expect(notesOn(...args)).toBe('');
  });

  it.each([
    ['everyone over plain HTTP', ['--host', '0.0.0.0']],
    [
      'everyone over plain HTTP, though only this machine is named',
      ['--host', '0.0.0.0', '--origin', 'http://localhost:4180'],
    ],
  ])('warns that cookies are dropped for %s', (_name, args) => {
    expect(notesOn(...args)).toMatch(PLAIN);
  });

  it('asks for the name of a proxy that must be there', () => {
    const notes = notesOn('--origin', 'https://id.example.org', '--host', '0.0.0.0');
    expect(notes).toMatch(PROXY);
    expect(notes).not.toMatch(PLAIN);
  });

  it('tells of a password that every user of the machine can see, without telling it', () => {
    const notes = notesOn(
      '--database=postgres://app:hunter2@db.example/app',
      '--sessions=redis://:hunter2@cache.example',
    );
    expect(notes).toContain('The password in --database can be seen');
    expect(notes).toContain('COUNTERSIGN_DATABASE');
    expect(notes).toContain('COUNTERSIGN_SESSIONS');
    expect(notes).not.toContain('hunter2');
    const env = { COUNTERSIGN_DATABASE: 'postgres://app:hunter2@db.example/app' };
    expect(adviseOn(parseServeOptions([], { folder: '/', env }))).toEqual([]);
    expect(notesOn('--database=postgres://app@db.example/app')).toBe('');
  });

  it('says of new keys on a database that others may use, where to copy them', () => {
    const read = (...args: string[]) => parseServeOptions(args, { folder: '/', env: {} });
    const shared = read('--database=postgres://app@db.example/app');
    const keys = { path: '/srv/keys.json', created: true };
    expect(adviseOnKeys(shared, keys).join('')).toContain('copy /srv/keys.json to the others');
    expect(adviseOnKeys(shared, { ...keys, created: false })).toEqual([]);
    expect(adviseOnKeys(read(), keys)).toEqual([]);
  });

  it('says plainly that mail is not sent, wherever its outbox cannot be read', () => {
    const NOT_SENT = /^Mail is not sent: .* --smtp\.$/m;
    expect(notesOn()).not.toMatch(NOT_SENT);
    expect(notesOn('--tls-self-signed')).not.toMatch(NOT_SENT);
    expect(notesOn('--host', '0.0.0.0')).toMatch(NOT_SENT);
    expect(notesOn('--origin', 'http://localhost:4180')).toMatch(NOT_SENT);
    expect(notesOn('--trust-proxy', 'loopback')).toMatch(NOT_SENT);
    expect(notesOn('--trust-proxy', 'loopback', ...SENT)).not.toMatch(NOT_SENT);
  });

  it('tells of mails and passwords that the network can read, without telling them', () => {
    const from = ['--mail-from', 'a@a.example'];
    const exposed = notesOn('--smtp', 'smtp://ada:hunter2@mail.example:25', ...from);
    expect(exposed).toContain('The password in --smtp can be seen');
    expect(exposed).toContain('COUNTERSIGN_SMTP, or the password by --smtp-password-file');
    expect(exposed).not.toContain('hunter2');
    const open = notesOn('--smtp', 'smtp://mail.example:25?tls=none', ...from);
    expect(open).toContain('mail.example:25 without TLS, with the links in them');
    expect(open).not.toContain('password');
    expect(notesOn('--smtp', 'smtp://localhost:1025', ...from)).toBe('');
  });

  it('says where passkeys cannot be used', () => {
    const at = (...origins: string[]) =>
      notesOn(...origins.flatMap((origin) => ['--origin', origin]), '--trust-proxy', '1', ...SENT);
    expect(at('https://192.0.2.7')).toContain('Passkeys are off');
    expect(at('https://[2001:db8::1]:8443')).toContain('Passkeys are off');
    expect(at('https://id.example', 'https://b.example')).toBe(
      'Passkeys belong to id.example, the host of the first --origin, and cannot be used at https://b.example.',
    );
    expect(at('https://id.example', 'https://eu.id.example')).toBe('');
  });

  it('asks for one doorkeeper only where sessions are shared and accounts are not', () => {
    expect(notesOn('--sessions=redis://cache.example')).toContain('run one doorkeeper only');
  });
});
