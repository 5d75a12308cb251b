import { createRequire } from 'node:module';

import { describe, expect, it } from 'vitest';

import { requireWebAuthn, type Loading } from '../../src/accounts/passkey-peer.js';
import { createPasskeyCeremonies } from '../../src/accounts/passkeys.js';

const LOADINGS: readonly Loading[] = ['at-once', 'when-needed'];

/** A `require` of a package that is there, and what it has loaded. */
function requireOf(give: (name: string) => unknown) {
  const loaded: string[] = [];
  const load = (name: string): unknown => {
    loaded.push(name);
    return give(name);
  };
  return { loaded, require: Object.assign(load, { resolve: (name: string) => name }) };
}

it.each(LOADINGS)('a missing package is told at construction, loaded %s', (loading) => {
  // A folder without node_modules above it: the error is the one that Node makes.
  const require = createRequire('/nowhere/at-all.js');
  expect(() => requireWebAuthn(require, loading)).toThrow(
    expect.objectContaining({
      code: 'configuration',
      message: expect.stringContaining('npm install @simplewebauthn/server@14') as string,
      cause: expect.objectContaining({ code: 'MODULE_NOT_FOUND' }) as Error,
    }),
  );
});

it.each(LOADINGS)('another package under that name is told apart, loaded %s', (loading) => {
  const half = { verifyRegistrationResponse: () => ({}) };
  for (const given of [half, { decodeAttestationObject: () => ({}) }, null, undefined]) {
    const { require } = requireOf(() => given);
    const use = (): unknown => requireWebAuthn(require, loading)();
    expect(use).toThrow(/has not the functions of version 14/);
  }
});

describe('the package', () => {
  const whole = {
    verifyRegistrationResponse: () => ({}),
    verifyAuthenticationResponse: () => ({}),
    decodeAttestationObject: () => ({}),
  };

  it('is loaded at once', () => {
    const { loaded, require } = requireOf(() => whole);
    const peer = requireWebAuthn(require, 'at-once');
    expect(loaded).toHaveLength(2);
    expect(peer()).toEqual({ webauthn: whole, helpers: whole });
  });

  it('is loaded when it is needed, and once, if that is asked for', () => {
    const { loaded, require } = requireOf(() => whole);
    const peer = requireWebAuthn(require, 'when-needed');
    expect(loaded).toEqual([]);
    expect(peer()).toEqual({ webauthn: whole, helpers: whole });
    expect(peer()).toBe(peer());
    expect(loaded).toEqual(['@simplewebauthn/server', '@simplewebauthn/server/helpers']);
  });

  it('judges responses when it is loaded late', async () => {
    const site = { rpId: 'localhost', rpName: 'Shop', origins: ['https://localhost'] };
    const passkeys = createPasskeyCeremonies({ ...site, loading: 'when-needed' });
    const input = { expectation: '', response: {}, name: 'Key', now: 0 };
    expect(await passkeys.finishRegistration(input)).toMatchObject({ fault: 'not-a-response' });
    const wrong = { ...site, loading: 'later' } as never;
    expect(() => createPasskeyCeremonies(wrong)).toThrow(/loading/);
  });
});
