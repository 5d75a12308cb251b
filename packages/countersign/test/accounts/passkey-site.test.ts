import { describe, expect, it } from 'vitest';

import { readPasskeySite, type PasskeySiteOptions } from '../../src/accounts/passkey-site.js';

function site(rpId: string, ...origins: readonly string[]): PasskeySiteOptions {
  return { rpId, rpName: 'Example Shop', origins };
}

describe('the site of passkeys', () => {
  it.each([
    ['example.org', 'https://example.org'],
    ['example.org', 'https://login.example.org:8443'],
    ['login.example.org', 'https://login.example.org'],
    ['xn--bcher-kva.example', 'https://www.xn--bcher-kva.example'],
    ['intranet', 'https://intranet'],
    ['localhost', 'http://localhost:3000'],
    ['localhost', 'http://app.localhost:3000'],
  ])('may be %s for %s', (rpId, origin) => {
    expect(readPasskeySite(site(rpId, origin))).toMatchObject({ rpId, origins: [origin] });
  });

  it('may have several origins under one domain', () => {
    const options = site('example.org', 'https://a.example.org', 'https://example.org');
    expect(readPasskeySite(options).origins).toHaveLength(2);
  });

  it.each([
    ['example.com', 'https://example.org', /not of the domain/],
    ['ample.org', 'https://example.org', /not of the domain/],
    ['login.example.org', 'https://example.org', /not of the domain/],
    ['org', 'https://example.org', /not of the domain/],
    ['example.org', 'https://example.org.evil.example', /not of the domain/],
    ['example.org', 'http://example.org', /not secure/],
    ['example.org', 'https://example.org/', /not exactly an origin/],
    ['https://example.org', 'https://example.org', /not a domain/],
    ['Example.org', 'https://example.org', /not a domain/],
    ['example.org:443', 'https://example.org', /not a domain/],
    ['example.org.', 'https://example.org', /not a domain/],
    ['', 'https://example.org', /not a domain/],
    ['127.0.0.1', 'http://127.0.0.1:3000', /is an address/],
    ['[::1]', 'http://[::1]:3000', /not a domain/],
  ])('is not %j for %s', (rpId, origin, message) => {
    expect(() => readPasskeySite(site(rpId, origin))).toThrow(
      expect.objectContaining({
        code: 'configuration',
        message: expect.stringMatching(message) as string,
      }),
    );
  });

  it('needs every option, and has no other', () => {
    const options: object = site('example.org', 'https://example.org');
    const wrong: readonly [object, RegExp][] = [
      [{ ...options, rpId: undefined }, /rpId: is not set/],
      [{ ...options, rpName: ' ' }, /rpName: is empty/],
      [{ ...options, origins: [] }, /origins: none was given/],
      [{ ...options, origins: undefined }, /origins: none was given/],
      [{ ...options, origins: 'https://example.org' }, /origins: is not a list/],
      [{ ...options, origin: 'https://example.org' }, /origin: is not an option/],
    ];
    for (const [given, message] of wrong)
      expect(() => readPasskeySite(given as PasskeySiteOptions)).toThrow(message);
  });
});
