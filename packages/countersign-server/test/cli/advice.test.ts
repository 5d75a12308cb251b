import { describe, expect, it } from 'vitest';

import { adviseOn, adviseOnKeys } from '../../src/cli/advice.js';
import { parseServeOptions } from '../../src/cli/serve-options.js';

const PLAIN = /Over plain HTTP browsers keep the session cookie on localhost only/;
const PROXY = /Name it by --trust-proxy/;

function notesOn(...args: string[]): string {
  return adviseOn(parseServeOptions(args, { folder: '/', env: {} })).join('\n');
}

describe('advice at start', () => {
  it.each([
    ['the defaults', []],
    ['another loopback address', ['--host', '::1']],
    ['everyone, with a certificate', ['--host', '0.0.0.0', '--tls-self-signed']],
    ['a proxy that is named', ['--origin', 'https://a.example', '--trust-proxy', '1']],
  ])('is not needed for %s', (_name, args) => {
    expect(notesOn(...args)).toBe('');
  });

  it.each([
    ['everyone over plain HTTP', ['--host', '0.0.0.0']],
    ['a plain origin of another machine', ['--origin', 'http://box.lan:4180']],
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

  it('asks for one doorkeeper only where sessions are shared and accounts are not', () => {
    expect(notesOn('--sessions=redis://cache.example')).toContain('run one doorkeeper only');
  });
});
