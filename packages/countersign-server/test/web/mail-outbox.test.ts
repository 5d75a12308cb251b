import { describe, expect, it } from 'vitest';

import { createOutbox } from '../../src/web/mail-outbox.js';

const outbox = createOutbox({
  list: () => Promise.resolve([]),
  read: () => Promise.resolve(null),
});

function admits(
  url: string,
  address: string | null,
  headers: Readonly<Record<string, string>> = {},
): boolean {
  return outbox.admits(new Request(url, { headers }), address);
}

const URL_HERE = 'http://localhost:4180/outbox';

describe('the outbox of development', () => {
  it.each([['127.0.0.1'], ['127.8.9.10'], ['::1'], ['::ffff:127.0.0.1']])(
    'is shown to a browser of this machine, at %s',
    (address) => {
      expect(admits(URL_HERE, address)).toBe(true);
      expect(admits('https://127.0.0.1:4180/outbox', address)).toBe(true);
      expect(admits('http://[::1]:4180/outbox', address)).toBe(true);
    },
  );

  it.each([['192.0.2.1'], ['::ffff:192.0.2.1'], ['10.0.0.1'], ['127.0.0.1.example'], [null]])(
    'is not shown to %s',
    (address) => {
      expect(admits(URL_HERE, address)).toBe(false);
    },
  );

  it('is not shown to a page whose own name leads to this machine', () => {
    for (const host of ['evil.example', 'localhost.evil.example', '127.0.0.1.nip.io', '0.0.0.0'])
      expect([host, admits(`http://${host}:4180/outbox`, '127.0.0.1')]).toEqual([host, false]);
  });

  it('is not shown under a name below localhost, which some name servers give to anybody', () => {
    for (const host of ['evil.localhost', 'a.b.LOCALHOST', 'evil.localhost.'])
      expect([host, admits(`http://${host}:4180/outbox`, '127.0.0.1')]).toEqual([host, false]);
    expect(admits('http://localhost.:4180/outbox', '127.0.0.1')).toBe(true);
  });

  it.each([['x-forwarded-for'], ['X-Forwarded-Proto'], ['forwarded'], ['via'], ['x-real-ip']])(
    'is not shown through a proxy or tunnel of this machine, which sends %s',
    (header) => {
      expect(admits(URL_HERE, '127.0.0.1', { [header]: '192.0.2.1' })).toBe(false);
    },
  );
});
