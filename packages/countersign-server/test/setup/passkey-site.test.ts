import { createPasskeyCeremonies } from 'countersign/accounts/passkeys';
import { describe, expect, it } from 'vitest';

import { deriveOrigins } from '../../src/cli/origin.js';
import { passkeySiteOf } from '../../src/setup/passkey-site.js';

describe('the domain of passkeys', () => {
  it('is localhost where no origin is named, and not its addresses', () => {
    const derived = deriveOrigins({ host: '192.0.2.7', scheme: 'http', port: 4180 });
    expect(passkeySiteOf(derived)).toEqual({
      rpId: 'localhost',
      origins: ['http://localhost:4180'],
    });
  });

  it.each([
    [['https://id.example.org'], 'id.example.org', ['https://id.example.org']],
    [
      ['https://example.org', 'https://id.example.org:8443', 'https://b.example'],
      'example.org',
      ['https://example.org', 'https://id.example.org:8443'],
    ],
    [['https://example.org', 'http://example.org'], 'example.org', ['https://example.org']],
    [['https://intranet', 'https://id.intranet'], 'intranet', ['https://intranet']],
  ])('is the host of the first of %j', (given, rpId, origins) => {
    expect(passkeySiteOf(given)).toEqual({ rpId, origins });
    // What the library takes, too.
    expect(() => createPasskeyCeremonies({ rpId, rpName: 'Shop', origins })).not.toThrow();
  });

  it.each([['https://192.0.2.7'], ['http://127.0.0.1:4180'], ['https://[2001:db8::1]']])(
    'is none at the address %s',
    (origin) => {
      expect(passkeySiteOf([origin, 'https://id.example.org'])).toBeUndefined();
    },
  );
});
