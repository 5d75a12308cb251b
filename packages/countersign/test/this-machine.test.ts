// The one answer to what may go over plain HTTP: every spelling of this machine, and what only looks like one.

import { describe, expect, it } from 'vitest';

import { isTrustworthyUrl } from '../src/accounts/oidc-fetch.js';
import { createMailSite } from '../src/flows/mails/site.js';
import { isThisMachine } from '../src/this-machine.js';

const OURS = [
  'localhost',
  'LocalHost',
  'localhost.',
  'id.localhost',
  'a.b-c.localhost',
  '127.0.0.1',
  '127.0.0.2',
  '127.255.255.255',
  '[::1]',
];
const OTHERS = [
  'localhost.evil.example',
  'localhost.example.org',
  'evillocalhost',
  'local-host',
  '.localhost.example',
  '127.0.0.1.evil.example',
  '127.0.0.1.nip.io',
  '127-0-0-1.example',
  '128.0.0.1',
  '10.127.0.1',
  '0.0.0.0',
  '[::]',
  '[::2]',
  '[::1:1]',
  '[::ffff:7f00:1]',
  '[::ffff:127.0.0.1]',
];
/** As an operator writes them, or a header does: no URL has them. */
const NO_HOSTS = [
  '',
  '.',
  'localhost..',
  '..localhost',
  '.localhost',
  'evil.example/.localhost',
  'evil.example#.localhost',
  'evil example.localhost',
  'localhost:80',
  'localhost\n',
  '127.1',
  '127.0.0.256',
  '127.0.0.01',
  '127.0.0.1\n',
  '::ffff:127.0.0.1',
  '::',
  '[::1',
];

describe('this machine', () => {
  it.each(OURS)('is %s, where mails can lead to over plain HTTP (G69)', (host) => {
    expect(isThisMachine(host)).toBe(true);
    const { origin } = new URL(`http://${host}:4180`);
    const site = createMailSite({ serviceName: 'Shop', origin });
    expect(site.page('account')).toBe(`${origin}/account`);
    expect(isTrustworthyUrl(origin, { allowInsecure: true })).toBe(true);
  });

  it('is ::1 without its brackets as well', () => {
    expect(isThisMachine('::1')).toBe(true);
  });

  it.each(OTHERS)('is not %s, nor what URLs make of it', (host) => {
    const { hostname, origin } = new URL(`http://${host}:4180`);
    expect([isThisMachine(host), isThisMachine(hostname)]).toEqual([false, false]);
    expect(() => createMailSite({ serviceName: 'Shop', origin })).toThrow('is not HTTPS');
    expect(isTrustworthyUrl(origin, { allowInsecure: true })).toBe(false);
  });

  it.each(NO_HOSTS)('is not %j', (host) => {
    expect(isThisMachine(host)).toBe(false);
  });
});
