import { createRequire } from 'node:module';

import { expect, it } from 'vitest';

import { requireWebAuthn } from '../../src/accounts/passkey-peer.js';

it('a missing WebAuthn package is told at construction, with what to install', () => {
  // A folder without node_modules above it: the error is the one that Node makes.
  const require = createRequire('/nowhere/at-all.js');
  expect(() => requireWebAuthn(require)).toThrow(
    expect.objectContaining({
      code: 'configuration',
      message: expect.stringContaining('npm install @simplewebauthn/server@14') as string,
      cause: expect.objectContaining({ code: 'MODULE_NOT_FOUND' }) as Error,
    }),
  );
});

it('another package under that name is told apart', () => {
  const half = { verifyRegistrationResponse: () => ({}) };
  for (const loaded of [half, { decodeAttestationObject: () => ({}) }, null, undefined])
    expect(() => requireWebAuthn(() => loaded)).toThrow(/has not the functions of version 14/);
});
