import { describe, expect, it } from 'vitest';

import { isThisMachine } from '../../src/accounts/this-machine.js';
import { createMailSite } from '../../src/flows/mails/site.js';

const OURS = ['localhost', 'id.localhost', 'a.b.localhost', '127.0.0.1', '127.0.0.2', '[::1]'];
const OTHERS = [
  'localhost.evil.example',
  'evillocalhost',
  '.localhost.example',
  '127.0.0.1.evil.example',
  '128.0.0.1',
  '0.0.0.0',
  '[::2]',
  '[::ffff:7f00:1]',
  '',
];

describe('this machine', () => {
  it.each(OURS)('is %s, where mails can lead to over plain HTTP (G69)', (host) => {
    expect(isThisMachine(host)).toBe(true);
    const site = createMailSite({ serviceName: 'Shop', origin: `http://${host}:4180` });
    expect(site.page('account')).toBe(`http://${host}:4180/account`);
  });

  it.each(OTHERS)('is not %j', (host) => {
    expect(isThisMachine(host)).toBe(false);
  });
});
