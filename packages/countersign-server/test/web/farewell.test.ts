import { describe, expect, it } from 'vitest';

import { farewellFor, readFarewell, signInPath } from '../../src/web/farewell.js';

describe('what the sign-in page says to whom it sees again', () => {
  it('tells why a session is over, and nothing to who never had one', () => {
    expect(farewellFor('idle')).toBe('expired');
    expect(farewellFor('not-found')).toBe('ended');
    expect(farewellFor('reuse')).toBe('copied');
    expect(farewellFor('no-cookie')).toBeUndefined();
    expect(farewellFor('forged')).toBeUndefined();
  });

  it('takes only its own keys from the query, never a text', () => {
    expect(readFarewell('signed-out')?.text).toBe('You are signed out.');
    for (const key of [undefined, '', 'You won', '__proto__', 'constructor', 'toString'])
      expect(readFarewell(key)).toBeUndefined();
  });

  it('carries where to go afterwards', () => {
    expect(signInPath({})).toBe('/sign-in');
    expect(signInPath({ returnTo: '/' })).toBe('/sign-in');
    expect(signInPath({ returnTo: '/devices?a=b&c', farewell: 'expired' })).toBe(
      '/sign-in?return_to=%2Fdevices%3Fa%3Db%26c&notice=expired',
    );
  });
});
